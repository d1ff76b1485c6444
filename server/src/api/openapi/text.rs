//! Descriptions are the comments of the types. What is a link in the source is none for a reader of the API.

use serde_json::Value;

/// Takes the links out of all descriptions.
pub fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" => *text = without_links(text),
                    other => plain(other),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(plain),
        _ => {}
    }
}

fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((name, after)) = after.split_once("`]") else { break };
        out.push_str(before);
        // The last part of a path is what a reader knows.
        out.push_str(&format!("`{}`", name.rsplit("::").next().unwrap_or(name)));
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_words() {
        let text = "As [`crate::settings::facet`] and [`Key`](crate::key::Key) have it (see `x`).";
        assert_eq!(without_links(text), "As `facet` and `Key` have it (see `x`).");
        assert_eq!(without_links("a [`b"), "a [`b");
    }
}
