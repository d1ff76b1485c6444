//! What happens in the conversations of a table, told as it happens to whoever watches: one reader of
//! the table's stream on this server, however many browsers there are, and none when there is none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::conversations::{ConversationChange, NotLive};
use dynadesk_shared::api::streams::{ChangeKind, StreamRecord};
use dynadesk_shared::cruddur::{self, Row};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::connections::Connection;
use crate::streams::{Start, Step, Walker};

/// Changes that wait for a slow browser; what is more is said to be left out.
const BUFFER: usize = 512;
/// How often a reader looks whether anybody is still there.
const LOOK: Duration = Duration::from_secs(3);
/// How often a table without a stream is looked at again.
const AGAIN: Duration = Duration::from_secs(10);

type Place = (String, String);

/// The readers of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LiveFeeds(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    stopping: CancellationToken,
    feeds: Mutex<BTreeMap<Place, broadcast::Sender<ConversationChange>>>,
}

impl LiveFeeds {
    pub fn new(clock: Clock, stopping: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            clock,
            stopping,
            feeds: Mutex::default(),
        }))
    }

    /// Watches a table's conversations. The first thing told is whether changes are told at all; it
    /// ends when the receiver is dropped or the server stops.
    pub fn watch(&self, connection: Arc<Connection>, table: String) -> mpsc::Receiver<ConversationChange> {
        let (tell, told) = mpsc::channel(BUFFER);
        let feeds = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = feeds.0.stopping.cancelled() => {}
                () = feeds.tell(connection, table, &tell) => {}
                () = tell.closed() => {}
            }
        });
        told
    }

    async fn tell(&self, connection: Arc<Connection>, table: String, tell: &mpsc::Sender<ConversationChange>) {
        let mut said = None;
        loop {
            match stream_of(&connection, &table).await {
                Err(why) => {
                    if said.as_ref() != Some(&why) {
                        if tell.send(ConversationChange::NotLive(why.clone())).await.is_err() {
                            return;
                        }
                        said = Some(why);
                    }
                    tokio::time::sleep(AGAIN).await;
                }
                Ok(arn) => {
                    said = None;
                    let mut changes = self.feed(&connection, &table, &arn);
                    // Whoever hears this reads again what it shows: nothing is missed in between.
                    let mut next = Some(ConversationChange::Live);
                    while let Some(change) = next {
                        if tell.send(change).await.is_err() {
                            return;
                        }
                        next = match changes.recv().await {
                            Ok(change) => Some(change),
                            Err(broadcast::error::RecvError::Lagged(_)) => Some(ConversationChange::Skipped),
                            Err(broadcast::error::RecvError::Closed) => None,
                        };
                    }
                }
            }
        }
    }

    /// Joins the reader of a table, or starts it.
    fn feed(&self, connection: &Arc<Connection>, table: &str, arn: &str) -> broadcast::Receiver<ConversationChange> {
        let place = (connection.view.name.clone(), table.to_owned());
        let mut feeds = self.lock();
        if let Some(feed) = feeds.get(&place) {
            return feed.subscribe();
        }
        let (feed, changes) = broadcast::channel(BUFFER);
        feeds.insert(place.clone(), feed.clone());
        let walker = Walker::new(connection.engine.clone(), arn, Start::Now, self.0.clock.clone());
        let feeds = self.clone();
        tokio::spawn(async move { feeds.read(walker, feed, place).await });
        changes
    }

    async fn read(&self, mut walker: Walker, feed: broadcast::Sender<ConversationChange>, place: Place) {
        loop {
            let step = tokio::select! {
                () = self.0.stopping.cancelled() => None,
                step = walker.next() => Some(step.map(Some)),
                () = tokio::time::sleep(LOOK) => Some(Ok(None)),
            };
            match step {
                Some(Ok(None | Some(Step::Trouble { .. }))) => {}
                Some(Ok(Some(Step::Batch(batch)))) => {
                    if batch.gap.is_some() {
                        drop(feed.send(ConversationChange::Skipped));
                    }
                    for change in batch.records.iter().filter_map(change) {
                        drop(feed.send(change));
                    }
                }
                Some(Ok(Some(Step::End)) | Err(_)) | None => {
                    self.lock().remove(&place);
                    return;
                }
            }
            let mut feeds = self.lock();
            if feed.receiver_count() == 0 {
                feeds.remove(&place);
                return;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Place, broadcast::Sender<ConversationChange>>> {
        // Nothing panics while it holds the map.
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream of a table, or why its conversations are not live.
async fn stream_of(connection: &Connection, table: &str) -> Result<String, NotLive> {
    let not = |why: String, stream| Err(NotLive { why, stream });
    if let Some(why) = connection.engine.capabilities().why_not(Feature::Streams) {
        return not(why.to_owned(), false);
    }
    let view = match connection.engine.describe_table_only(table).await {
        Ok(view) => view,
        Err(error) => return not(error.message, false),
    };
    match (view.stream_arn, view.stream_view.as_deref()) {
        (Some(arn), Some(kind)) if kind.starts_with("NEW") => Ok(arn),
        (Some(_), Some(kind)) => not(
            format!("the table's stream is {kind}, and new messages are shown from their new images"),
            true,
        ),
        _ => not(
            "the table has no stream, and new messages are heard of through one".to_owned(),
            true,
        ),
    }
}

/// What a record means to those who look at conversations.
fn change(record: &StreamRecord) -> Option<ConversationChange> {
    match (record.kind, record.new.as_ref().and_then(cruddur::row)) {
        (ChangeKind::Insert | ChangeKind::Modify, Some(Row::Message(message))) => Some(ConversationChange::Message(message)),
        (ChangeKind::Insert | ChangeKind::Modify, Some(Row::Group(row))) => Some(ConversationChange::Row(row)),
        (ChangeKind::Remove, _) => match cruddur::row(&record.key)? {
            Row::Group(row) => Some(ConversationChange::RowGone {
                owner: row.owner,
                sk: row.sk,
            }),
            Row::Message(_) => None,
        },
        _ => None,
    }
}
