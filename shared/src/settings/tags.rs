//! Tags: as they are and as they shall be.

use std::collections::BTreeMap;

use crate::api::error::FieldError;

/// Of one table.
pub const MOST: usize = 50;
const MOST_KEY: usize = 128;
const MOST_VALUE: usize = 256;

pub(super) fn check(now: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>, faults: &mut Vec<FieldError>) {
    let of_aws = |key: &str| key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    // AWS's own tags do not count, and nobody else changes them.
    let own = wanted.keys().filter(|key| !of_aws(key)).count();
    if own > MOST {
        faults.push(FieldError::new("change", format!("a table has at most {MOST} tags, not {own}")));
    }
    for key in now.keys().chain(wanted.keys()).filter(|key| of_aws(key)) {
        if now.get(key) != wanted.get(key) {
            faults.push(FieldError::new(field(key), "keys that begin with aws: belong to AWS"));
        }
    }
    for (key, value) in wanted.iter().filter(|(key, value)| now.get(*key) != Some(*value)) {
        let (length, of_value) = (key.chars().count(), value.chars().count());
        if !(1..=MOST_KEY).contains(&length) {
            faults.push(FieldError::new(
                field(key),
                format!("a tag's key has 1 to {MOST_KEY} characters, not {length}"),
            ));
        } else if of_value > MOST_VALUE {
            faults.push(FieldError::new(
                field(key),
                format!("a tag's value has at most {MOST_VALUE} characters, not {of_value}"),
            ));
        } else if let Some(bad) = key.chars().chain(value.chars()).find(|letter| !is_allowed(*letter)) {
            faults.push(FieldError::new(
                field(key),
                format!("tags have letters, digits, spaces and _ . : / = + - @, not {bad:?}"),
            ));
        }
    }
}

fn is_allowed(letter: char) -> bool {
    letter.is_alphanumeric() || letter == ' ' || "_.:/=+-@".contains(letter)
}

fn field(key: &str) -> String {
    format!("tags.{key}")
}
