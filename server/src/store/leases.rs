//! Leases: the right to work on something until somebody else takes it. The row of what is worked on holds
//! its lease too, so whoever lost it cannot write there any more.

use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{AttributeValue, Key};

use super::rows::{n, s};
use super::{Fault, Inner};
use crate::error::Result;

/// How long a lease holds without a beat, in microseconds.
pub const LEASE: i64 = 15_000_000;

/// Each claim of a row counts its `fence` up, so that an owner's earlier life is fenced off too.
#[derive(Clone, Debug)]
pub struct Lease {
    pub(super) key: Key,
    pub(super) owner: String,
    pub(super) fence: i64,
}

impl Lease {
    /// Changes the row while the lease is one's own. False where somebody else has taken it: then nothing
    /// was written.
    pub(super) async fn change(&self, inner: &Inner, set: &[(&str, AttributeValue)], remove: &[&str]) -> Result<bool> {
        let list = |names: Vec<String>| names.join(", ");
        let mut text = format!("SET {}", list(set.iter().map(|(name, _)| format!("#{name} = :{name}")).collect()));
        if !remove.is_empty() {
            text.push_str(&format!(" REMOVE {}", list(remove.iter().map(|name| format!("#{name}")).collect())));
        }
        let named = set
            .iter()
            .map(|(name, _)| *name)
            .chain(remove.iter().copied())
            .chain(["owner", "fence"]);
        let own = [(":own".to_owned(), s(&self.owner)), (":fenced".to_owned(), n(self.fence))];
        let update = Expression {
            text,
            names: named.map(|name| (format!("#{name}"), name.to_owned())).collect(),
            values: set
                .iter()
                .map(|(name, value)| (format!(":{name}"), value.clone()))
                .chain(own)
                .collect(),
        };
        match inner.table.update(&self.key, &update, "#owner = :own AND #fence = :fenced").await {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }
}
