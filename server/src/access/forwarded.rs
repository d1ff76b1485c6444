//! A person whom a proxy of ours signed in: believed only from its networks and with its secret.

use std::net::IpAddr;

use http::HeaderMap;

use super::{Said, tokens};
use crate::config::sign_in::ForwardedConfig;
use crate::error::{Error, ErrorKind, Result};

pub const SECRET: &str = "x-dynadesk-proxy-secret";

/// The name and the groups that the headers tell; nothing where there are no such headers.
pub fn read(config: &ForwardedConfig, headers: &HeaderMap, peer: Option<IpAddr>) -> Result<Option<Said>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let several = |name: &str| headers.get_all(name).iter().count() > 1;
    if headers.get(&config.user_header).is_none() && headers.get(SECRET).is_none() {
        return Ok(None);
    }
    let refused = |why: &str| {
        Err(Error::new(
            ErrorKind::Forbidden,
            "proxy_refused",
            format!("the sign-in of this request is not believed: {why}"),
        ))
    };
    if !peer.is_some_and(|peer| config.peers.iter().any(|net| net.contains(&peer))) {
        return refused("it does not come from the proxy's network");
    }
    if several(SECRET) || several(&config.user_header) || several(&config.groups_header) {
        return refused("a header is there twice");
    }
    if !text(SECRET).is_some_and(|secret| tokens::same(secret, config.secret.reveal())) {
        return refused("the proxy's secret is not right");
    }
    let Some(name) = text(&config.user_header).map(str::trim).filter(|name| !name.is_empty()) else {
        return refused("it names nobody");
    };
    if name.len() > 200 {
        return refused("its name is too long");
    }
    let groups = text(&config.groups_header).unwrap_or_default();
    let groups = groups
        .split(',')
        .map(str::trim)
        .filter(|group| !group.is_empty())
        .map(str::to_owned);
    Ok(Some(Said {
        name: name.to_owned(),
        subject: name.to_owned(),
        groups: groups.collect(),
    }))
}
