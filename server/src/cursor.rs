//! Cursors: a LastEvaluatedKey as an opaque token that is bound to the request it came from. The
//! engine would take a key of another table or filter and quietly answer from the wrong place.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dynadesk_shared::{Item, token};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Everything that a cursor is bound to, as one fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(String);

#[derive(Serialize, Deserialize)]
struct Token {
    key: Item,
    scope: String,
}

impl Scope {
    /// `request` is the request without its cursor and its limit: a page may be of any size.
    pub fn new(connection: &str, table: &str, operation: &str, request: &impl Serialize) -> Result<Self> {
        let text = serde_json::to_vec(&(connection, table, operation, request)).map_err(Error::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(Sha256::digest(text))))
    }

    /// The token of the next page, where there is one.
    pub fn issue(&self, last_key: Option<Item>) -> Option<String> {
        last_key.map(|key| {
            token::encode(&Token {
                key,
                scope: self.0.clone(),
            })
        })
    }

    /// The key where a page begins: 400 `cursor_invalid` for a damaged token, 400
    /// `cursor_mismatch` for one of another request.
    pub fn read(&self, cursor: Option<&str>) -> Result<Option<Item>> {
        let Some(cursor) = cursor else { return Ok(None) };
        let token: Token =
            token::decode(cursor).map_err(|why| Error::invalid("cursor_invalid", format!("the cursor cannot be used: {why}")))?;
        if token.scope != self.0 {
            return Err(Error::invalid(
                "cursor_mismatch",
                "the cursor belongs to another request: begin again without one, or repeat the request it came from",
            ));
        }
        Ok(Some(token.key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::AttributeValue;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn a_cursor_fits_its_own_request_only(binary in any::<Vec<u8>>(), text in any::<String>(), other in "[a-z]{1,5}") {
            let key: Item = [("b".to_owned(), AttributeValue::B(binary)), ("s#/".to_owned(), AttributeValue::S(text))].into();
            let scope = Scope::new("c", "t", "Scan", &"request").expect("scope");
            let cursor = scope.issue(Some(key.clone()));
            prop_assert_eq!(scope.read(cursor.as_deref()).expect("own"), Some(key));
            for (connection, table, request) in [(other.as_str(), "t", "request"), ("c", other.as_str(), "request"), ("c", "t", other.as_str())] {
                if (connection, table, request) != ("c", "t", "request") {
                    let wrong = Scope::new(connection, table, "Scan", &request).expect("scope");
                    prop_assert_eq!(wrong.read(cursor.as_deref()).expect_err("wrong").code, "cursor_mismatch");
                }
            }
            let damaged = cursor.map(|cursor| cursor[..cursor.len() / 2].to_owned());
            prop_assert_eq!(scope.read(damaged.as_deref()).expect_err("damaged").code, "cursor_invalid");
        }
    }
}
