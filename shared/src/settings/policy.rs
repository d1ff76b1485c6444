//! Resource policies: JSON whose mistakes are named with their line before AWS has to refuse.

use crate::api::error::FieldError;
use crate::value::located::{Entry, Json, Located, TextFault, parse};

/// Bytes, white space included.
pub const MOST_BYTES: usize = 20 * 1024;
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const OF_A_POLICY: [&str; 3] = ["Version", "Id", "Statement"];
const OF_A_STATEMENT: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn check(wanted: Option<&str>, faults: &mut Vec<FieldError>) {
    if let Some(fault) = wanted.and_then(fault) {
        faults.push(FieldError::new("policy", fault));
    }
}

/// What is wrong with a policy's text, with line and column.
pub fn fault(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("a policy is a JSON document; to have none, remove it".to_owned());
    }
    if text.len() > MOST_BYTES {
        return Some(format!(
            "a policy has at most {MOST_BYTES} bytes with its white space, this one has {}",
            text.len()
        ));
    }
    let fault = parse(text).and_then(|document| policy(&document)).err()?;
    let (line, column) = fault.place(text);
    Some(format!("line {line}, column {column}: {}", fault.message))
}

fn policy(document: &Located) -> Result<(), TextFault> {
    let members = object(document, "a policy", &OF_A_POLICY)?;
    match member(members, "Version") {
        Some(Located {
            json: Json::Text(text),
            at,
        }) if !VERSIONS.contains(&text.as_str()) => {
            return Err(TextFault::new(
                *at,
                format!("the version of the language is {:?}, not {text:?}", VERSIONS[0]),
            ));
        }
        Some(Located { json: Json::Text(_), .. }) | None => {}
        Some(other) => {
            return Err(TextFault::new(
                other.at,
                format!("a version is a string, not {}", other.json.describe()),
            ));
        }
    }
    let Some(statement) = member(members, "Statement") else {
        return Err(TextFault::new(document.at, "a policy has a Statement"));
    };
    match &statement.json {
        Json::Array(all) if all.is_empty() => Err(TextFault::new(statement.at, "a policy has at least one statement")),
        Json::Array(all) => all.iter().try_for_each(self::statement),
        _ => self::statement(statement),
    }
}

fn statement(statement: &Located) -> Result<(), TextFault> {
    let members = object(statement, "a statement", &OF_A_STATEMENT)?;
    match member(members, "Effect") {
        Some(Located {
            json: Json::Text(text), ..
        }) if matches!(text.as_str(), "Allow" | "Deny") => {}
        Some(other) => return Err(TextFault::new(other.at, "an effect is \"Allow\" or \"Deny\"")),
        None => return Err(TextFault::new(statement.at, "a statement has an Effect")),
    }
    for (word, not) in [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
        match (member(members, word), member(members, not)) {
            (Some(_), Some(both)) => return Err(TextFault::new(both.at, format!("a statement has {word} or {not}, not both"))),
            (None, None) => {
                return Err(TextFault::new(
                    statement.at,
                    format!("a statement of a resource's policy has a {word}"),
                ));
            }
            (Some(one), None) | (None, Some(one)) if word == "Principal" => principal(one)?,
            (Some(one), None) | (None, Some(one)) => texts(one, word)?,
        }
    }
    match member(members, "Condition") {
        Some(other) if !matches!(other.json, Json::Object(_)) => Err(TextFault::new(
            other.at,
            format!("a condition is an object, not {}", other.json.describe()),
        )),
        _ => Ok(()),
    }
}

/// `"*"`, or an object whose members are texts or lists of them.
fn principal(value: &Located) -> Result<(), TextFault> {
    match &value.json {
        Json::Text(text) if text == "*" => Ok(()),
        Json::Object(members) => members.iter().try_for_each(|entry| texts(&entry.value, "Principal")),
        _ => Err(TextFault::new(
            value.at,
            "a principal is \"*\" or an object such as {\"AWS\": \"arn:…\"}",
        )),
    }
}

fn texts(value: &Located, what: &str) -> Result<(), TextFault> {
    let wrong = |other: &Located| TextFault::new(other.at, format!("{what} is a string or a list of strings"));
    match &value.json {
        Json::Text(_) => Ok(()),
        Json::Array(all) if all.is_empty() => Err(TextFault::new(value.at, format!("{what} names at least one"))),
        Json::Array(all) => match all.iter().find(|one| !matches!(one.json, Json::Text(_))) {
            Some(other) => Err(wrong(other)),
            None => Ok(()),
        },
        _ => Err(wrong(value)),
    }
}

fn object<'a>(value: &'a Located, what: &str, known: &[&str]) -> Result<&'a [Entry], TextFault> {
    let Json::Object(members) = &value.json else {
        return Err(TextFault::new(
            value.at,
            format!("{what} is an object, not {}", value.json.describe()),
        ));
    };
    for (at, entry) in members.iter().enumerate() {
        if !known.contains(&entry.name.as_str()) {
            return Err(TextFault::new(
                entry.at,
                format!("{what} has no {:?}, only {}", entry.name, known.join(", ")),
            ));
        }
        if members[..at].iter().any(|other| other.name == entry.name) {
            return Err(TextFault::new(entry.at, format!("{:?} stands here twice", entry.name)));
        }
    }
    Ok(members)
}

fn member<'a>(members: &'a [Entry], name: &str) -> Option<&'a Located> {
    members.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "readers", "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::111122223333:role/reader"]},
        "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}"#;

    #[test]
    fn a_right_policy_has_no_fault() {
        assert_eq!(fault(GOOD), None);
        assert_eq!(
            fault(r#"{"Statement": {"Effect": "Deny", "Principal": "*", "NotAction": "dynamodb:GetItem", "Resource": "*"}}"#),
            None
        );
    }

    #[test]
    fn faults_are_named_with_line_and_column() {
        let broken = GOOD.replace("\"Allow\"", "\"Maybe\"");
        assert_eq!(
            fault(&broken).as_deref(),
            Some("line 1, column 70: an effect is \"Allow\" or \"Deny\"")
        );
        let unknown = "{\n  \"Version\": \"2012-10-17\",\n  \"Statements\": []\n}";
        assert!(fault(unknown).is_some_and(|fault| fault.starts_with("line 3, column 3: a policy has no \"Statements\"")));
        let cut = fault("{\n  \"Version\": ").unwrap_or_default();
        assert!(cut.starts_with("line 2, column "), "{cut}");
        let number = GOOD.replace("\"dynamodb:Query\"", "7");
        assert!(fault(&number).is_some_and(|fault| fault.starts_with("line 3, ") && fault.ends_with("a list of strings")));
        let nobody = GOOD
            .replace("\"Principal\"", "\"NotPrincipal\"")
            .replace("\"Resource\": \"*\"", "\"NotPrincipal\": \"*\"");
        assert!(fault(&nobody).is_some_and(|fault| fault.contains("twice")));
        assert!(fault("[]").is_some_and(|fault| fault.contains("an object, not an array")));
        assert!(fault("  ").is_some());
    }

    #[test]
    fn a_policy_has_its_size() {
        let most = format!("{GOOD}{}", " ".repeat(MOST_BYTES - GOOD.len()));
        assert_eq!(fault(&most), None);
        assert!(fault(&format!("{most} ")).is_some_and(|fault| fault.contains("20481")));
    }
}
