//! What "update Cognito ids" would do, said before anything is done: `cognito_user_id` becomes the
//! `sub` of the pool's user whose `preferred_username` is the row's handle, wherever that is certain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DbUser, MOCK, PoolUser};

/// What a line of the plan says. The order is the order of the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    WillChange,
    AlreadyRight,
    /// A user of the pool whose handle no row has.
    NoRow,
    /// A row whose handle nobody in the pool has.
    NoPoolUser,
    /// The same, and the row was never synchronised.
    MockLeft,
    /// A handle or a sub stands for more than one: nobody but a person can tell.
    Ambiguous,
    /// A user of the pool without `preferred_username` or without `sub`.
    MissingAttribute,
}

impl PlanKind {
    pub const ALL: [Self; 7] = [
        Self::WillChange,
        Self::AlreadyRight,
        Self::NoRow,
        Self::NoPoolUser,
        Self::MockLeft,
        Self::Ambiguous,
        Self::MissingAttribute,
    ];

    /// For the console and the command line, as it stands after a number. MOCK and Cognito keep their capitals.
    pub fn word(self) -> &'static str {
        match self {
            Self::WillChange => "will change",
            Self::AlreadyRight => "already right",
            Self::NoRow => "without a row",
            Self::NoPoolUser => "without a Cognito user",
            Self::MockLeft => "MOCK left over",
            Self::Ambiguous => "ambiguous",
            Self::MissingAttribute => "without an attribute",
        }
    }

    /// What it means, and what to do about it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::WillChange => {
                "These rows get the sub of the pool's user with their handle. Take out those that you do not want to change."
            }
            Self::AlreadyRight => "These rows have the right sub.",
            Self::NoRow => "These users of the pool have a preferred_username that is no row's handle.",
            Self::NoPoolUser => "Nobody in the pool has the handle of these rows. They stay as they are.",
            Self::MockLeft => "Nobody in the pool has the handle of these rows, and they were never synchronised. They stay MOCK.",
            Self::Ambiguous => "A handle or a sub stands for more than one. These are left alone until that is put right.",
            Self::MissingAttribute => "These users of the pool lack an attribute, so no row can be found for them.",
        }
    }
}

/// One line of the plan: a row, a user of the pool, or both where they belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanRow {
    pub kind: PlanKind,
    pub handle: String,
    /// The row's; nothing where there is no row.
    pub uuid: Option<String>,
    pub display_name: String,
    /// `cognito_user_id` as the row has it.
    pub old: Option<String>,
    /// The pool's user, where there is one.
    pub username: Option<String>,
    /// The pool's user's `sub`.
    pub new: Option<String>,
    /// What keeps it from being certain, for a person.
    pub why: Option<String>,
}

/// Compares both sides. Each row and each user of the pool is in exactly one line.
pub fn plan(rows: &[DbUser], pool: &[PoolUser]) -> Vec<PlanRow> {
    let mut lines = Vec::with_capacity(rows.len().max(pool.len()));
    let mut by_handle = BTreeMap::<&str, (Vec<&DbUser>, Vec<&PoolUser>)>::new();
    for row in rows {
        match row.handle.as_deref().filter(|handle| !handle.is_empty()) {
            Some(handle) => by_handle.entry(handle).or_default().0.push(row),
            None => lines.push(alone(row, Some("the row has no handle"))),
        }
    }
    for user in pool {
        match (named(&user.preferred_username), named(&user.sub)) {
            (Some(handle), Some(_)) => by_handle.entry(handle).or_default().1.push(user),
            (None, _) => lines.push(unpaired(
                user,
                PlanKind::MissingAttribute,
                Some("preferred_username is missing".to_owned()),
            )),
            (Some(_), None) => lines.push(unpaired(user, PlanKind::MissingAttribute, Some("sub is missing".to_owned()))),
        }
    }
    for (handle, (rows, users)) in by_handle {
        match (rows.as_slice(), users.as_slice()) {
            ([row], [user]) => lines.push(pair(row, user)),
            ([row], []) => lines.push(alone(row, None)),
            ([], [user]) => lines.push(unpaired(user, PlanKind::NoRow, None)),
            (rows, users) => lines.extend(ambiguous(handle, rows, users)),
        }
    }
    share_no_sub(&mut lines);
    lines.sort_by(|a, b| (a.kind, &a.handle, &a.uuid, &a.username).cmp(&(b.kind, &b.handle, &b.uuid, &b.username)));
    lines
}

fn named(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn pair(row: &DbUser, user: &PoolUser) -> PlanRow {
    let kind = if row.cognito_user_id == user.sub {
        PlanKind::AlreadyRight
    } else {
        PlanKind::WillChange
    };
    PlanRow {
        kind,
        username: Some(user.username.clone()),
        new: user.sub.clone(),
        ..alone(row, None)
    }
}

fn alone(row: &DbUser, why: Option<&str>) -> PlanRow {
    let mock = row.cognito_user_id.as_deref() == Some(MOCK);
    PlanRow {
        kind: if mock { PlanKind::MockLeft } else { PlanKind::NoPoolUser },
        handle: row.handle.clone().unwrap_or_default(),
        uuid: Some(row.uuid.clone()),
        display_name: row.display_name.clone(),
        old: row.cognito_user_id.clone(),
        username: None,
        new: None,
        why: why.map(str::to_owned),
    }
}

fn unpaired(user: &PoolUser, kind: PlanKind, why: Option<String>) -> PlanRow {
    PlanRow {
        kind,
        handle: user.preferred_username.clone().unwrap_or_default(),
        uuid: None,
        display_name: String::new(),
        old: None,
        username: Some(user.username.clone()),
        new: user.sub.clone(),
        why,
    }
}

fn ambiguous(handle: &str, rows: &[&DbUser], users: &[&PoolUser]) -> Vec<PlanRow> {
    let mut said = Vec::new();
    if rows.len() > 1 {
        said.push(format!("{} rows have the handle {handle:?}", rows.len()));
    }
    if users.len() > 1 {
        said.push(format!("{} users of the pool have the preferred_username {handle:?}", users.len()));
    }
    let why = said.join(", ");
    let rows = rows.iter().map(|row| PlanRow {
        kind: PlanKind::Ambiguous,
        ..alone(row, Some(&why))
    });
    let users = users.iter().map(|user| unpaired(user, PlanKind::Ambiguous, Some(why.clone())));
    rows.chain(users).collect()
}

/// Who ends with one sub: those of whom that is not settled yet, and how many of whom it is.
#[derive(Default)]
struct Ends {
    open: Vec<usize>,
    settled: usize,
}

/// No two rows may end with one sub: those that would are for a person to look at. Leaving one as it is may
/// make another pair, so whoever has the id that stays is looked at again. Gives how many steps it took:
/// each line is counted once and moves once at most.
fn share_no_sub(lines: &mut [PlanRow]) -> usize {
    let mut steps = 0;
    let mut numbers = BTreeMap::new();
    let mut number = |sub: Option<&str>| {
        let next = numbers.len();
        sub.map(|sub| *numbers.entry(sub.to_owned()).or_insert(next))
    };
    // The sub with which each line ends, and the one with which it ends if it is left alone.
    let subs: Vec<(Option<usize>, Option<usize>)> = lines.iter().map(|line| (number(end(line)), number(stays(line)))).collect();
    let mut ends: Vec<Ends> = std::iter::repeat_with(Ends::default).take(numbers.len()).collect();
    for (at, (sub, _)) in subs.iter().enumerate() {
        steps += 1;
        match (sub, lines[at].kind) {
            (None, _) => {}
            (Some(sub), PlanKind::Ambiguous) => ends[*sub].settled += 1,
            (Some(sub), _) => ends[*sub].open.push(at),
        }
    }
    let mut shared: Vec<usize> = (0..ends.len()).collect();
    while let Some(sub) = shared.pop() {
        steps += 1;
        if ends[sub].settled + ends[sub].open.len() < 2 {
            continue;
        }
        for at in std::mem::take(&mut ends[sub].open) {
            steps += 1;
            let line = &mut lines[at];
            line.why = end(line).map(|sub| format!("more than one row would have the sub {sub:?}"));
            line.kind = PlanKind::Ambiguous;
            if let Some(stays) = subs[at].1 {
                ends[stays].settled += 1;
                shared.push(stays);
            }
        }
    }
    steps
}

/// The sub that a row has when the plan is carried out.
fn end(line: &PlanRow) -> Option<&str> {
    if line.kind == PlanKind::WillChange {
        line.uuid.as_ref()?;
        return as_sub(&line.new);
    }
    stays(line)
}

/// The sub that it has when nobody touches it.
fn stays(line: &PlanRow) -> Option<&str> {
    line.uuid.as_ref()?;
    as_sub(&line.old)
}

fn as_sub(id: &Option<String>) -> Option<&str> {
    named(id).filter(|sub| *sub != MOCK)
}

#[cfg(test)]
mod tests;
