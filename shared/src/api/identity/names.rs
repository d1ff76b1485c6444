//! Who is behind a uuid, by the first who knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::conversations::UserRef;

/// Asks who these are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Names {
    /// From the database.
    pub names: BTreeMap<String, UserRef>,
    /// From the users file, of those whom the database did not name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub otherwise: BTreeMap<String, UserRef>,
    /// Who in the database, else in the users file, has the handle that was asked for; more than one where it
    /// is no single one.
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
