//! `[sign_in]` and `[[grant]]` as they are written.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenSignIn {
    pub idle_minutes: Option<Spanned<u64>>,
    pub absolute_hours: Option<Spanned<u64>>,
    pub users_file: Option<PathBuf>,
    pub oidc: Option<Spanned<WrittenOidc>>,
    pub alb: Option<Spanned<WrittenAlb>>,
    pub forwarded: Option<Spanned<WrittenForwarded>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenOidc {
    pub issuer: Option<Spanned<String>>,
    pub client_id: Option<String>,
    pub client_secret_env: Option<Spanned<String>>,
    pub client_secret_file: Option<Spanned<PathBuf>>,
    pub label: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub groups_claim: Option<String>,
    pub name_claim: Option<String>,
    pub logout_url: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenAlb {
    pub arn: Option<Spanned<String>>,
    pub issuer: Option<String>,
    pub client_id: Option<String>,
    pub keys_url: Option<Spanned<String>>,
    pub groups_claim: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenForwarded {
    pub user_header: Option<String>,
    pub groups_header: Option<String>,
    pub secret_env: Option<Spanned<String>>,
    pub secret_file: Option<Spanned<PathBuf>>,
    pub peers: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenGrant {
    pub group: Spanned<String>,
    pub role: Spanned<String>,
    pub connections: Option<Vec<String>>,
    pub tables: Option<Vec<String>>,
}
