//! The users of an application in its database and in its user pool, brought together by handle.

pub mod csv;
pub mod integrity;
pub mod mask;
pub mod plan;
pub mod users_file;

use serde::{Deserialize, Serialize};

/// What a row holds until it is synchronised.
pub const MOCK: &str = "MOCK";

/// A row of the users table, as far as a plan needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbUser {
    pub uuid: String,
    pub display_name: String,
    pub handle: Option<String>,
    pub cognito_user_id: Option<String>,
}

/// A user of the pool, as far as a plan needs it. Attributes are those that it happens to have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolUser {
    /// Unique in the pool, and not the handle.
    pub username: String,
    pub sub: Option<String>,
    pub preferred_username: Option<String>,
    pub status: String,
    pub enabled: bool,
}
