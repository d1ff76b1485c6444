//! The ways to sign in that somebody else vouches for: a provider of OpenID Connect, a load balancer, a proxy.

use std::path::PathBuf;

use toml::Spanned;

use super::networks::{network, networks};
use super::written::{WrittenAlb, WrittenForwarded, WrittenOidc};
use super::{AlbConfig, ForwardedConfig, OidcConfig, SignInArgs, fault, is_open};
use crate::config::connection::check_url;
use crate::config::file::Source;
use crate::config::secret::Secret;
use crate::config::{ConfigError, Environment};

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

pub(super) fn oidc(
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

pub(super) fn alb(
    args: &SignInArgs,
    written: Option<&Spanned<WrittenAlb>>,
    source: Option<&Source>,
) -> Result<Option<AlbConfig>, ConfigError> {
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

pub(super) fn forwarded(
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
