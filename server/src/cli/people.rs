//! People by uuid or handle: from a users file, else from what the table itself says.

use std::path::Path;

use dynadesk_shared::api::conversations::{UserRef, UsersRequest};

use super::desk::Desk;
use super::failure::Failure;
use crate::connections::Connection;
use crate::conversations;
use crate::error::Error;

/// The people of a users file: a JSON array of `uuid`, `display_name` and `handle`.
pub fn read(file: &Path) -> Result<Vec<UserRef>, Failure> {
    let place = file.display();
    let text = std::fs::read_to_string(file).map_err(|cause| Failure::NotBegun(format!("{place} cannot be read: {cause}")))?;
    serde_json::from_str(&text).map_err(|cause| Failure::NotBegun(format!("{place} is no users file: {cause}")))
}

/// Everybody whom the rows of a table name.
pub async fn of_table(connection: &Connection, table: &str) -> Result<Vec<UserRef>, Failure> {
    let mut people = std::collections::BTreeMap::<String, UserRef>::new();
    let mut asked = UsersRequest::default();
    loop {
        let page = conversations::users(connection, table, asked).await?;
        for found in page.users {
            let known = people.entry(found.user.uuid.clone()).or_default();
            if known.handle.is_empty() {
                *known = found.user;
            }
        }
        match page.next {
            Some(cursor) => asked = UsersRequest { cursor: Some(cursor) },
            None => return Ok(people.into_values().collect()),
        }
    }
}

/// The one whom a word means: in the database where one is configured and has it, else in the table.
pub async fn meant(desk: &Desk, table: &str, word: &str) -> Result<UserRef, Failure> {
    let handle = word.trim_start_matches('@');
    if uuid::Uuid::parse_str(word).is_ok() {
        let names = desk.state.identity.names(&[word.to_owned()]).await?;
        if let Some(user) = names.names.get(word) {
            return Ok(user.clone());
        }
    } else if let Some(found) = desk.state.identity.by_handle(handle).await?
        && !found.is_empty()
    {
        return find(&found, handle, "the users of PostgreSQL");
    }
    find(&of_table(&desk.connection, table).await?, word, &format!("table {table}"))
}

/// The one whom a word means: a uuid, or a handle with or without its `@`.
pub fn find(people: &[UserRef], word: &str, place: &str) -> Result<UserRef, Failure> {
    let handle = word.trim_start_matches('@');
    let mut found = people.iter().filter(|user| user.uuid == word || user.handle == handle);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => Err(Error::not_found("user_not_found", format!("nobody in {place} is {word:?}")).into()),
        (Some(one), Some(other)) => {
            let message = format!(
                "{word:?} is more than one person in {place}: {} and {}, say. Give the uuid",
                one.uuid, other.uuid
            );
            Err(Error::conflict("user_ambiguous", message).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_that_two_have_is_nobody() {
        let user = |uuid: &str, handle: &str| UserRef {
            uuid: uuid.into(),
            handle: handle.into(),
            ..UserRef::default()
        };
        let people = [user("u1", "ann"), user("u2", "bob"), user("u3", "bob")];
        assert_eq!(find(&people, "@ann", "here").ok().map(|user| user.uuid).as_deref(), Some("u1"));
        assert_eq!(find(&people, "u3", "here").ok().map(|user| user.uuid).as_deref(), Some("u3"));
        let words = |word| {
            find(&people, word, "here")
                .err()
                .and_then(|failure| failure.words().map(|(code, _)| code.to_owned()))
        };
        assert_eq!(words("bob").as_deref(), Some("user_ambiguous"));
        assert_eq!(words("eve").as_deref(), Some("user_not_found"));
    }
}
