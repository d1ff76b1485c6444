//! People by uuid or handle: from a users file, else from what the table itself says.

use std::path::Path;

use dynadesk_shared::api::conversations::{UserRef, UsersRequest};
use dynadesk_shared::identity::users_file;

use super::desk::Desk;
use super::failure::Failure;
use super::output::Output;
use crate::connections::Connection;
use crate::conversations;
use crate::error::{Error, ErrorKind};

/// The people of a users file.
pub fn read(file: &Path) -> Result<Vec<UserRef>, Failure> {
    let place = file.display();
    let text = std::fs::read_to_string(file).map_err(|cause| Failure::NotBegun(format!("{place} cannot be read: {cause}")))?;
    let wanted = "a JSON list of objects with uuid, display_name and handle";
    users_file::read(&text).ok_or_else(|| Failure::NotBegun(format!("{place} is no users file, which is {wanted}")))
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

/// The one whom a word means: in the database where one is configured and has it, else in the table, else in
/// the users file of the configuration. A database that does not answer is said, and passed over.
pub async fn meant(desk: &Desk, table: &str, word: &str, output: &Output) -> Result<UserRef, Failure> {
    let identity = &desk.state.identity;
    let handle = word.trim_start_matches('@');
    let (known, in_file) = if uuid::Uuid::parse_str(word).is_ok() {
        let mut names = identity.names(&[word.to_owned()]).await?;
        if let Some(why) = &names.problem {
            output.note(why);
        }
        (
            names.names.remove(word).into_iter().collect(),
            names.otherwise.into_values().collect(),
        )
    } else {
        let known = match identity.by_handle(handle).await {
            Err(error) if matches!(error.kind, ErrorKind::EngineFailed | ErrorKind::TimedOut) => {
                output.note(&error.message);
                Vec::new()
            }
            known => known?,
        };
        (known, identity.by_handle_in_file(handle))
    };
    if !known.is_empty() {
        return find(&known, word, "the users of PostgreSQL");
    }
    let of_table = of_table(&desk.connection, table).await?;
    let mut place = format!("table {table}");
    let named = of_table.iter().any(|user| user.uuid == word || user.handle == handle);
    if named || in_file.is_empty() {
        if identity.view().users_file.is_some() {
            place.push_str(" and the users file");
        }
        return find(&of_table, word, &place);
    }
    find(&in_file, word, "the users file")
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
