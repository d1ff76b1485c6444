//! Leases: the right to work on something until somebody else takes it. The row of what is worked on holds
//! its lease too, so whoever lost it cannot write there any more.

use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{AttributeValue, Key};

use super::rows::{PK, n, s};
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
    /// Takes the row as it was read, with the fence that it had then or none where there was no row, and sets
    /// something beside. Nothing where somebody else was faster, or the row lost what it `must_have`.
    pub(super) async fn claim(
        inner: &Inner,
        (key, owner): (Key, &str),
        seen: Option<i64>,
        beside: &[(&str, AttributeValue)],
        must_have: Option<&str>,
    ) -> Result<Option<Self>> {
        let fence = seen.unwrap_or_default() + 1;
        let lease = Self {
            key,
            owner: owner.to_owned(),
            fence,
        };
        let until = inner.now() + LEASE;
        let own = [("owner", s(owner)), ("fence", n(fence)), ("until", n(until))];
        let mut update = setting(own.iter().chain(beside));
        let mut condition = match seen {
            Some(seen) => {
                update.values.insert(":seen".to_owned(), n(seen));
                "#fence = :seen".to_owned()
            }
            None => {
                update.names.insert("#pk".to_owned(), PK.to_owned());
                "attribute_not_exists(#pk)".to_owned()
            }
        };
        if let Some(name) = must_have {
            update.names.insert("#must_have".to_owned(), name.to_owned());
            condition += " AND attribute_exists(#must_have)";
        }
        match inner.table.update(&lease.key, &update, &condition).await {
            Err(Fault::Condition) => Ok(None),
            other => {
                other?;
                Ok(Some(lease))
            }
        }
    }

    /// Changes the row while the lease is one's own. False where somebody else has taken it: then nothing
    /// was written.
    pub(super) async fn change(&self, inner: &Inner, set: &[(&str, AttributeValue)], remove: &[&str]) -> Result<bool> {
        let mut update = setting(set);
        if !remove.is_empty() {
            let names: Vec<String> = remove.iter().map(|name| format!("#{name}")).collect();
            update.text.push_str(&format!(" REMOVE {}", names.join(", ")));
        }
        let named = remove.iter().copied().chain(["owner", "fence"]);
        update.names.extend(named.map(|name| (format!("#{name}"), name.to_owned())));
        update.values.insert(":own".to_owned(), s(&self.owner));
        update.values.insert(":fenced".to_owned(), n(self.fence));
        match inner.table.update(&self.key, &update, "#owner = :own AND #fence = :fenced").await {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }
}

/// An update that sets these attributes, each under its own name.
fn setting<'a>(set: impl IntoIterator<Item = &'a (&'a str, AttributeValue)>) -> Expression {
    let mut update = Expression::default();
    for (name, value) in set {
        let before = if update.text.is_empty() { "SET" } else { "," };
        update.text.push_str(&format!("{before} #{name} = :{name}"));
        update.names.insert(format!("#{name}"), (*name).to_owned());
        update.values.insert(format!(":{name}"), value.clone());
    }
    update
}
