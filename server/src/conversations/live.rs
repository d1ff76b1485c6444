//! What happens in the conversations of a table, told as it happens to whoever watches. It is heard
//! through the hub of the table's stream, so that conversations and the stream's page are one reader.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::conversations::{ConversationChange, NotLive};
use dynadesk_shared::api::streams::{ChangeKind, StreamRecord};
use dynadesk_shared::cruddur::{self, Row};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::connections::Connection;
use crate::streams::{Event, Hubs, Start, Watcher};

/// Changes that wait for a slow browser. What is more waits in the hub, which says what it let go.
const BUFFER: usize = 64;
/// How often a table without a stream is looked at again.
const AGAIN: Duration = Duration::from_secs(10);

/// Trouble that is over sooner is not told: nothing is lost by it.
const LASTS: Duration = Duration::from_secs(10);

/// Tells conversations as they change. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LiveFeeds {
    hubs: Hubs,
    clock: Clock,
    stopping: CancellationToken,
}

type Tell = mpsc::Sender<ConversationChange>;
/// Nothing once nobody listens any more.
type Told = Option<()>;

impl LiveFeeds {
    pub fn new(hubs: Hubs, clock: Clock, stopping: CancellationToken) -> Self {
        Self { hubs, clock, stopping }
    }

    /// Watches a table's conversations. The first thing told is whether changes are told at all; it
    /// ends when the receiver is dropped or the server stops.
    pub fn watch(&self, connection: Arc<Connection>, table: String) -> mpsc::Receiver<ConversationChange> {
        let (tell, told) = mpsc::channel(BUFFER);
        let feeds = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = feeds.stopping.cancelled() => {}
                _ = feeds.tell(connection, table, &tell) => {}
                () = tell.closed() => {}
            }
        });
        told
    }

    async fn tell(&self, connection: Arc<Connection>, table: String, tell: &Tell) -> Told {
        let mut said = None;
        let mut ended = None;
        loop {
            match stream_of(&connection, &table).await {
                Err(why) => {
                    if said.as_ref() != Some(&why) {
                        tell.send(ConversationChange::NotLive(why.clone())).await.ok()?;
                        said = Some(why);
                    }
                    tokio::time::sleep(AGAIN).await;
                }
                // It has ended, and the table still names it for a moment.
                Ok(arn) if ended.as_ref() == Some(&arn) => {
                    ended = None;
                    tokio::time::sleep(AGAIN).await;
                }
                Ok(arn) => {
                    said = None;
                    self.follow(&connection, &arn, tell).await?;
                    ended = Some(arn);
                }
            }
        }
    }

    /// Tells what happens until the stream ends.
    async fn follow(&self, connection: &Connection, arn: &str, tell: &Tell) -> Told {
        let (name, engine) = (&connection.view.name, &connection.engine);
        let seat = self.hubs.join(name, engine, arn, &self.clock, &self.stopping);
        let mut watcher = Watcher::new(seat, engine.clone(), arn.to_owned(), self.clock.clone(), Start::Now);
        let (mut begun, mut live) = (false, false);
        // Since it was live: what is wrong, and from when on that is told.
        let mut trouble: Option<(Instant, NotLive)> = None;
        loop {
            let event = {
                // The watcher is not asked anew by what happens meanwhile.
                let mut next = std::pin::pin!(watcher.next());
                loop {
                    let due = trouble.as_ref().map_or_else(Instant::now, |(due, _)| *due);
                    tokio::select! {
                        event = &mut next => break event,
                        () = tokio::time::sleep_until(due), if trouble.is_some() => {
                            if let Some((_, why)) = trouble.take() {
                                live = false;
                                tell.send(ConversationChange::NotLive(why)).await.ok()?;
                            }
                        }
                    }
                }
            };
            let Some(event) = event else { break };
            match event {
                Event::Records { records, .. } => {
                    // The first says from where on everything comes. Whoever hears this reads again
                    // what it shows: nothing is missed in between.
                    begun = true;
                    if !std::mem::replace(&mut live, true) {
                        tell.send(ConversationChange::Live).await.ok()?;
                    }
                    for change in records.iter().filter_map(change) {
                        tell.send(change).await.ok()?;
                    }
                }
                Event::Skipped { .. } | Event::Gap { .. } => tell.send(ConversationChange::Skipped).await.ok()?,
                Event::State(state) => match state.trouble.map(|why| NotLive { why, stream: false }) {
                    Some(why) if live => drop(trouble.get_or_insert((Instant::now() + LASTS, why))),
                    Some(why) => tell.send(ConversationChange::NotLive(why)).await.ok()?,
                    None => {
                        trouble = None;
                        if begun && !std::mem::replace(&mut live, true) {
                            tell.send(ConversationChange::Live).await.ok()?;
                        }
                    }
                },
                Event::End => {}
            }
        }
        Some(())
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
