//! What the claims of a verified token say of a person.

use serde_json::{Map, Value};

/// Bytes of a name.
const NAME: usize = 200;

/// The claim that is configured; else an address that the provider says it has verified, else its own id of the
/// person. What people choose for themselves names nobody unless it is configured.
pub fn name(claims: &Map<String, Value>, claim: Option<&str>) -> Option<String> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let found = match claim {
        Some(claim) => text(claim)?,
        None => {
            // Some providers write this one as a word.
            let verified = claims.get("email_verified") == Some(&Value::Bool(true)) || text("email_verified") == Some("true");
            text("email").filter(|email| verified && !email.is_empty()).or(text("sub"))?
        }
    };
    let found = found.trim();
    (!found.is_empty() && found.len() <= NAME && !found.chars().any(char::is_control)).then(|| found.to_owned())
}

/// The provider's own id of the person.
pub fn subject(claims: &Map<String, Value>) -> Option<String> {
    let found = claims.get("sub")?.as_str()?;
    (!found.is_empty() && found.len() <= NAME).then(|| found.to_owned())
}

/// The groups under a claim: a list, or one text with commas between them.
pub fn groups(claims: &Map<String, Value>, claim: &str) -> Vec<String> {
    match claims.get(claim) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => text
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn an_address_that_is_not_verified_names_nobody() {
        let sly = claims(&json!({"sub": "s1", "email": "boss@example.com", "email_verified": false}));
        assert_eq!(name(&sly, None).as_deref(), Some("s1"));
        let words = claims(&json!({"sub": "s1", "email": "boss@example.com", "email_verified": "false"}));
        assert_eq!(name(&words, None).as_deref(), Some("s1"));
        let chosen = claims(&json!({"sub": "s1", "email": "boss@example.com", "preferred_username": "boss"}));
        assert_eq!(name(&chosen, None).as_deref(), Some("s1"));
        assert_eq!(name(&chosen, Some("preferred_username")).as_deref(), Some("boss"));
        let good = claims(&json!({"sub": "s1", "email": "ada@example.com", "email_verified": true}));
        assert_eq!(name(&good, None).as_deref(), Some("ada@example.com"));
        assert_eq!(name(&claims(&json!({"sub": "a\nb"})), None), None);
    }

    #[test]
    fn groups_are_a_list_or_a_text() {
        let all = claims(&json!({"groups": ["a", 1, "b"], "roles": "c, d e"}));
        assert_eq!(groups(&all, "groups"), ["a", "b"]);
        assert_eq!(groups(&all, "roles"), ["c", "d e"]);
        assert!(groups(&all, "none").is_empty());
    }
}
