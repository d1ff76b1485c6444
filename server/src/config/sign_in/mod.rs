//! How people sign in, and what they may do: `[sign_in]` and `[[grant]]`, or the same by flags and variables.

mod args;
mod written;

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use dynadesk_shared::access::{Grant, Role};
use ipnet::IpNet;
use toml::Spanned;

use super::connection::check_url;
use super::file::{Source, Written};
use super::secret::Secret;
use super::{Args, ConfigError, Environment};
pub use args::SignInArgs;
use written::{WrittenAlb, WrittenForwarded, WrittenOidc};
pub use written::{WrittenGrant, WrittenSignIn};

/// What the first part of a path of ours may be: none of them can be the base of all.
const OWN_PATHS: [&str; 8] = ["api", "assets", "audit", "c", "metrics", "sessions", "sign-in", "users"];

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

    /// The path before the console, as `/desk`; empty where it has a name of its own.
    pub fn base(&self) -> &str {
        self.public_url.as_deref().map_or("", base_of)
    }
}

/// Puts flags, environment and file together.
pub fn read(args: &Args, written: &Written, source: Option<&Source>, env: &Environment) -> Result<SignInConfig, ConfigError> {
    let args = &args.sign_in;
    let usual = WrittenSignIn::default();
    let wanted = written.sign_in.as_ref().unwrap_or(&usual);
    let public_url = public_url(args, written, source)?;
    let mut trusted_proxies = networks(&args.trusted_proxies, "--trusted-proxy")?;
    for one in &written.trusted_proxies {
        trusted_proxies.push(network(one.get_ref()).map_err(|why| fault(source, Some(one.span()), "trusted_proxies", why))?);
    }
    let config = SignInConfig {
        users_file: args.sign_in_users.clone().or_else(|| wanted.users_file.clone()),
        oidc: oidc(args, wanted.oidc.as_ref(), source, env)?,
        alb: alb(args, wanted.alb.as_ref(), source)?,
        forwarded: forwarded(args, wanted.forwarded.as_ref(), source, env)?,
        grants: grants(args, written, source)?,
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

fn public_url(args: &SignInArgs, written: &Written, source: Option<&Source>) -> Result<Option<String>, ConfigError> {
    let filed = written.public_url.as_ref().filter(|_| args.public_url.is_none());
    let Some(url) = args.public_url.as_ref().or(filed.map(Spanned::get_ref)) else {
        return Ok(None);
    };
    let wrong = |why: String| fault(source, filed.map(Spanned::span), "--public-url", why);
    check_url(url).map_err(|why| wrong(why.to_string()))?;
    if is_open(url) {
        return Err(wrong("it must begin with https://: sessions could be read on the way".to_owned()));
    }
    if url.contains(['?', '#']) {
        return Err(wrong("a public URL has no query and no fragment".to_owned()));
    }
    let url = url.trim_end_matches('/').to_owned();
    check_base(base_of(&url)).map_err(wrong)?;
    Ok(Some(url))
}

/// The path of a URL without its last slash.
fn base_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

/// It stands in the console's page and before each of our paths.
fn check_base(base: &str) -> Result<(), String> {
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    let mut parts = base.split('/').skip(1);
    if !parts.clone().all(plain) {
        return Err(format!("the path {base:?} is made of letters, digits and - _ . ~ between slashes"));
    }
    match parts.next() {
        Some(first) if OWN_PATHS.contains(&first) => Err(format!("/{first} is a path of Dynadesk's own: choose another before it")),
        _ => Ok(()),
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = text.parse::<std::net::IpAddr>().map(IpNet::from);
    one.or_else(|_| text.parse())
        .map_err(|_| format!("{text:?} is no address and no network such as 10.0.0.0/8"))
}

fn networks(texts: &[String], flag: &str) -> Result<Vec<IpNet>, ConfigError> {
    let all = texts.iter().map(|text| network(text.trim()));
    all.collect::<Result<_, _>>().map_err(|why| ConfigError(format!("{flag}: {why}")))
}

/// A secret out of a variable or a file that the configuration names.
fn secret(
    variable: Option<&Spanned<String>>,
    file: Option<&Spanned<PathBuf>>,
    source: Option<&Source>,
    env: &Environment,
) -> Result<Option<Secret>, ConfigError> {
    if let Some(name) = variable {
        let value = env.get(name.get_ref());
        let value = value.ok_or_else(|| fault(source, Some(name.span()), "", format!("the variable {} is not set", name.get_ref())))?;
        return Ok(Some(Secret::new(value)));
    }
    let Some(path) = file else { return Ok(None) };
    let text = std::fs::read_to_string(path.get_ref()).map_err(|cause| {
        fault(
            source,
            Some(path.span()),
            "",
            format!("{} cannot be read: {cause}", path.get_ref().display()),
        )
    })?;
    Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n']))))
}

fn oidc(
    args: &SignInArgs,
    written: Option<&Spanned<WrittenOidc>>,
    source: Option<&Source>,
    env: &Environment,
) -> Result<Option<OidcConfig>, ConfigError> {
    let usual = WrittenOidc::default();
    let filed = written.map_or(&usual, Spanned::get_ref);
    if written.is_none() && args.oidc_issuer.is_none() {
        return Ok(None);
    }
    let span = written.map(Spanned::span);
    let lacks = |what: &str| fault(source, span.clone(), "--oidc-issuer", format!("OpenID Connect needs {what}"));
    let issuer = args
        .oidc_issuer
        .clone()
        .or_else(|| filed.issuer.as_ref().map(|url| url.get_ref().clone()));
    let issuer = issuer.ok_or_else(|| lacks("the URL of its issuer"))?;
    let at = filed.issuer.as_ref().map(Spanned::span);
    check_url(&issuer).map_err(|why| fault(source, at, "--oidc-issuer", why))?;
    if is_open(&issuer) {
        let why = "the issuer must begin with https://: anybody on the way could sign in";
        return Err(fault(source, filed.issuer.as_ref().map(Spanned::span), "--oidc-issuer", why));
    }
    if let Some(url) = &filed.logout_url {
        check_url(url.get_ref()).map_err(|why| fault(source, Some(url.span()), "logout_url", why))?;
    }
    let client_id = args.oidc_client_id.clone().or_else(|| filed.client_id.clone());
    Ok(Some(OidcConfig {
        issuer,
        client_id: client_id.ok_or_else(|| lacks("a client_id"))?,
        client_secret: match &args.oidc_client_secret {
            Some(secret) => Some(secret.clone()),
            None => secret(filed.client_secret_env.as_ref(), filed.client_secret_file.as_ref(), source, env)?,
        },
        label: filed.label.clone().unwrap_or_else(|| "Sign in with your organisation".to_owned()),
        scopes: filed
            .scopes
            .clone()
            .unwrap_or_else(|| ["email", "profile"].map(str::to_owned).to_vec()),
        groups_claim: args
            .oidc_groups_claim
            .clone()
            .or_else(|| filed.groups_claim.clone())
            .unwrap_or_else(|| "groups".to_owned()),
        name_claim: filed.name_claim.clone(),
        logout_url: filed.logout_url.as_ref().map(|url| url.get_ref().clone()),
    }))
}

fn alb(args: &SignInArgs, written: Option<&Spanned<WrittenAlb>>, source: Option<&Source>) -> Result<Option<AlbConfig>, ConfigError> {
    let usual = WrittenAlb::default();
    let filed = written.map_or(&usual, Spanned::get_ref);
    let in_file = filed.arn.as_ref().filter(|_| args.alb_arn.is_none());
    let Some(arn) = args.alb_arn.as_ref().or(in_file.map(Spanned::get_ref)) else {
        return match written {
            Some(written) => Err(fault(source, Some(written.span()), "", "a load balancer needs its `arn`")),
            None => Ok(None),
        };
    };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, "elasticloadbalancing", region, _, _] = parts.as_slice() else {
        let why = format!("{arn:?} is no ARN of a load balancer");
        return Err(fault(source, in_file.map(Spanned::span), "--alb-arn", why));
    };
    let keys_url = match (&filed.keys_url, *partition) {
        (Some(url), _) => {
            check_url(url.get_ref()).map_err(|why| fault(source, Some(url.span()), "keys_url", why))?;
            url.get_ref().trim_end_matches('/').to_owned()
        }
        (None, "aws-us-gov") => format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}"),
        (None, _) => format!("https://public-keys.auth.elb.{region}.amazonaws.com"),
    };
    Ok(Some(AlbConfig {
        arn: arn.clone(),
        issuer: args.alb_issuer.clone().or_else(|| filed.issuer.clone()),
        client: args.alb_client_id.clone().or_else(|| filed.client_id.clone()),
        keys_url,
        groups_claim: filed.groups_claim.clone().unwrap_or_else(|| "groups".to_owned()),
    }))
}

fn forwarded(
    args: &SignInArgs,
    written: Option<&Spanned<WrittenForwarded>>,
    source: Option<&Source>,
    env: &Environment,
) -> Result<Option<ForwardedConfig>, ConfigError> {
    let usual = WrittenForwarded::default();
    let filed = written.map_or(&usual, Spanned::get_ref);
    if written.is_none() && args.forwarded_secret.is_none() {
        return Ok(None);
    }
    let span = written.map(Spanned::span);
    let lacks = |what: &str| {
        fault(
            source,
            span.clone(),
            "--forwarded-secret",
            format!("a proxy that signs people in needs {what}"),
        )
    };
    let secret = match &args.forwarded_secret {
        Some(secret) => Some(secret.clone()),
        None => secret(filed.secret_env.as_ref(), filed.secret_file.as_ref(), source, env)?,
    };
    let secret = secret.ok_or_else(|| lacks("a secret that it sends along: secret_env or secret_file"))?;
    if secret.reveal().len() < 16 {
        return Err(lacks("a secret of at least 16 characters"));
    }
    let mut peers = networks(&args.forwarded_peers, "--forwarded-peer")?;
    for one in filed.peers.iter().flatten() {
        peers.push(network(one.get_ref()).map_err(|why| fault(source, Some(one.span()), "peers", why))?);
    }
    if peers.is_empty() {
        return Err(lacks("`peers`: the networks that it speaks from"));
    }
    let header = |name: Option<&String>, usual: &str| name.map_or_else(|| usual.to_owned(), |name| name.to_ascii_lowercase());
    Ok(Some(ForwardedConfig {
        user_header: header(filed.user_header.as_ref(), "x-forwarded-user"),
        groups_header: header(filed.groups_header.as_ref(), "x-forwarded-groups"),
        secret,
        peers,
    }))
}

fn grants(args: &SignInArgs, written: &Written, source: Option<&Source>) -> Result<Vec<GroupGrant>, ConfigError> {
    let mut grants = Vec::new();
    for text in &args.grants {
        grants.push(flag(text).map_err(|why| ConfigError(format!("--grant {text:?}: {why}")))?);
    }
    for written in &written.grants {
        let written = written.get_ref();
        let role: Result<Role, String> = written.role.get_ref().parse();
        let mut grant = Grant::everywhere(role.map_err(|why| fault(source, Some(written.role.span()), "role", why))?);
        if let Some(connections) = &written.connections {
            grant.connections.clone_from(connections);
        }
        if let Some(tables) = &written.tables {
            grant.tables.clone_from(tables);
        }
        if written.group.get_ref().is_empty() {
            return Err(fault(
                source,
                Some(written.group.span()),
                "group",
                "a group has a name, or `*` for everybody",
            ));
        }
        let group = written.group.get_ref().clone();
        grants.push(GroupGrant { group, grant });
    }
    Ok(grants)
}

/// `GROUP=ROLE[@CONNECTION[:TABLE]]`.
fn flag(text: &str) -> Result<GroupGrant, String> {
    let (group, rest) = text.trim().rsplit_once('=').ok_or("a grant is written GROUP=ROLE")?;
    if group.is_empty() {
        return Err("a group has a name, or `*` for everybody".to_owned());
    }
    let (role, place) = rest.split_once('@').map_or((rest, None), |(role, place)| (role, Some(place)));
    let mut grant = Grant::everywhere(role.parse()?);
    if let Some(place) = place {
        let (connection, table) = place.split_once(':').unwrap_or((place, "*"));
        grant.connections = vec![connection.to_owned()];
        grant.tables = vec![table.to_owned()];
    }
    let group = group.to_owned();
    Ok(GroupGrant { group, grant })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_of_a_flag_says_where() {
        let everywhere = flag("ops=operator").expect("a grant");
        assert_eq!(everywhere.grant, Grant::everywhere(Role::Operator));
        let some = flag("a=b=viewer@prod-*:Orders*").expect("a grant");
        assert_eq!((some.group.as_str(), some.grant.role), ("a=b", Role::Viewer));
        assert_eq!(
            (some.grant.connections, some.grant.tables),
            (vec!["prod-*".to_owned()], vec!["Orders*".to_owned()])
        );
        for bad in ["", "ops", "=viewer", "ops=king"] {
            assert!(flag(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn one_address_is_a_network() {
        assert_eq!(network("10.1.2.3").map(|net| net.to_string()), Ok("10.1.2.3/32".to_owned()));
        assert!(network("10.0.0.0/8").is_ok() && network("fd00::/8").is_ok());
        assert!(network("somewhere").is_err());
    }
}
