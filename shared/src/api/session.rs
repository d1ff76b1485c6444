//! Who is signed in, how one signs in, and what production is unlocked for them.

use serde::{Deserialize, Serialize};

use crate::access::Grants;

/// The answer of [`super::paths::SESSION`], which anybody may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionView {
    pub ways: Ways,
    /// Nothing where nobody is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonView>,
}

/// How one signs in here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// With a name and a password.
    pub password: bool,
    /// With OpenID Connect: what its button says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<String>,
    /// A proxy in front signs people in.
    pub proxy: bool,
}

impl Ways {
    /// Whether anybody has to sign in at all.
    pub fn is_needed(&self) -> bool {
        self.password || self.oidc.is_some() || self.proxy
    }
}

/// How a person came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// On loopback, where no sign-in is configured.
    Local,
    Password,
    Oidc,
    /// The signed header of an AWS load balancer.
    Alb,
    /// The header of a proxy that shares a secret with us.
    Proxy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonView {
    /// What stands in the history and in the audit log.
    pub name: String,
    pub way: Way,
    pub grants: Grants,
    /// When the session is over whatever happens; a person without a session has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// Seconds without any request after which it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_seconds: Option<u64>,
    pub unlocks: Vec<UnlockView>,
}

/// Writing to a production connection, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnlockView {
    pub connection: String,
    pub reason: String,
    pub until: String,
    /// Seconds that are left, so that no browser's clock has to be right.
    pub seconds_left: u64,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    pub name: String,
    pub password: String,
}

impl std::fmt::Debug for PasswordSignIn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PasswordSignIn")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedOut {
    /// Where the browser goes to end the session of the provider too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// Why production is written to, in the operator's words.
    pub reason: String,
}

/// Characters of a reason.
pub const REASON: std::ops::RangeInclusive<usize> = 3..=300;

/// What is wrong with a reason, for the field and for the server.
pub fn check_reason(reason: &str) -> Result<&str, String> {
    let reason = reason.trim();
    let count = reason.chars().count();
    if reason.chars().any(char::is_control) {
        return Err("a reason is one line without control characters".to_owned());
    }
    if !REASON.contains(&count) {
        let (least, most) = (REASON.start(), REASON.end());
        return Err(format!("a reason has {least} to {most} characters, this one has {count}"));
    }
    Ok(reason)
}

/// One session, as an admin sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionRow {
    /// Names it for ending it; tells nothing of its cookie.
    pub id: String,
    pub name: String,
    pub way: Way,
    pub grants: Grants,
    pub from: String,
    pub browser: String,
    pub signed_in_at: String,
    pub seen_at: String,
    pub ends_at: String,
    /// Whether it is the one that asks.
    pub own: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionList {
    pub sessions: Vec<SessionRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_some_length() {
        assert_eq!(check_reason("  ticket 42 "), Ok("ticket 42"));
        for bad in ["", "  ", "ab", "a\nb c", &"x".repeat(301)] {
            assert!(check_reason(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_hides_in_debug() {
        let asked = PasswordSignIn {
            name: "ada".to_owned(),
            password: "hush".to_owned(),
        };
        assert!(!format!("{asked:?}").contains("hush"));
    }
}
