//! `dynadesk.toml` as it is written: every value knows its line, nothing unknown passes.

use std::net::IpAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use dynadesk_shared::api::identity::Columns;
use serde::Deserialize;
use toml::Spanned;

use super::args::LogFormat;
use super::audit::WrittenAudit;
use super::secret::Secret;
use super::serving::{WrittenMetrics, WrittenTls};
use super::sign_in::{WrittenGrant, WrittenSignIn};
use super::{ConfigError, Environment};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub address: Option<Spanned<IpAddr>>,
    pub port: Option<u16>,
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    pub data_dir: Option<PathBuf>,
    pub read_only: Option<bool>,
    pub log: Option<String>,
    pub log_format: Option<LogFormat>,
    /// The name of the connection that the console begins with.
    pub default: Option<Spanned<String>>,
    /// How browsers reach Dynadesk.
    pub public_url: Option<Spanned<String>>,
    #[serde(default)]
    pub trusted_proxies: Vec<Spanned<String>>,
    pub tls: Option<WrittenTls>,
    pub max_connections: Option<Spanned<usize>>,
    pub drain_seconds: Option<Spanned<u32>>,
    pub metrics: Option<WrittenMetrics>,
    pub sign_in: Option<WrittenSignIn>,
    #[serde(default, rename = "grant")]
    pub grants: Vec<Spanned<WrittenGrant>>,
    pub audit: Option<WrittenAudit>,
    pub store: Option<WrittenStore>,
    pub identity: Option<WrittenIdentity>,
    #[serde(default, rename = "connection")]
    pub connections: Vec<Spanned<WrittenConnection>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStore {
    pub connection: Option<Spanned<String>>,
    pub table: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenIdentity {
    pub read_only: Option<bool>,
    pub production: Option<bool>,
    pub users_file: Option<PathBuf>,
    pub pool: Option<WrittenPool>,
    pub database: Option<Spanned<WrittenDatabase>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenPool {
    pub id: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<String>,
    pub endpoint: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenDatabase {
    pub url: Option<Spanned<Secret>>,
    pub url_env: Option<Spanned<String>>,
    pub password_env: Option<Spanned<String>>,
    pub password_file: Option<Spanned<PathBuf>>,
    pub sslmode: Option<Spanned<String>>,
    pub root_cert: Option<Spanned<PathBuf>>,
    pub max_connections: Option<Spanned<u32>>,
    pub statement_timeout_seconds: Option<Spanned<u32>>,
    pub schema: Option<Spanned<String>>,
    pub table: Option<Spanned<String>>,
    pub columns: Option<Spanned<Columns>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenConnection {
    pub name: Spanned<String>,
    pub kind: Spanned<Kind>,
    pub label: Option<String>,
    pub color: Option<Spanned<String>>,
    pub read_only: Option<bool>,
    pub production: Option<bool>,
    pub second_person: Option<Spanned<Vec<Spanned<String>>>>,
    pub scan_budget: Option<WrittenBudget>,
    // The embedded engine.
    pub memory: Option<Spanned<bool>>,
    pub file: Option<Spanned<PathBuf>>,
    // Endpoints.
    pub url: Option<Spanned<String>>,
    pub access_key_id: Option<Spanned<String>>,
    pub access_key_id_env: Option<Spanned<String>>,
    pub secret_access_key: Option<Spanned<Secret>>,
    pub secret_access_key_env: Option<Spanned<String>>,
    pub session_token_env: Option<Spanned<String>>,
    pub lacks: Option<Spanned<Vec<Spanned<String>>>>,
    // AWS.
    pub profile: Option<Spanned<String>>,
    pub role_arn: Option<Spanned<String>>,
    pub external_id: Option<Spanned<String>>,
    // Endpoints and AWS.
    pub region: Option<Spanned<String>>,
    pub cloudwatch_url: Option<Spanned<String>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenBudget {
    pub viewer: Option<u32>,
    pub operator: Option<u32>,
    pub admin: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Embedded,
    Endpoint,
    Aws,
}

/// The file's name and text, to say where a value stands.
/// The variable that has the text of a configuration file.
const TEXT: &str = "DYNADESK_CONFIG_TEXT";

#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Reads the file that was named, or `dynadesk.toml` of this directory where there is one; or takes the same
    /// text from a variable, where files are hard to come by.
    pub fn read(named: Option<&Path>, env: &Environment) -> Result<Option<Self>, ConfigError> {
        match (env.get(TEXT), named) {
            (Some(text), None) => return Ok(Some(Self { path: TEXT.into(), text })),
            (Some(_), Some(path)) => {
                let path = path.display();
                return Err(ConfigError(format!(
                    "{TEXT} and {path} would both be the configuration: give one of them"
                )));
            }
            (None, _) => {}
        }
        let path = named.unwrap_or(Path::new("dynadesk.toml"));
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Self {
                path: path.to_owned(),
                text,
            })),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(None),
            Err(cause) => Err(ConfigError(format!("{} cannot be read: {cause}", path.display()))),
        }
    }

    pub fn parse(&self) -> Result<Written, ConfigError> {
        toml::from_str(&self.text).map_err(|cause| self.fault(cause.span().unwrap_or_default(), cause.message()))
    }

    /// What the file is called, for people who look for it.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// An error that names the file and the line.
    pub fn fault(&self, span: Range<usize>, message: impl std::fmt::Display) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        ConfigError(format!("{}:{line}: {message}", self.path.display()))
    }
}
