//! The public URL: how browsers reach Dynadesk, and the path before the console.

use toml::Spanned;

use super::{SignInArgs, fault, is_open};
use crate::config::ConfigError;
use crate::config::connection::check_url;
use crate::config::file::{Source, Written};

/// What the first part of a path of ours may be: none of them can be the base of all.
const OWN_PATHS: [&str; 8] = ["api", "assets", "audit", "c", "metrics", "sessions", "sign-in", "users"];

pub(super) fn public_url(args: &SignInArgs, written: &Written, source: Option<&Source>) -> Result<Option<String>, ConfigError> {
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
pub(super) fn base_of(url: &str) -> &str {
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
