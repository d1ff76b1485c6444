//! A file that says who is behind a uuid, where there is no database.

use serde::Deserialize;

use crate::api::conversations::UserRef;

/// Its users: a list of objects, or `{"users": […]}`. Nothing where it is neither.
pub fn read(text: &str) -> Option<Vec<UserRef>> {
    #[derive(Deserialize)]
    struct Row {
        uuid: String,
        #[serde(default)]
        display_name: String,
        #[serde(default)]
        handle: String,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum File {
        Rows(Vec<Row>),
        Object { users: Vec<Row> },
    }
    let (File::Rows(rows) | File::Object { users: rows }) = serde_json::from_str(text).ok()?;
    let users = rows.into_iter().map(|row| UserRef {
        uuid: row.uuid,
        display_name: row.display_name,
        handle: row.handle,
    });
    Some(users.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_files_are_read() {
        let row = r#"{"uuid": "u1", "display_name": "Ada", "handle": "ada", "email": "a@b", "created_at": null}"#;
        for text in [format!("[{row}]"), format!("{{\"users\": [{row}]}}")] {
            let users = read(&text).expect("valid");
            assert_eq!((users[0].uuid.as_str(), users[0].handle.as_str()), ("u1", "ada"));
        }
        assert!(read("[{\"name\": 1}]").is_none());
        assert!(read("").is_none());
    }
}
