//! Users of the application in PostgreSQL and in a Cognito user pool: where they are, who they are,
//! and bringing `cognito_user_id` in line with the pool.

mod names;
mod people;
mod plan;
mod sync;

use serde::{Deserialize, Serialize};

use super::connections::ConnectionHealth;

pub use names::{Names, NamesRequest};
pub use people::{Emails, EmailsRequest, PeopleFilter, PeoplePage, PeopleRequest, PeopleSort, Person, PoolPerson, PoolState, ReadProgress};
pub use plan::{Choice, PlanRows, PlanRowsRequest, PlanState, PlanUuids, PlanUuidsRequest, PlanView};
pub use sync::{
    REPORT_ROWS, SyncEnd, SyncList, SyncOutcome, SyncReport, SyncRequest, SyncRow, SyncRows, SyncRowsRequest, SyncState, SyncSummary,
    UndoSyncRequest,
};

/// What the browser may know of both sides. Passwords and keys are left out on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentityHealth {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<ConnectionHealth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<ConnectionHealth>,
}
