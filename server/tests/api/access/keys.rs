//! Two keys of tests, and tokens that are signed with them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

pub struct Key {
    pub kid: &'static str,
    private: &'static [u8],
    pub public: &'static str,
    x: &'static str,
    y: &'static str,
}

pub const A: Key = Key {
    kid: "key-a",
    private: include_bytes!("keys/a.pem"),
    public: include_str!("keys/a.pub.pem"),
    x: "Bf-_AudYGDrbC-1BIZDCY3G3YVlfQGUb9f09-kpUhn4",
    y: "ksuSiPhT34bMkrnzfMM5n7sq9B1ijzpLIyYLx89e_tM",
};

pub const B: Key = Key {
    kid: "key-b",
    private: include_bytes!("keys/b.pem"),
    public: include_str!("keys/b.pub.pem"),
    x: "eMefdmIypVs6XYAW_uUKq8f7u_iwJ3_cfC9lp5adV6k",
    y: "rR0NYUshllveSZ4sC2ecqVrQdqY9vTRnbYorckCDH3c",
};

impl Key {
    pub fn jwk(&self) -> Value {
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": self.x, "y": self.y})
    }

    /// A token with this very header and these claims, signed with this key.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", part(header), part(claims));
        let key = EncodingKey::from_ec_pem(self.private).unwrap();
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, Algorithm::ES256).unwrap();
        format!("{text}.{signature}")
    }
}

pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
