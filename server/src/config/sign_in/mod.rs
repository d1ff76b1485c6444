//! How people sign in, and what they may do: `[sign_in]` and `[[grant]]`, or the same by flags and variables.

mod args;
mod grants;
mod networks;
mod url;
mod ways;
mod written;

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use dynadesk_shared::access::Grant;
use ipnet::IpNet;
use toml::Spanned;

use super::file::{Source, Written};
use super::secret::Secret;
use super::{Args, ConfigError, Environment};
pub use args::SignInArgs;
use networks::{network, networks};
pub use written::{WrittenGrant, WrittenSignIn};

/// Everything that is said about signing in; nobody needs to where `ways` is empty.
#[derive(Clone, Debug, Default)]
pub struct SignInConfig {
    pub users_file: Option<PathBuf>,
    pub oidc: Option<OidcConfig>,
    pub alb: Option<AlbConfig>,
    pub forwarded: Option<ForwardedConfig>,
    /// What groups of a provider or a proxy may do.
    pub grants: Vec<GroupGrant>,
    pub idle: Duration,
    pub lives: Duration,
    /// Requests that come past the trusted proxies are refused, for they came without TLS: where others reach
    /// this server, and it does not speak TLS itself.
    pub proxies_only: bool,
    /// Whose word on the address of a browser is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// How browsers reach Dynadesk, without a slash at its end.
    pub public_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct OidcConfig {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub label: String,
    pub scopes: Vec<String>,
    pub groups_claim: String,
    /// The claim that names a person; a verified address, else `sub`, where none is said.
    pub name_claim: Option<String>,
    /// Where the provider ends its session, where its own description does not say.
    pub logout_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct AlbConfig {
    pub arn: String,
    /// Who signed people in, and for which client, where the balancer has more than one site.
    pub issuer: Option<String>,
    pub client: Option<String>,
    /// Where the balancer's public keys are; another place than AWS's in tests only.
    pub keys_url: String,
    pub groups_claim: String,
}

#[derive(Clone, Debug)]
pub struct ForwardedConfig {
    pub user_header: String,
    pub groups_header: String,
    pub secret: Secret,
    pub peers: Vec<IpNet>,
}

/// What the members of a group may do; `*` is everybody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupGrant {
    pub group: String,
    pub grant: Grant,
}

impl SignInConfig {
    /// Whether anybody has to sign in.
    pub fn is_on(&self) -> bool {
        self.users_file.is_some() || self.oidc.is_some() || self.alb.is_some() || self.forwarded.is_some()
    }

    /// Who is asked over TLS whether somebody is who they say.
    pub fn asks_over_tls(&self) -> Option<&str> {
        let oidc = self.oidc.as_ref().map(|oidc| oidc.issuer.as_str());
        let alb = self.alb.as_ref().map(|alb| alb.keys_url.as_str());
        [oidc, alb].into_iter().flatten().find(|url| url.starts_with("https:"))
    }

    /// The path before the console, as `/desk`; empty where it has a name of its own.
    pub fn base(&self) -> &str {
        self.public_url.as_deref().map_or("", url::base_of)
    }
}

/// Puts flags, environment and file together.
pub fn read(args: &Args, written: &Written, source: Option<&Source>, env: &Environment) -> Result<SignInConfig, ConfigError> {
    let args = &args.sign_in;
    let usual = WrittenSignIn::default();
    let wanted = written.sign_in.as_ref().unwrap_or(&usual);
    let public_url = url::public_url(args, written, source)?;
    let mut trusted_proxies = networks(&args.trusted_proxies, "--trusted-proxy")?;
    for one in &written.trusted_proxies {
        trusted_proxies.push(network(one.get_ref()).map_err(|why| fault(source, Some(one.span()), "trusted_proxies", why))?);
    }
    let config = SignInConfig {
        users_file: args.sign_in_users.clone().or_else(|| wanted.users_file.clone()),
        oidc: ways::oidc(args, wanted.oidc.as_ref(), source, env)?,
        alb: ways::alb(args, wanted.alb.as_ref(), source)?,
        forwarded: ways::forwarded(args, wanted.forwarded.as_ref(), source, env)?,
        grants: grants::grants(args, written, source)?,
        idle: limit(wanted.idle_minutes.as_ref(), source, "idle_minutes", 60, 60, 7 * 24 * 60)?,
        lives: limit(wanted.absolute_hours.as_ref(), source, "absolute_hours", 12, 3600, 30 * 24)?,
        proxies_only: false,
        trusted_proxies,
        public_url,
    };
    if !config.is_on() {
        nothing_in_vain(&config, written.sign_in.is_some())?;
    }
    if config.oidc.is_some() && config.public_url.is_none() {
        return Err(ConfigError(
            "OpenID Connect needs --public-url (public_url): the provider sends browsers back there".to_owned(),
        ));
    }
    let by_group = config.oidc.is_some() || config.alb.is_some() || config.forwarded.is_some();
    if by_group && config.grants.is_empty() {
        return Err(ConfigError(
            "people can sign in, and nobody may do anything: say what their groups may with [[grant]] or --grant".to_owned(),
        ));
    }
    grants::keep_strangers_out(&config)?;
    Ok(config)
}

/// Whoever says who may do what, or puts a proxy in front, means that people sign in.
fn nothing_in_vain(config: &SignInConfig, section: bool) -> Result<(), ConfigError> {
    let said = [
        (section, "[sign_in]"),
        (!config.grants.is_empty(), "a grant"),
        (!config.trusted_proxies.is_empty(), "a trusted proxy"),
        (config.public_url.is_some(), "a public URL"),
    ];
    match said.iter().find(|(said, _)| *said) {
        None => Ok(()),
        Some((_, what)) => Err(ConfigError(format!(
            "there is {what} and no way to sign in, so whoever reaches Dynadesk could do everything: configure one of --oidc-issuer, --alb-arn, --forwarded-secret or --sign-in-users (docs/SIGN-IN.md)"
        ))),
    }
}

/// Whether what is sent to a URL can be read on the way.
fn is_open(url: &str) -> bool {
    let uri: Option<http::Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default();
    url.starts_with("http://") && !matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// What is wrong is said where it stands: at a line of the file, or else by the flag's name.
fn fault(source: Option<&Source>, span: Option<Range<usize>>, flag: &str, why: impl std::fmt::Display) -> ConfigError {
    match (source, span) {
        (Some(source), Some(span)) => source.fault(span, why),
        _ => ConfigError(format!("{flag}: {why}")),
    }
}

fn limit(
    written: Option<&Spanned<u64>>,
    source: Option<&Source>,
    name: &str,
    usual: u64,
    seconds: u64,
    most: u64,
) -> Result<Duration, ConfigError> {
    let count = written.map_or(usual, |written| *written.get_ref());
    if !(1..=most).contains(&count) {
        return Err(fault(
            source,
            written.map(Spanned::span),
            name,
            format!("{name} is from 1 to {most}"),
        ));
    }
    Ok(Duration::from_secs(count * seconds))
}
