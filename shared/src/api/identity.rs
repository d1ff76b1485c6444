//! Users of the application in PostgreSQL and in a Cognito user pool: where they are, who they are,
//! and bringing `cognito_user_id` in line with the pool.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::connections::ConnectionHealth;
use super::conversations::UserRef;
use crate::identity::plan::{PlanKind, PlanRow};

/// What the browser may know of both sides. Passwords and keys are left out on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityView {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolView>,
    /// A file with users, where one is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users_file: Option<String>,
    pub read_only: bool,
    pub production: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseView {
    /// `user@host:port/database`.
    pub place: String,
    /// The database's own name, which a production marked as such asks for.
    pub name: String,
    pub sslmode: String,
    /// Schema and table as they are quoted in SQL.
    pub table: String,
    pub columns: Columns,
}

/// The names of the columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    pub uuid: String,
    pub display_name: String,
    pub handle: String,
    pub email: String,
    pub cognito_user_id: String,
    pub created_at: String,
}

impl Default for Columns {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            uuid: own("uuid"),
            display_name: own("display_name"),
            handle: own("handle"),
            email: own("email"),
            cognito_user_id: own("cognito_user_id"),
            created_at: own("created_at"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolView {
    pub id: String,
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    pub endpoint: String,
    /// What set the endpoint, when it is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_source: Option<String>,
}

/// Whether each configured side answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityHealth {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<ConnectionHealth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<ConnectionHealth>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleSort {
    #[default]
    Handle,
    DisplayName,
    CreatedAt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleFilter {
    /// Rows of the database, or users of the pool where there is no database.
    #[default]
    All,
    /// Rows that were never synchronised.
    Mock,
    /// Rows whose handle another row has too.
    SameHandle,
    /// Users of the pool whose handle no row has.
    OnlyPool,
}

/// Asks for a page of users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleRequest {
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub sort: PeopleSort,
    #[serde(default)]
    pub descending: bool,
    #[serde(default)]
    pub filter: PeopleFilter,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    pub people: Vec<Person>,
    /// How many there are in all; said with the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How far the pool was read: what the answer says of it is from then.
    pub pool: PoolState,
}

/// A user of both sides, joined by handle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Nothing where there is no row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    pub display_name: String,
    pub handle: String,
    /// Masked; [`EmailsRequest`] asks for the address itself.
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cognito_user_id: Option<String>,
    pub created_at: String,
    /// Users of the pool with this handle; more than one is a fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pool: Vec<PoolPerson>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolPerson {
    pub username: String,
    pub sub: String,
    /// `CONFIRMED`, `UNCONFIRMED` and so on, as Cognito says it.
    pub status: String,
    pub enabled: bool,
}

/// How far the user pool was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PoolState {
    /// There is none, or nobody asked yet.
    #[default]
    Unread,
    Reading(ReadProgress),
    Read {
        users: u64,
        /// ISO, UTC.
        at: String,
    },
    Failed {
        why: String,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProgress {
    pub pages: u64,
    pub users: u64,
    /// Answers that asked for patience; each was asked again.
    pub throttled: u64,
    /// Rows of the database.
    pub rows: u64,
}

/// Asks for the addresses of these rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailsRequest {
    pub uuids: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emails {
    pub emails: BTreeMap<String, String>,
}

/// The plan as it stands: being read, ready, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Names exactly this plan; a sync takes it back.
    pub id: String,
    pub state: PlanState,
    pub progress: ReadProgress,
    /// Lines of each kind, when it is ready.
    pub counts: BTreeMap<PlanKind, u64>,
    /// ISO, UTC.
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PlanState {
    Reading,
    Ready,
    Failed { why: String },
}

/// Asks for lines of a plan, from this place on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRowsRequest {
    pub plan: String,
    pub kind: PlanKind,
    #[serde(default)]
    pub offset: u64,
    #[serde(default)]
    pub search: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRows {
    pub rows: Vec<PlanRow>,
    /// Lines of the kind that the search finds.
    pub total: u64,
}

/// Which of the rows that will change are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// All but these uuids.
    Except(Vec<String>),
    /// Only these uuids.
    Only(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    pub plan: String,
    pub choice: Choice,
    /// The name of the database, where the users are marked as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoSyncRequest {
    /// The name of the database, where the users are marked as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// What a sync, or the undoing of one, did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReport {
    pub summary: SyncSummary,
    pub rows: Vec<SyncRow>,
    /// Why the report was not kept, for a person: it can then not be undone here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncSummary {
    pub id: String,
    /// ISO, UTC.
    pub at: String,
    pub operator: String,
    /// The database, as [`DatabaseView::place`] says it, and the table.
    pub place: String,
    pub state: SyncState,
    pub rows: u64,
    /// The sync that this one took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Written down before it was done; its end is not known.
    Begun,
    Done,
    /// Nothing was written: a row was not as planned, or the database refused.
    Nothing,
    Undone,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRow {
    pub uuid: String,
    pub handle: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub outcome: SyncOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SyncOutcome {
    Written,
    /// As it was: another row kept all of them from being written.
    NotWritten,
    /// The row is no longer as planned.
    Changed {
        handle: Option<String>,
        cognito_user_id: Option<String>,
    },
    /// The row is gone.
    Gone,
    /// Another row has this handle or this sub by now.
    Shared,
    /// Nobody knows: the answer of the database was lost.
    Unknown,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncList {
    pub syncs: Vec<SyncSummary>,
}

/// Asks who these are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamesRequest {
    #[serde(default)]
    pub uuids: Vec<String>,
    /// Asks who has this handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
}

/// Who is known of those asked for. The database's names go before those of a table's own rows, and these
/// before those of the users file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// From the database.
    pub names: BTreeMap<String, UserRef>,
    /// From the users file, of those whom the database did not name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub otherwise: BTreeMap<String, UserRef>,
    /// Who in the database has the handle that was asked for; two where it is no single one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with_handle: Vec<UserRef>,
    /// Why some may be missing, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Names {
    /// Names a user as a row has one, by the first who knows.
    pub fn name(&self, user: &mut UserRef) {
        let named = |user: &UserRef| !user.display_name.is_empty() || !user.handle.is_empty();
        let known = self
            .names
            .get(&user.uuid)
            .or_else(|| self.otherwise.get(&user.uuid).filter(|_| !named(user)));
        if let Some(known) = known {
            *user = known.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_goes_before_the_row_and_the_row_before_the_file() {
        let user = |uuid: &str, name: &str| UserRef {
            uuid: uuid.to_owned(),
            display_name: name.to_owned(),
            handle: String::new(),
        };
        let mut names = Names::default();
        names.names.insert("a".to_owned(), user("a", "Database"));
        names.otherwise.insert("b".to_owned(), user("b", "File"));
        let named = |uuid: &str, row: &str| {
            let mut one = user(uuid, row);
            names.name(&mut one);
            one.display_name
        };
        assert_eq!(
            (named("a", "Row"), named("b", "Row"), named("b", ""), named("c", "")),
            ("Database".into(), "Row".into(), "File".into(), String::new())
        );
    }
}
