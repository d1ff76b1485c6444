//! Opaque tokens: any wire type as one URL-safe word.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes a value as a token.
pub fn encode<T: Serialize>(value: &T) -> String {
    // Our wire types have string keys and no fallible serialiser, so this cannot fail.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// Reads a token, or says why it is none.
pub fn decode<T: DeserializeOwned>(token: &str) -> Result<T, String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(token)
        .map_err(|_| "the token is damaged: it is not base64url".to_owned())?;
    serde_json::from_slice(&bytes).map_err(|cause| format!("the token is damaged: {cause}"))
}
