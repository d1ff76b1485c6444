//! What a person may do where: roles, and the grants that give them on connections and tables.

use serde::{Deserialize, Serialize};

/// What somebody may do; each includes what is above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Writes items, seeds, messages; undoes; runs and stops jobs.
    Operator,
    /// Makes, changes and drops tables, backups, streams and relays; sees and ends sessions.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|role| role.word() == text);
        found.ok_or_else(|| format!("{text:?} is no role: it is viewer, operator or admin"))
    }
}

/// The users of the application, in the patterns of connections: they belong to no connection.
pub const IDENTITY: &str = "identity";

/// A role on the connections and tables whose names fit a pattern; `*` stands for any characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub role: Role,
    #[serde(default = "any")]
    pub connections: Vec<String>,
    #[serde(default = "any")]
    pub tables: Vec<String>,
}

fn any() -> Vec<String> {
    vec!["*".to_owned()]
}

impl Grant {
    /// A role everywhere.
    pub fn everywhere(role: Role) -> Self {
        Self {
            role,
            connections: any(),
            tables: any(),
        }
    }

    fn is_of(&self, connection: &str) -> bool {
        self.connections.iter().any(|pattern| fits(pattern, connection))
    }
}

/// What one person was given. Nothing is forbidden by a grant: the strongest one that fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Grants(pub Vec<Grant>);

impl Grants {
    pub fn everything() -> Self {
        Self(vec![Grant::everywhere(Role::Admin)])
    }

    /// The role on one table.
    pub fn on_table(&self, connection: &str, table: &str) -> Option<Role> {
        let fitting = self
            .0
            .iter()
            .filter(|grant| grant.is_of(connection) && grant.tables.iter().any(|one| fits(one, table)));
        fitting.map(|grant| grant.role).max()
    }

    /// The role on a connection as a whole, which a grant for some of its tables does not give.
    pub fn on_all_of(&self, connection: &str) -> Option<Role> {
        let whole = self
            .0
            .iter()
            .filter(|grant| grant.is_of(connection) && grant.tables.iter().any(|one| one == "*"));
        whole.map(|grant| grant.role).max()
    }

    /// The strongest role on any table of a connection: whether it is shown, and what may be tried there.
    pub fn on_some_of(&self, connection: &str) -> Option<Role> {
        self.0.iter().filter(|grant| grant.is_of(connection)).map(|grant| grant.role).max()
    }

    /// Whether there is a grant of a role on everything: what concerns Dynadesk itself.
    pub fn everywhere(&self) -> Option<Role> {
        let all = self
            .0
            .iter()
            .filter(|grant| grant.connections.iter().any(|one| one == "*") && grant.tables.iter().any(|one| one == "*"));
        all.map(|grant| grant.role).max()
    }
}

/// Whether a name fits a pattern, in time that is linear in both for the patterns people write.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            match rest.find(before) {
                Some(at) => rest = &rest[at + before.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, connections: &[&str], tables: &[&str]) -> Grant {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Grant {
            role,
            connections: own(connections),
            tables: own(tables),
        }
    }

    #[test]
    fn patterns_fit_whole_names_only() {
        for (pattern, name) in [
            ("*", ""),
            ("*", "x"),
            ("prod-*", "prod-eu"),
            ("*-log", "a-log"),
            ("a*b*c", "a1b2bc"),
            ("x", "x"),
            ("**", "y"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("prod-*", "prod"),
            ("x", "xy"),
            ("x", "yx"),
            ("a*b*c", "abb"),
            ("", "x"),
            ("a*a", "a"),
            ("*b", "bc"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_strongest_grant_that_fits_counts() {
        let grants = Grants(vec![
            grant(Role::Viewer, &["*"], &["*"]),
            grant(Role::Operator, &["dev"], &["Orders*"]),
            grant(Role::Admin, &["sandbox-*"], &["*"]),
        ]);
        assert_eq!(grants.on_table("dev", "Orders-2026"), Some(Role::Operator));
        assert_eq!(grants.on_table("dev", "Users"), Some(Role::Viewer));
        assert_eq!(grants.on_all_of("dev"), Some(Role::Viewer));
        assert_eq!(grants.on_some_of("dev"), Some(Role::Operator));
        assert_eq!(grants.on_all_of("sandbox-1"), Some(Role::Admin));
        assert_eq!(grants.everywhere(), Some(Role::Viewer));
    }

    #[test]
    fn who_was_given_nothing_may_nothing() {
        let some = Grants(vec![grant(Role::Admin, &["dev"], &["A"])]);
        assert_eq!(some.on_table("dev", "B"), None);
        assert_eq!(some.on_all_of("dev"), None);
        assert_eq!(some.on_some_of("prod"), None);
        assert_eq!(some.everywhere(), None);
        assert_eq!(Grants::default().on_some_of("dev"), None);
    }
}
