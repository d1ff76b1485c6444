//! How the server is reached: its certificate, how many connections it has at once, and who reads its metrics.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::file::{Source, Written};
use super::secret::Secret;
use super::{Args, ConfigError, Environment};

/// Open connections, where nothing is said.
const CONNECTIONS: usize = 4096;
/// The longest that a server which stops goes on serving, in seconds.
const LONGEST_DRAIN: u32 = 300;

#[derive(Clone, Debug)]
pub struct ServingConfig {
    /// Plain HTTP without one.
    pub tls: Option<TlsConfig>,
    pub max_connections: usize,
    pub metrics: MetricsConfig,
    /// How long the server that stops says that it is not ready and goes on serving, where that is said.
    pub drain: Option<Duration>,
}

impl Default for ServingConfig {
    fn default() -> Self {
        Self {
            tls: None,
            max_connections: CONNECTIONS,
            metrics: MetricsConfig::default(),
            drain: None,
        }
    }
}

/// Files in PEM form: the certificate with those between it and its authority, and the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Nobody reads them where neither is said.
#[derive(Clone, Debug, Default)]
pub struct MetricsConfig {
    /// What a reader sends as `Authorization: Bearer`.
    pub token: Option<Secret>,
    /// An address of their own.
    pub address: Option<SocketAddr>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenTls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenMetrics {
    pub token_env: Option<Spanned<String>>,
    pub address: Option<Spanned<SocketAddr>>,
}

#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServingArgs {
    /// Serve over TLS with this certificate, in PEM form with those between it and its authority. It is read
    /// again when the file changes.
    #[arg(long, value_name = "FILE", env = "DYNADESK_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert.
    #[arg(long, value_name = "FILE", env = "DYNADESK_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// How many connections may be open at once; 4096 without it.
    #[arg(long, value_name = "COUNT", env = "DYNADESK_MAX_CONNECTIONS")]
    pub max_connections: Option<usize>,

    /// Go on serving for so many seconds when asked to stop, and say at /api/ready that this server wants no more
    /// requests, so that balancers notice; 5 without it, 0 on loopback and where a socket is handed over.
    #[arg(long, value_name = "SECONDS", env = "DYNADESK_DRAIN_SECONDS")]
    pub drain_seconds: Option<u32>,

    /// Serve metrics for Prometheus at an address and port of their own, such as 127.0.0.1:9420.
    #[arg(long, value_name = "ADDRESS", env = "DYNADESK_METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,

    /// Serve metrics for Prometheus to who sends this token. Give it through the environment: other users of
    /// this machine can read a command line.
    #[arg(long, value_name = "TOKEN", env = "DYNADESK_METRICS_TOKEN", hide_env_values = true, value_parser = super::args::secret)]
    pub metrics_token: Option<Secret>,
}

/// Puts flags, environment and file together.
pub fn read(args: &Args, written: &Written, source: Option<&Source>, env: &Environment) -> Result<ServingConfig, ConfigError> {
    let args = &args.serving;
    Ok(ServingConfig {
        tls: tls(args, written)?,
        max_connections: max_connections(args, written, source)?,
        metrics: metrics(args, written, source, env)?,
        drain: drain(args, written, source)?,
    })
}

fn tls(args: &ServingArgs, written: &Written) -> Result<Option<TlsConfig>, ConfigError> {
    match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Ok(Some(TlsConfig {
            cert: cert.clone(),
            key: key.clone(),
        })),
        (None, None) => Ok(written.tls.as_ref().map(|tls| TlsConfig {
            cert: tls.cert.clone(),
            key: tls.key.clone(),
        })),
        _ => Err(ConfigError(
            "--tls-cert and --tls-key belong together: give both or none".to_owned(),
        )),
    }
}

fn max_connections(args: &ServingArgs, written: &Written, source: Option<&Source>) -> Result<usize, ConfigError> {
    let filed = written.max_connections.as_ref().filter(|_| args.max_connections.is_none());
    let count = args.max_connections.or(filed.map(|count| *count.get_ref())).unwrap_or(CONNECTIONS);
    if (64..=1_000_000).contains(&count) {
        return Ok(count);
    }
    let why = "max_connections is from 64 to 1000000";
    Err(match (source, filed) {
        (Some(source), Some(count)) => source.fault(count.span(), why),
        _ => ConfigError(format!("--max-connections: {why}")),
    })
}

fn drain(args: &ServingArgs, written: &Written, source: Option<&Source>) -> Result<Option<Duration>, ConfigError> {
    let filed = written.drain_seconds.as_ref().filter(|_| args.drain_seconds.is_none());
    let seconds = args.drain_seconds.or(filed.map(|seconds| *seconds.get_ref()));
    if seconds.is_none_or(|seconds| seconds <= LONGEST_DRAIN) {
        return Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())));
    }
    let why = format!("drain_seconds is at most {LONGEST_DRAIN}");
    Err(match (source, filed) {
        (Some(source), Some(seconds)) => source.fault(seconds.span(), why),
        _ => ConfigError(format!("--drain-seconds: {why}")),
    })
}

fn metrics(args: &ServingArgs, written: &Written, source: Option<&Source>, env: &Environment) -> Result<MetricsConfig, ConfigError> {
    let usual = WrittenMetrics::default();
    let filed = written.metrics.as_ref().unwrap_or(&usual);
    let fault = |span: Option<std::ops::Range<usize>>, flag: &str, why: String| match (source, span) {
        (Some(source), Some(span)) => source.fault(span, why),
        _ => ConfigError(format!("{flag}: {why}")),
    };
    let token = match (&args.metrics_token, &filed.token_env) {
        (Some(token), _) => Some((token.clone(), None)),
        (None, Some(name)) => {
            let value = env.get(name.get_ref());
            let value = value.ok_or_else(|| fault(Some(name.span()), "", format!("the variable {} is not set", name.get_ref())))?;
            Some((Secret::new(value), Some(name.span())))
        }
        (None, None) => None,
    };
    if let Some((token, span)) = &token
        && token.reveal().len() < 16
    {
        let why = "a token for the metrics has at least 16 characters".to_owned();
        return Err(fault(span.clone(), "--metrics-token", why));
    }
    let token = token.map(|(token, _)| token);
    let in_file = filed.address.as_ref().filter(|_| args.metrics_address.is_none());
    let address = args.metrics_address.or(in_file.map(|address| *address.get_ref()));
    if let Some(address) = address
        && !address.ip().is_loopback()
        && token.is_none()
    {
        let why = format!("{address} can be reached from other machines, so the metrics need a token there: --metrics-token or token_env");
        return Err(fault(in_file.map(Spanned::span), "--metrics-address", why));
    }
    Ok(MetricsConfig { token, address })
}
