//! All changes in one transaction, or none.

use dynadesk_shared::api::writes::Outcome;
use dynadesk_shared::edit::Plan;
use futures_util::{StreamExt, stream};

use super::outcome::{lost, of_reason, refused, still};
use super::{Planned, Writing};
use crate::engine::items::Sent;
use crate::engine::{CancelReason, EngineErrorKind};
use crate::error::Result;

/// Items that are read at once.
const READS: usize = 8;

impl Writing<'_> {
    pub(super) async fn together(&mut self, planned: &[Planned]) -> Result<Vec<Outcome>> {
        if let Some(outcomes) = self.lost_already(planned).await? {
            return Ok(outcomes);
        }
        let sending: Vec<&Planned> = planned.iter().filter(|one| one.plan != Plan::Nothing).collect();
        if sending.is_empty() {
            return Ok(vec![Outcome::Unchanged; planned.len()]);
        }
        let begun = sending.iter().map(|one| one.begin(self.table, self.undo)).collect();
        let kept = self.recorder.begin(begun).await;
        let plans: Vec<Plan> = sending.iter().map(|one| one.plan.clone()).collect();
        let Sent { exchange, result } = self.connection.engine.write_together(self.table, &plans).await;
        self.exchanges.push(exchange);
        let mut ids = kept.iter();
        match result {
            Ok(_) => {
                self.recorder.all_done(&kept).await;
                let written = |one: &Planned| match one.plan {
                    Plan::Nothing => Outcome::Unchanged,
                    _ => Outcome::Written {
                        item: one.written(),
                        write: ids.next().and_then(|kept| kept.id()),
                    },
                };
                Ok(planned.iter().map(written).collect())
            }
            Err(error) => {
                self.recorder.all_failed(&kept, &error).await;
                match &error.kind {
                    EngineErrorKind::TransactionCancelled { reasons } => Ok(self.reasons(planned, reasons).await),
                    _ => Err(error.into()),
                }
            }
        }
    }

    /// What was lost before anything was sent: where one change is, none is tried.
    async fn lost_already(&self, planned: &[Planned]) -> Result<Option<Vec<Outcome>>> {
        let reads: Vec<_> = planned.iter().map(|one| self.read(&one.key)).collect();
        let now: Vec<_> = stream::iter(reads).buffered(READS).collect().await;
        let (mut outcomes, mut any) = (Vec::new(), false);
        for (one, now) in planned.iter().zip(now) {
            let now = now?;
            outcomes.push(match one.plan == Plan::Nothing || still(one.change.base(), now.as_ref()) {
                true => Outcome::NotWritten,
                false => {
                    any = true;
                    Outcome::Conflict { theirs: now }
                }
            });
        }
        Ok(any.then_some(outcomes))
    }

    /// Each reason at the change whose action it is about.
    async fn reasons(&self, planned: &[Planned], reasons: &[CancelReason]) -> Vec<Outcome> {
        let mut rest = reasons;
        let mut outcomes = Vec::new();
        for one in planned {
            let (own, others) = rest.split_at(one.plan.actions().min(rest.len()));
            rest = others;
            outcomes.push(match (own.iter().position(lost), &one.plan) {
                (Some(at), plan) => {
                    let key = match plan {
                        Plan::Move { to, .. } if at == 1 => to.clone(),
                        _ => one.key.clone(),
                    };
                    match self.read(&key).await {
                        Ok(theirs) => Outcome::Conflict { theirs },
                        Err(error) => refused(error),
                    }
                }
                (None, _) => own
                    .iter()
                    .find(|reason| reason.code != "None")
                    .map_or(Outcome::NotWritten, of_reason),
            });
        }
        outcomes
    }
}
