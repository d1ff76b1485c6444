//! Connections as configured, each checked with the line at fault.

use std::ops::Range;
use std::path::PathBuf;

use dynadesk_shared::api::connections::Feature;
use serde::Deserialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use toml::Spanned;

use super::file::{Kind, Source, WrittenBudget, WrittenConnection};
use super::secret::Secret;
use super::{ConfigError, Environment};
use crate::budgets::ScanBudgets;

/// The palette that the screen knows.
pub const COLORS: [&str; 9] = ["slate", "blue", "teal", "green", "amber", "orange", "red", "pink", "violet"];

/// What a second person can be asked for.
const DROP_TABLE: &str = "drop_table";

/// A connection, ready to open.
#[derive(Clone, Debug)]
pub struct ConnectionConfig {
    pub name: String,
    pub label: String,
    pub color: String,
    pub read_only: bool,
    pub production: bool,
    /// Dropping a table takes two people.
    pub second_person: bool,
    /// What people may read of whole tables in an hour, by role.
    pub scan_budgets: ScanBudgets,
    pub is_default: bool,
    /// Where CloudWatch answers, when it is not AWS's own.
    pub cloudwatch: Option<String>,
    pub place: Place,
}

impl ConnectionConfig {
    /// Whether its tables are there after the server.
    pub fn lasts(&self) -> bool {
        !matches!(self.place, Place::Embedded { file: None })
    }
}

#[derive(Clone, Debug)]
pub enum Place {
    Embedded {
        /// In memory without one.
        file: Option<PathBuf>,
    },
    Endpoint {
        url: String,
        region: String,
        keys: Keys,
        /// What sets the URL, for the screen.
        source: String,
        lacks: Vec<Feature>,
    },
    Aws {
        profile: Option<String>,
        region: Option<String>,
        role: Option<Role>,
    },
}

/// Keys of an endpoint. DynamoDB Local wants them, alphanumeric, and checks nothing else.
#[derive(Clone, Debug)]
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            access_key_id: "dynadesk".to_owned(),
            secret_access_key: Secret::new("dynadesk"),
            session_token: None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Role {
    pub arn: String,
    pub external_id: Option<String>,
}

impl ConnectionConfig {
    pub fn new(name: &str, label: &str, color: &str, place: Place) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            color: color.to_owned(),
            read_only: false,
            production: false,
            second_person: false,
            scan_budgets: ScanBudgets::default(),
            is_default: false,
            cloudwatch: None,
            place,
        }
    }
}

impl From<&WrittenBudget> for ScanBudgets {
    fn from(written: &WrittenBudget) -> Self {
        Self {
            viewer: written.viewer,
            operator: written.operator,
            admin: written.admin,
        }
    }
}

/// Checks one `[[connection]]`.
pub fn check(
    written: &Spanned<WrittenConnection>,
    source: &Source,
    data_dir: &std::path::Path,
    env: &Environment,
) -> Result<ConnectionConfig, ConfigError> {
    let wanted = written.get_ref();
    let kind = *wanted.kind.get_ref();
    name(&wanted.name, source)?;
    only_its_own(wanted, kind, source)?;
    let needs = |key: &str| source.fault(wanted.kind.span(), format!("connection {:?} needs {key}", wanted.name.get_ref()));
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.get_ref().clone());
    let place = match kind {
        Kind::Embedded => {
            let memory = wanted.memory.as_ref().is_some_and(|memory| *memory.get_ref());
            if let (true, Some(file)) = (memory, &wanted.file) {
                return Err(source.fault(file.span(), "a connection in memory has no file: remove `memory` or `file`"));
            }
            let file = wanted
                .file
                .as_ref()
                .map_or_else(|| usual_file(wanted.name.get_ref()), |file| file.get_ref().clone());
            Place::Embedded {
                file: (!memory).then(|| data_dir.join(file)),
            }
        }
        Kind::Endpoint => {
            let url = wanted
                .url
                .as_ref()
                .ok_or_else(|| needs("`url`, such as \"http://127.0.0.1:8000\""))?;
            check_url(url.get_ref()).map_err(|why| source.fault(url.span(), why))?;
            Place::Endpoint {
                url: url.get_ref().trim_end_matches('/').to_owned(),
                region: text(&wanted.region).unwrap_or_else(|| "local".to_owned()),
                keys: keys(wanted, source, env)?,
                source: source.name(),
                lacks: lacks(wanted, source)?,
            }
        }
        Kind::Aws => {
            if let (Some(id), None) = (&wanted.external_id, &wanted.role_arn) {
                return Err(source.fault(id.span(), "`external_id` belongs to `role_arn`, which is missing"));
            }
            let external_id = text(&wanted.external_id);
            Place::Aws {
                profile: text(&wanted.profile),
                region: text(&wanted.region),
                role: text(&wanted.role_arn).map(|arn| Role { arn, external_id }),
            }
        }
    };
    let production = wanted.production.unwrap_or(false);
    let usual = match (production, kind) {
        (true, _) => "red",
        (false, Kind::Embedded) => "teal",
        (false, Kind::Endpoint) => "blue",
        (false, Kind::Aws) => "amber",
    };
    let color = match &wanted.color {
        Some(color) if !COLORS.contains(&color.get_ref().as_str()) => {
            let message = format!("{:?} is no colour of ours: use one of {}", color.get_ref(), COLORS.join(", "));
            return Err(source.fault(color.span(), message));
        }
        Some(color) => color.get_ref().as_str(),
        None => usual,
    };
    if let Some(url) = &wanted.cloudwatch_url {
        check_url(url.get_ref()).map_err(|why| source.fault(url.span(), why))?;
    }
    let label = wanted.label.as_deref().unwrap_or(wanted.name.get_ref());
    Ok(ConnectionConfig {
        read_only: wanted.read_only.unwrap_or(false),
        production,
        second_person: second_person(wanted, source)?,
        scan_budgets: wanted.scan_budget.as_ref().map(ScanBudgets::from).unwrap_or_default(),
        cloudwatch: text(&wanted.cloudwatch_url).map(|url| url.trim_end_matches('/').to_owned()),
        ..ConnectionConfig::new(wanted.name.get_ref(), label, color, place)
    })
}

/// The file of an embedded connection that names none. The implicit connection is named `local`; its
/// file keeps the name that it always had.
pub fn usual_file(name: &str) -> PathBuf {
    let stem = if name == "local" { "embedded" } else { name };
    format!("{stem}.db").into()
}

/// What is wrong with an endpoint's URL, if anything.
pub fn check_url(url: &str) -> Result<(), String> {
    // Before anything that repeats the URL.
    if url.contains('@') {
        return Err("a URL must not hold credentials: use `access_key_id` and `secret_access_key_env`".to_owned());
    }
    let uri: http::Uri = url.parse().map_err(|_| format!("{url:?} is no URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(format!("{url:?} must begin with http:// or https:// and name a host"));
    }
    Ok(())
}

fn name(name: &Spanned<String>, source: &Source) -> Result<(), ConfigError> {
    let text = name.get_ref();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 40 || !text.chars().all(good) {
        let message = format!("a connection's name stands in URLs: 1 to 40 of a-z, 0-9 and '-', not {text:?}");
        return Err(source.fault(name.span(), message));
    }
    if text == dynadesk_shared::access::IDENTITY {
        let message = format!("{text:?} stands for the application's users in grants: give the connection another name");
        return Err(source.fault(name.span(), message));
    }
    Ok(())
}

/// Refuses keys of another kind: they would be ignored, and the person would not know.
fn only_its_own(wanted: &WrittenConnection, kind: Kind, source: &Source) -> Result<(), ConfigError> {
    fn span<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
        value.as_ref().map(Spanned::span)
    }
    let (embedded, endpoint, aws) = (kind == Kind::Embedded, kind == Kind::Endpoint, kind == Kind::Aws);
    let keys = [
        ("memory", span(&wanted.memory), embedded),
        ("file", span(&wanted.file), embedded),
        ("url", span(&wanted.url), endpoint),
        ("access_key_id", span(&wanted.access_key_id), endpoint),
        ("access_key_id_env", span(&wanted.access_key_id_env), endpoint),
        ("secret_access_key", span(&wanted.secret_access_key), endpoint),
        ("secret_access_key_env", span(&wanted.secret_access_key_env), endpoint),
        ("session_token_env", span(&wanted.session_token_env), endpoint),
        ("lacks", span(&wanted.lacks), endpoint),
        ("profile", span(&wanted.profile), aws),
        ("role_arn", span(&wanted.role_arn), aws),
        ("external_id", span(&wanted.external_id), aws),
        ("region", span(&wanted.region), endpoint || aws),
        ("cloudwatch_url", span(&wanted.cloudwatch_url), endpoint || aws),
    ];
    for (key, span, fits) in keys {
        if let (Some(span), false) = (span, fits) {
            let kind = format!("{kind:?}").to_lowercase();
            return Err(source.fault(span, format!("`{key}` does not belong to a connection of kind \"{kind}\"")));
        }
    }
    Ok(())
}

fn keys(wanted: &WrittenConnection, source: &Source, env: &Environment) -> Result<Keys, ConfigError> {
    let from_env = |name: &Spanned<String>| {
        let text = name.get_ref();
        // Whoever wrote the secret itself here must not read it in a log.
        let is_name = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let shown = if is_name { text.as_str() } else { "of the name that stands here" };
        env.get(text)
            .ok_or_else(|| source.fault(name.span(), format!("the environment has no variable {shown}")))
    };
    let id = match (&wanted.access_key_id, &wanted.access_key_id_env) {
        (Some(_), Some(twice)) => return Err(source.fault(twice.span(), "give `access_key_id` or `access_key_id_env`, not both")),
        (Some(id), None) => Some((id.get_ref().clone(), id.span())),
        (None, Some(name)) => Some((from_env(name)?, name.span())),
        (None, None) => None,
    };
    let secret = match (&wanted.secret_access_key, &wanted.secret_access_key_env) {
        (Some(_), Some(twice)) => return Err(source.fault(twice.span(), "give `secret_access_key` or `secret_access_key_env`, not both")),
        (Some(secret), None) => Some((secret.get_ref().clone(), secret.span())),
        (None, Some(name)) => Some((Secret::new(from_env(name)?), name.span())),
        (None, None) => None,
    };
    let session_token = wanted.session_token_env.as_ref().map(&from_env).transpose()?.map(Secret::new);
    match (id, secret) {
        (Some((access_key_id, _)), Some((secret_access_key, _))) => Ok(Keys {
            access_key_id,
            secret_access_key,
            session_token,
        }),
        (None, None) => match &wanted.session_token_env {
            Some(alone) => Err(source.fault(alone.span(), "a session token needs an access key and a secret key beside it")),
            None => Ok(Keys::default()),
        },
        (Some((_, span)), None) => Err(source.fault(span, "an access key needs `secret_access_key` or `secret_access_key_env` beside it")),
        (None, Some((_, span))) => Err(source.fault(span, "a secret key needs `access_key_id` or `access_key_id_env` beside it")),
    }
}

/// What takes two people: so far it can only be the dropping of tables.
fn second_person(wanted: &WrittenConnection, source: &Source) -> Result<bool, ConfigError> {
    let words = wanted
        .second_person
        .as_ref()
        .map(|all| all.get_ref().as_slice())
        .unwrap_or_default();
    match words.iter().find(|word| word.get_ref() != DROP_TABLE) {
        Some(other) => {
            let message = format!(
                "{:?} needs no second person: `second_person` takes \"{DROP_TABLE}\"",
                other.get_ref()
            );
            Err(source.fault(other.span(), message))
        }
        None => Ok(!words.is_empty()),
    }
}

fn lacks(wanted: &WrittenConnection, source: &Source) -> Result<Vec<Feature>, ConfigError> {
    let words = wanted.lacks.as_ref().map(|lacks| lacks.get_ref().as_slice()).unwrap_or_default();
    words
        .iter()
        .map(|word| {
            let text = word.get_ref().as_str();
            let feature = Feature::deserialize(StrDeserializer::<WordError>::new(text));
            feature.map_err(|cause| source.fault(word.span(), cause))
        })
        .collect()
}
