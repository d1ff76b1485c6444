//! What Dynadesk was told: flags before environment before `dynadesk.toml` before what is usual.
//! Contradictions stop the start and name the line at fault.

pub mod args;
pub mod audit;
pub mod connection;
mod file;
pub mod identity;
pub mod secret;
pub mod serving;
pub mod sign_in;
pub mod store;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use args::{Args, LogFormat};
pub use audit::{AuditConfig, AuditImages};
pub use connection::{ConnectionConfig, Place};
use connection::{Keys, check, check_url, usual_file};
use file::{Kind, Source, Written};
pub use identity::IdentityConfig;
pub use serving::ServingConfig;
pub use sign_in::SignInConfig;
pub use store::StoreConfig;

/// Why Dynadesk does not start, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub address: SocketAddr,
    /// Host names beside localhost under which browsers may reach us.
    pub allowed_hosts: Vec<String>,
    pub data_dir: PathBuf,
    pub ui_dir: Option<PathBuf>,
    /// Exactly one is the default.
    pub connections: Vec<ConnectionConfig>,
    /// Where Dynadesk's own store is; on an embedded engine of its own where it is not said.
    pub store: Option<StoreConfig>,
    /// The application's users: a PostgreSQL, a user pool, a file; each where it is said.
    pub identity: IdentityConfig,
    /// How people sign in; nobody has to on loopback where nothing is said.
    pub sign_in: SignInConfig,
    /// Who did what, and whether anything may be done that is not written down.
    pub audit: AuditConfig,
    /// TLS, how many connections there may be, and the metrics.
    pub serving: ServingConfig,
    pub log_format: LogFormat,
    pub log: String,
}

/// Where variables are looked up, so that tests need no process of their own.
#[derive(Clone, Copy)]
pub struct Environment<'a>(pub &'a dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// A variable that is set to something.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

/// The variables that point the AWS SDK at another DynamoDB, the stronger first.
pub const ENDPOINT_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];

impl Config {
    /// What runs without any flag, with its data in the given directory.
    pub fn embedded(data_dir: &Path) -> Self {
        let file = data_dir.join("embedded.db");
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8420),
            allowed_hosts: Vec::new(),
            data_dir: data_dir.to_owned(),
            ui_dir: None,
            connections: vec![ConnectionConfig {
                is_default: true,
                ..local(Some(file))
            }],
            store: None,
            identity: IdentityConfig::default(),
            sign_in: SignInConfig::default(),
            audit: AuditConfig::default(),
            serving: ServingConfig::default(),
            log_format: LogFormat::Text,
            log: "info".to_owned(),
        }
    }

    /// Puts flags, environment and file together.
    pub fn read(args: Args, env: &Environment) -> Result<Self, ConfigError> {
        let source = Source::read(args.config.as_deref(), env)?;
        let written = source.as_ref().map(Source::parse).transpose()?.unwrap_or_default();
        let data_dir = args
            .data_dir
            .clone()
            .or_else(|| written.data_dir.clone())
            .unwrap_or_else(|| ".dynadesk".into());
        let mut connections = Vec::new();
        if let Some(source) = &source {
            for connection in &written.connections {
                connections.push(check(connection, source, &data_dir, env)?);
            }
            unique(&written, source)?;
        }
        from_flags(&args, env, &data_dir, &mut connections)?;
        choose_default(&args, &written, source.as_ref(), &mut connections)?;
        for connection in &mut connections {
            connection.read_only |= args.read_only || written.read_only == Some(true);
        }
        let store = store::read(&args, &written, source.as_ref(), &connections, &data_dir)?;
        let identity = identity::read(&args, &written, source.as_ref(), env)?;
        let sign_in = sign_in::read(&args, &written, source.as_ref(), env)?;
        if !sign_in.is_on() {
            one_person_only(&written, source.as_ref())?;
        }
        let audit = audit::read(&args, &written, source.as_ref())?;
        let serving = serving::read(&args, &written, source.as_ref(), env)?;
        let mut allowed_hosts = args.allowed_hosts.clone();
        allowed_hosts.extend(written.allowed_hosts.iter().cloned());
        let mut config = Self {
            address: SocketAddr::new(
                args.address
                    .or_else(|| written.address.as_ref().map(|address| *address.get_ref()))
                    .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                args.port.or(written.port).unwrap_or(8420),
            ),
            allowed_hosts,
            data_dir,
            ui_dir: args.ui_dir.clone(),
            connections,
            store,
            identity,
            sign_in,
            audit,
            serving,
            log_format: args.log_format.or(written.log_format).unwrap_or_default(),
            log: args.log.clone().or(written.log).unwrap_or_else(|| "info".to_owned()),
        };
        config.check_exposure()?;
        config.sign_in.proxies_only = !config.address.ip().is_loopback() && config.serving.tls.is_none();
        Ok(config)
    }

    /// How long the server goes on serving when it is asked to stop. Nothing is before it on loopback.
    pub fn drain(&self) -> Duration {
        let usual = if self.address.ip().is_loopback() { 0 } else { 5 };
        self.serving.drain.unwrap_or(Duration::from_secs(usual))
    }

    /// Whoever reaches the port can do what the connections may do, unless people have to sign in.
    fn check_exposure(&self) -> Result<(), ConfigError> {
        let ip = self.address.ip();
        if ip.is_loopback() {
            return Ok(());
        }
        if !self.sign_in.is_on() {
            return Err(ConfigError(format!(
                "{ip} can be reached from other machines, so people have to sign in: configure one of --oidc-issuer, --alb-arn, --forwarded-secret or --sign-in-users (docs/SIGN-IN.md)"
            )));
        }
        if self.allowed_hosts.is_empty() && self.sign_in.public_url.is_none() {
            return Err(ConfigError(format!(
                "{ip} needs --public-url or --allowed-host with the name that browsers use: requests under any other name are refused"
            )));
        }
        // A session over plain HTTP could be read on the way.
        if self.serving.tls.is_none() && self.sign_in.trusted_proxies.is_empty() {
            return Err(ConfigError(format!(
                "{ip} would be served without TLS: give it --tls-cert and --tls-key, or name the proxy that ends TLS in front of it with --trusted-proxy"
            )));
        }
        Ok(())
    }
}

/// Where nobody signs in there is one person, and nobody could ever approve.
fn one_person_only(written: &Written, source: Option<&Source>) -> Result<(), ConfigError> {
    let mut wanted = written.connections.iter().filter_map(|one| one.get_ref().second_person.as_ref());
    match (source, wanted.find(|words| !words.get_ref().is_empty())) {
        (Some(source), Some(words)) => Err(source.fault(
            words.span(),
            "a second person is somebody else who signs in, and nobody signs in here: configure [sign_in] (docs/SIGN-IN.md), or remove `second_person`",
        )),
        _ => Ok(()),
    }
}

fn local(file: Option<PathBuf>) -> ConnectionConfig {
    ConnectionConfig::new("local", "Local", "teal", Place::Embedded { file })
}

/// The connections that flags and environment make, and the embedded one where nothing is configured.
fn from_flags(args: &Args, env: &Environment, data_dir: &Path, connections: &mut Vec<ConnectionConfig>) -> Result<(), ConfigError> {
    if args.region.is_some() && args.endpoint.is_none() && args.profile.is_none() {
        return Err(ConfigError("--region belongs to --endpoint or --profile".to_owned()));
    }
    let configured = !connections.is_empty();
    if args.in_memory && configured {
        return Err(ConfigError(
            "--in-memory concerns the embedded engine that runs without a configuration: dynadesk.toml has connections, so say `memory = true` there".to_owned(),
        ));
    }
    if !configured {
        let file = (!args.in_memory).then(|| data_dir.join("embedded.db"));
        connections.push(local(file));
    }
    if let Some(url) = &args.endpoint {
        check_url(url).map_err(|why| ConfigError(format!("--endpoint: {why}")))?;
        let place = Place::Endpoint {
            url: url.trim_end_matches('/').to_owned(),
            region: args.region.clone().unwrap_or_else(|| "local".to_owned()),
            keys: Keys::default(),
            source: "--endpoint".to_owned(),
            lacks: Vec::new(),
        };
        connections.push(ConnectionConfig::new("endpoint", "Endpoint", "blue", place));
    }
    // A variable that redirects the SDK is shown as what it makes, so that nobody takes it for AWS.
    let redirected = ENDPOINT_VARIABLES.iter().any(|name| env.get(name).is_some());
    let profile = args.profile.clone();
    if profile.is_some() || (redirected && !configured && args.endpoint.is_none()) {
        let label = if redirected { "AWS settings (redirected)" } else { "AWS" };
        let region = args.region.clone();
        let place = Place::Aws {
            profile,
            region,
            role: None,
        };
        connections.push(ConnectionConfig::new("aws", label, "amber", place));
    }
    let mut names = BTreeSet::new();
    for connection in connections.iter() {
        if !names.insert(connection.name.clone()) {
            return Err(ConfigError(format!(
                "a flag makes a connection {:?}, and dynadesk.toml has one of that name: rename it there",
                connection.name
            )));
        }
    }
    Ok(())
}

/// Names and files of the file's connections, none twice.
fn unique(written: &Written, source: &Source) -> Result<(), ConfigError> {
    let (mut names, mut files) = (BTreeSet::new(), BTreeSet::new());
    for connection in &written.connections {
        let connection = connection.get_ref();
        if !names.insert(connection.name.get_ref()) {
            return Err(source.fault(
                connection.name.span(),
                format!("another connection is named {:?}", connection.name.get_ref()),
            ));
        }
        let in_memory = connection.memory.as_ref().is_some_and(|memory| *memory.get_ref());
        if *connection.kind.get_ref() == Kind::Embedded && !in_memory {
            // A file that is not named is the one that the connection gets by its own name.
            let (file, span) = connection.file.as_ref().map_or_else(
                || (usual_file(connection.name.get_ref()), connection.name.span()),
                |file| (file.get_ref().clone(), file.span()),
            );
            if !files.insert(file.clone()) {
                let message = format!("another connection keeps its data in {}", file.display());
                return Err(source.fault(span, message));
            }
        }
    }
    Ok(())
}

fn choose_default(
    args: &Args,
    written: &Written,
    source: Option<&Source>,
    connections: &mut [ConnectionConfig],
) -> Result<(), ConfigError> {
    let flagged = args
        .endpoint
        .as_ref()
        .map(|_| "endpoint")
        .or_else(|| args.profile.as_ref().map(|_| "aws"));
    let chosen = match (flagged, &written.default, source) {
        (Some(name), ..) => connections.iter_mut().find(|connection| connection.name == name),
        (None, Some(name), Some(source)) => {
            let found = connections.iter_mut().find(|connection| connection.name == *name.get_ref());
            if found.is_none() {
                return Err(source.fault(name.span(), format!("no connection is named {:?}", name.get_ref())));
            }
            found
        }
        _ => connections.first_mut(),
    };
    if let Some(connection) = chosen {
        connection.is_default = true;
    }
    Ok(())
}
