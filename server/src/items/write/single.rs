//! One change after the other, each with its own result.

use std::time::Duration;

use dynadesk_shared::api::writes::{Change, Outcome};
use dynadesk_shared::edit::Plan;
use dynadesk_shared::{Item, Key};

use super::outcome::{ends_all, lost, of_reason, refused, still};
use super::{Planned, Writing};
use crate::engine::items::{Sent, jittered};
use crate::engine::{EngineError, EngineErrorKind};

/// How often a change of key is tried again while another transaction holds an item.
const ATTEMPTS: u32 = 4;

impl Writing<'_> {
    pub(super) async fn one_by_one(&mut self, planned: &[Planned]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(planned.len());
        let mut over = false;
        for one in planned {
            let outcome = match over {
                true => Outcome::NotWritten,
                false => match self.one(one).await {
                    Ok(outcome) => outcome,
                    Err(error) => {
                        over = ends_all(&error);
                        refused(error)
                    }
                },
            };
            outcomes.push(outcome);
        }
        outcomes
    }

    async fn one(&mut self, one: &Planned) -> Result<Outcome, EngineError> {
        if one.plan == Plan::Nothing {
            return Ok(Outcome::Unchanged);
        }
        // No condition can ask for attributes that nobody knew of, so the item is read first.
        let now = self.read(&one.key).await?;
        if !still(one.change.base(), now.as_ref()) {
            return Ok(Outcome::Conflict { theirs: now });
        }
        let kept = self.recorder.begin(vec![one.begin(self.table, self.undo)]).await;
        let sent = self.send(&one.plan).await;
        let error = match sent {
            Ok(item) => {
                let item = item.or_else(|| one.written());
                // Where another writer slipped in between, the item holds more than this write made: what
                // is kept stays what it made, so that no undo takes the other's away.
                self.recorder.done(&kept[0], None).await;
                return Ok(Outcome::Written { item, write: kept[0].id() });
            }
            Err(error) => error,
        };
        let key = match &error.kind {
            EngineErrorKind::ConditionFailed => one.key.clone(),
            EngineErrorKind::TransactionCancelled { reasons } => match (reasons.iter().position(lost), &one.plan) {
                (Some(1), Plan::Move { to, .. }) => to.clone(),
                (Some(_), _) => one.key.clone(),
                (None, _) => {
                    self.recorder.failed(&kept[0], &error).await;
                    let worst = reasons.iter().find(|reason| reason.code != "None");
                    return worst.map(of_reason).ok_or(error);
                }
            },
            _ => {
                self.recorder.failed(&kept[0], &error).await;
                return Err(error);
            }
        };
        let theirs = match self.read(&key).await {
            Ok(theirs) => theirs,
            Err(unread) => {
                self.recorder.failed(&kept[0], &error).await;
                return Err(unread);
            }
        };
        // Where an answer was lost the client sends an update again, which then meets its own result.
        // A transaction carries a token for that, and a new item that is there already is a conflict.
        let again = matches!(one.change, Change::Edit { .. } | Change::Replace { .. }) && !matches!(one.plan, Plan::Move { .. });
        if again && theirs.is_some() && still(one.written().as_ref(), theirs.as_ref()) {
            self.recorder.done(&kept[0], None).await;
            return Ok(Outcome::Written {
                item: theirs,
                write: kept[0].id(),
            });
        }
        // The same for a deletion and a new item, but there somebody else may have done it as well: the end
        // stays unknown, so that it can be undone.
        let perhaps = match &one.change {
            Change::Delete { .. } => theirs.is_none(),
            Change::Create { item } => still(Some(item), theirs.as_ref()),
            _ => false,
        };
        if !perhaps {
            self.recorder.failed(&kept[0], &error).await;
        }
        Ok(Outcome::Conflict { theirs })
    }

    /// Sends a plan, again while another transaction holds an item of it.
    async fn send(&mut self, plan: &Plan) -> Result<Option<Item>, EngineError> {
        for attempt in 1.. {
            let Some(Sent { exchange, result }) = self.connection.engine.write(self.table, plan).await else {
                break;
            };
            self.exchanges.push(exchange);
            match result {
                Err(error)
                    if matches!(error.kind, EngineErrorKind::TransactionCancelled { .. }) && error.is_transient() && attempt < ATTEMPTS =>
                {
                    tokio::time::sleep(jittered(Duration::from_millis(20), attempt, Duration::from_millis(500))).await;
                }
                result => return result,
            }
        }
        Ok(None)
    }

    pub(super) async fn read(&self, key: &Key) -> Result<Option<Item>, EngineError> {
        Ok(self.connection.engine.get(self.table, key).await?.0)
    }
}
