//! Where the application's users are: `[identity]` with a PostgreSQL, a user pool and a users file.

use std::ops::Range;
use std::path::PathBuf;

use dynadesk_shared::api::identity::Columns;
use toml::Spanned;

use super::connection::check_url;
use super::file::{Source, Written, WrittenDatabase, WrittenPool};
use super::secret::Secret;
use super::{Args, ConfigError, Environment};

/// The variable that points Cognito, and Cognito only, elsewhere.
pub const POOL_ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";

const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
/// Bytes of an identifier; PostgreSQL would cut a longer one off.
const MOST_IDENTIFIER: usize = 63;

#[derive(Clone, Debug, Default)]
pub struct IdentityConfig {
    pub read_only: bool,
    pub production: bool,
    pub users_file: Option<PathBuf>,
    pub pool: Option<PoolConfig>,
    pub database: Option<DatabaseConfig>,
}

#[derive(Clone, Debug)]
pub struct PoolConfig {
    pub id: String,
    pub region: String,
    pub profile: Option<String>,
    /// Not AWS's own, and what sets it.
    pub endpoint: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// May hold the password.
    pub url: Secret,
    pub password: Option<Secret>,
    pub sslmode: Option<String>,
    pub root_cert: Option<PathBuf>,
    pub max_connections: u32,
    pub statement_timeout_seconds: u32,
    pub schema: String,
    pub table: String,
    pub columns: Columns,
}

impl DatabaseConfig {
    /// A database with everything as usual.
    pub fn new(url: Secret) -> Self {
        Self {
            url,
            password: None,
            sslmode: None,
            root_cert: None,
            max_connections: 5,
            statement_timeout_seconds: 15,
            schema: "public".to_owned(),
            table: "users".to_owned(),
            columns: Columns::default(),
        }
    }
}

/// Puts flags, environment and `[identity]` together.
pub fn read(args: &Args, written: &Written, source: Option<&Source>, env: &Environment) -> Result<IdentityConfig, ConfigError> {
    let usual = super::file::WrittenIdentity::default();
    let wanted = written.identity.as_ref().unwrap_or(&usual);
    Ok(IdentityConfig {
        read_only: args.read_only || written.read_only == Some(true) || wanted.read_only == Some(true),
        production: wanted.production.unwrap_or(false),
        users_file: args.users_file.clone().or_else(|| wanted.users_file.clone()),
        pool: pool(args, wanted.pool.as_ref(), source, env)?,
        database: database(args, wanted.database.as_ref(), source, env)?,
    })
}

/// What is wrong is said where it stands: at a line of the file, or else by the flag's name.
fn fault(source: Option<&Source>, span: Option<Range<usize>>, flag: &str, why: impl std::fmt::Display) -> ConfigError {
    match (source, span) {
        (Some(source), Some(span)) => source.fault(span, why),
        _ => ConfigError(format!("{flag}: {why}")),
    }
}

fn pool(args: &Args, written: Option<&WrittenPool>, source: Option<&Source>, env: &Environment) -> Result<Option<PoolConfig>, ConfigError> {
    let usual = WrittenPool::default();
    let written = written.unwrap_or(&usual);
    let in_file = written.id.as_ref().filter(|_| args.user_pool.is_none());
    let Some(id) = args.user_pool.as_ref().or(in_file.map(Spanned::get_ref)) else {
        let alone = args.user_pool_region.is_some() || args.user_pool_profile.is_some() || args.user_pool_endpoint.is_some();
        let span = written.region.as_ref().or(written.endpoint.as_ref()).map(Spanned::span);
        if alone || span.is_some() || written.profile.is_some() {
            let why = "a user pool needs its id, such as \"eu-central-1_AbCdEfGhI\"";
            return Err(fault(source, span.filter(|_| !alone), "--user-pool", why));
        }
        return Ok(None);
    };
    let span = in_file.map(Spanned::span);
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 55 || !id.chars().all(good) || !id.contains('_') {
        let why = format!("{id:?} is no id of a user pool: it is a region, '_', letters and digits");
        return Err(fault(source, span, "--user-pool", why));
    }
    let said = args.user_pool_region.as_ref().or(written.region.as_ref().map(Spanned::get_ref));
    let region = said.cloned().or_else(|| id.split_once('_').map(|(region, _)| region.to_owned()));
    let region = region.filter(|region| !region.is_empty() && region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let Some(region) = region else {
        let span = written.region.as_ref().map(Spanned::span).or(span);
        return Err(fault(source, span, "--user-pool-region", "a region is written like eu-central-1"));
    };
    let flagged = args
        .user_pool_endpoint
        .as_ref()
        .map(|url| (url.clone(), "--user-pool-endpoint".to_owned()));
    let filed = written
        .endpoint
        .as_ref()
        .map(|url| (url.get_ref().clone(), source.map(Source::name).unwrap_or_default()));
    // The general AWS_ENDPOINT_URL is left out on purpose: it usually means DynamoDB.
    let set = env.get(POOL_ENDPOINT).map(|url| (url, POOL_ENDPOINT.to_owned()));
    let span = written.endpoint.as_ref().map(Spanned::span).filter(|_| flagged.is_none());
    let endpoint = flagged.or(filed).or(set);
    if let Some((url, by)) = &endpoint {
        check_url(url).map_err(|why| fault(source, span, by, why))?;
    }
    Ok(Some(PoolConfig {
        id: id.clone(),
        region,
        profile: args.user_pool_profile.clone().or_else(|| written.profile.clone()),
        endpoint: endpoint.map(|(url, by)| (url.trim_end_matches('/').to_owned(), by)),
    }))
}

fn database(
    args: &Args,
    written: Option<&Spanned<WrittenDatabase>>,
    source: Option<&Source>,
    env: &Environment,
) -> Result<Option<DatabaseConfig>, ConfigError> {
    let usual = WrittenDatabase::default();
    let block = written.map(Spanned::span);
    let written = written.map_or(&usual, Spanned::get_ref);
    let at = |span, why: String| fault(source, span, "--database-url", why);
    let from_env = |name: &Spanned<String>| {
        let text = name.get_ref();
        // Whoever wrote the secret itself here must not read it in a log.
        let is_name = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let shown = if is_name { text.as_str() } else { "of the name that stands here" };
        let value = env.get(text).map(Secret::new);
        value.ok_or_else(|| at(Some(name.span()), format!("the environment has no variable {shown}")))
    };
    let (url, span) = match (&args.database_url, &written.url, &written.url_env) {
        (Some(url), ..) => (url.clone(), None),
        (None, Some(_), Some(twice)) => return Err(at(Some(twice.span()), "give `url` or `url_env`, not both".to_owned())),
        (None, Some(url), None) => (url.get_ref().clone(), Some(url.span())),
        (None, None, Some(name)) => (from_env(name)?, Some(name.span())),
        (None, None, None) => {
            return match block {
                Some(block) => Err(at(Some(block), "a database needs `url` or `url_env`".to_owned())),
                None => Ok(None),
            };
        }
    };
    crate::identity::database::check_url(&url).map_err(|why| at(span, why))?;
    let mut config = DatabaseConfig::new(url);
    config.password = match (&written.password_env, &written.password_file) {
        (Some(_), Some(twice)) => {
            return Err(at(
                Some(twice.span()),
                "give `password_env` or `password_file`, not both".to_owned(),
            ));
        }
        (Some(name), None) => Some(from_env(name)?),
        (None, Some(file)) => Some(from_file(file).map_err(|why| at(Some(file.span()), why))?),
        (None, None) => None,
    };
    if let Some(mode) = &written.sslmode {
        if !SSL_MODES.contains(&mode.get_ref().as_str()) {
            let why = format!("{:?} is no sslmode: use one of {}", mode.get_ref(), SSL_MODES.join(", "));
            return Err(at(Some(mode.span()), why));
        }
        config.sslmode = Some(mode.get_ref().clone());
    }
    config.root_cert = written.root_cert.as_ref().map(|file| file.get_ref().clone());
    for (wanted, name, most, place) in [
        (&written.max_connections, "max_connections", 100, &mut config.max_connections),
        (
            &written.statement_timeout_seconds,
            "statement_timeout_seconds",
            3600,
            &mut config.statement_timeout_seconds,
        ),
    ] {
        if let Some(number) = wanted {
            if !(1..=most).contains(number.get_ref()) {
                return Err(at(Some(number.span()), format!("`{name}` is 1 to {most}")));
            }
            *place = *number.get_ref();
        }
    }
    for (wanted, place) in [(&written.schema, &mut config.schema), (&written.table, &mut config.table)] {
        if let Some(name) = wanted {
            identifier(name.get_ref()).map_err(|why| at(Some(name.span()), why))?;
            *place = name.get_ref().clone();
        }
    }
    if let Some(columns) = &written.columns {
        let mapped = columns.get_ref();
        let names = [
            &mapped.uuid,
            &mapped.display_name,
            &mapped.handle,
            &mapped.email,
            &mapped.cognito_user_id,
            &mapped.created_at,
        ];
        for (place, name) in names.iter().enumerate() {
            identifier(name).map_err(|why| at(Some(columns.span()), why))?;
            if names[..place].contains(name) {
                return Err(at(Some(columns.span()), format!("the column {name:?} stands for two things")));
            }
        }
        config.columns = mapped.clone();
    }
    Ok(Some(config))
}

/// A name that PostgreSQL takes when it is quoted.
fn identifier(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > MOST_IDENTIFIER || name.chars().any(char::is_control) {
        return Err(format!(
            "{name:?} is no name in PostgreSQL: 1 to {MOST_IDENTIFIER} bytes without control characters"
        ));
    }
    Ok(())
}

fn from_file(file: &Spanned<PathBuf>) -> Result<Secret, String> {
    let path = file.get_ref();
    let text = std::fs::read_to_string(path).map_err(|cause| format!("{} cannot be read: {cause}", path.display()))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
