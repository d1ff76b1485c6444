//! Looks at the rows of a table stretch by stretch: who in them is nowhere, and whose name is out of date.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::integrity::{Finding, FindingKind, IntegrityPage, IntegrityRequest, NameCopy};
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::identity::integrity::add;

use crate::app::AppState;
use crate::connections::Connection;
use crate::conversations::stretch;
use crate::error::Result;

/// What a stretch says of a user.
#[derive(Default)]
struct Seen<'a> {
    /// Rows that name the user, and whether each is a group row.
    naming: Vec<(&'a Item, UserRef, bool)>,
    owned: u64,
}

/// The next stretch of a table: 409 `names_not_configured`, `pool_unread`.
pub async fn check(app: &AppState, connection: &Connection, table: &str, asked: IntegrityRequest) -> Result<IntegrityPage> {
    let stretch = stretch(connection, table, "integrity", asked.cursor.as_deref()).await?;
    let mut users = BTreeMap::<String, Seen>::new();
    let mut rows = 0;
    for item in &stretch.items {
        let (user, is_group) = match cruddur::row(item) {
            None => continue,
            Some(Row::Group(view)) => {
                users.entry(view.owner).or_default().owned += 1;
                (view.with, true)
            }
            Some(Row::Message(view)) => (view.from, false),
        };
        rows += 1;
        users.entry(user.uuid.clone()).or_default().naming.push((item, user, is_group));
    }
    let uuids: Vec<String> = users.keys().cloned().collect();
    let known = app.identity.names_now(&uuids).await?;
    let mut found = Vec::new();
    for (uuid, seen) in users {
        match known.get(&uuid) {
            None => found.push(nowhere(uuid, &seen)),
            Some(user) => found.extend(out_of_date(user, &seen)),
        }
    }
    in_the_pool(app, &mut found).await?;
    Ok(IntegrityPage {
        found,
        scanned: stretch.scanned,
        rows,
        next: stretch.next,
        exchange: stretch.exchange,
    })
}

fn nowhere(uuid: String, seen: &Seen) -> Finding {
    Finding {
        uuid,
        kind: FindingKind::Nowhere,
        known: None,
        copies: copies(seen.naming.iter()),
        owned: seen.owned,
    }
}

fn out_of_date(user: &UserRef, seen: &Seen) -> Option<Finding> {
    let other = seen.naming.iter().filter(|(item, ..)| cruddur::renamed(item, user).is_some());
    let copies = copies(other);
    (!copies.is_empty()).then(|| Finding {
        uuid: user.uuid.clone(),
        kind: FindingKind::OutOfDate,
        known: Some(user.clone()),
        copies,
        owned: 0,
    })
}

fn copies<'a>(rows: impl Iterator<Item = &'a (&'a Item, UserRef, bool)>) -> Vec<NameCopy> {
    let mut copies = Vec::new();
    for (_, user, is_group) in rows {
        let copy = NameCopy {
            display_name: user.display_name.clone(),
            handle: user.handle.clone(),
            groups: u64::from(*is_group),
            messages: u64::from(!is_group),
        };
        add(&mut copies, copy);
    }
    copies
}

/// Whom the database does not have may be in the pool all the same.
async fn in_the_pool(app: &AppState, found: &mut [Finding]) -> Result<()> {
    let unknown = || found.iter().filter(|finding| finding.kind == FindingKind::Nowhere);
    let handles: BTreeSet<&str> = unknown()
        .flat_map(|finding| finding.copies.iter().map(|copy| copy.handle.as_str()))
        .filter(|handle| !handle.is_empty())
        .collect();
    let uuids: BTreeSet<&str> = unknown().map(|finding| finding.uuid.as_str()).collect();
    if uuids.is_empty() {
        return Ok(());
    }
    let there = app.identity.in_pool(&handles, &uuids).await?;
    for finding in found {
        let is_there = there.contains(&finding.uuid) || finding.copies.iter().any(|copy| there.contains(&copy.handle));
        if finding.kind == FindingKind::Nowhere && is_there {
            finding.kind = FindingKind::OnlyPool;
        }
    }
    Ok(())
}
