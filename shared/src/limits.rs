//! DynamoDB's limits on names, said before the engine has to refuse.

/// What is wrong with a table name, if anything.
pub fn table_name(name: &str) -> Result<(), String> {
    resource_name("table", name, 255)
}

/// What is wrong with an index name, if anything.
pub fn index_name(name: &str) -> Result<(), String> {
    resource_name("index", name, 255)
}

/// What is wrong with the name of a key attribute, if anything.
pub fn key_attribute_name(name: &str) -> Result<(), String> {
    match name.len() {
        0 => Err("a key attribute needs a name".to_owned()),
        1..=255 => Ok(()),
        long => Err(format!("a key attribute's name has at most 255 bytes, this one has {long}")),
    }
}

/// What is wrong with the name of a backup, if anything.
pub fn backup_name(name: &str) -> Result<(), String> {
    resource_name("backup", name, 255)
}

/// What is wrong with the name of an S3 bucket, if anything.
pub fn bucket_name(name: &str) -> Result<(), String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if let Some(bad) = name.chars().find(|c| !good(*c)) {
        return Err(format!("a bucket's name has only a-z, 0-9, '-' and '.', not {bad:?}"));
    }
    match name.len() {
        0 => Err("name the bucket".to_owned()),
        3..=63 => Ok(()),
        length => Err(format!("a bucket's name has 3 to 63 characters, this one has {length}")),
    }
}

fn resource_name(what: &str, name: &str, most: usize) -> Result<(), String> {
    if let Some(bad) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        return Err(format!("a {what} name has only a-z, A-Z, 0-9, '_', '-' and '.', not {bad:?}"));
    }
    match name.len() {
        0 => Err(format!("a {what} needs a name")),
        1 | 2 => Err(format!("a {what} name has at least 3 characters")),
        length if length > most => Err(format!("a {what} name has at most {most} characters, this one has {length}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_as_dynamodb_does() {
        assert_eq!(table_name("cruddur-messages"), Ok(()));
        assert!(table_name("ab").is_err());
        assert!(table_name(&"a".repeat(256)).is_err());
        assert!(table_name("a/b").expect_err("slash").contains("'/'"));
        assert!(key_attribute_name("").is_err());
    }
}
