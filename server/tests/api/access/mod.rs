//! Who may come in, what they may do then, and what does not get anybody in.

mod addresses;
mod alb;
mod borders;
mod ended;
mod forwarded;
mod grants;
mod keys;
mod oidc;
mod others;
pub mod passwords;
mod store_table;
mod unlocks;

use std::time::Duration;

use dynadesk_server::config::Config;
use dynadesk_server::config::secret::Secret;
use dynadesk_server::config::sign_in::{ForwardedConfig, GroupGrant};
use dynadesk_shared::access::{Grant, Role};

use crate::support::{PEER, TestApp};

pub const SECRET: &str = "a secret of the proxy";

/// A server behind a proxy that signs people in, with a group for each role.
pub async fn by_header() -> TestApp {
    let app = TestApp::locked(forwarded).await;
    // Streams of events end at once, so that a test can read their answer.
    app.state.stopping.cancel();
    app
}

/// Sets that up in a configuration.
pub fn forwarded(config: &mut Config) {
    config.sign_in.forwarded = Some(ForwardedConfig {
        user_header: "x-forwarded-user".to_owned(),
        groups_header: "x-forwarded-groups".to_owned(),
        secret: Secret::new(SECRET),
        peers: vec![PEER.ip().into()],
    });
    config.sign_in.grants = group_grants();
    (config.sign_in.idle, config.sign_in.lives) = (Duration::from_secs(60 * 60), Duration::from_secs(12 * 60 * 60));
}

pub fn group_grants() -> Vec<GroupGrant> {
    [("viewers", Role::Viewer), ("operators", Role::Operator), ("admins", Role::Admin)]
        .map(|(group, role)| GroupGrant {
            group: group.to_owned(),
            grant: Grant::everywhere(role),
        })
        .into()
}

/// What the proxy sends for a member of a group.
pub fn headers(group: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("x-forwarded-user", "ada"),
        ("x-forwarded-groups", group),
        ("x-dynadesk-proxy-secret", SECRET),
    ]
}
