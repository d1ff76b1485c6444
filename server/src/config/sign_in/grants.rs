//! What groups may do: `[[grant]]` and `--grant`.

use dynadesk_shared::access::{Grant, Role};

use super::{GroupGrant, SignInArgs, SignInConfig, fault};
use crate::config::ConfigError;
use crate::config::file::{Source, Written};

pub(super) fn grants(args: &SignInArgs, written: &Written, source: Option<&Source>) -> Result<Vec<GroupGrant>, ConfigError> {
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

/// Providers with whom anybody makes an account.
const FOR_ANYBODY: [&str; 6] = [
    "https://accounts.google.com",
    "https://appleid.apple.com",
    "https://gitlab.com",
    "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    "https://www.facebook.com",
    "https://www.linkedin.com/oauth",
];

/// What everybody may who is signed in, the whole world may where such a provider signs people in.
pub(super) fn keep_strangers_out(config: &SignInConfig) -> Result<(), ConfigError> {
    let oidc = config.oidc.as_ref().map(|oidc| oidc.issuer.as_str());
    let alb = config.alb.as_ref().and_then(|alb| alb.issuer.as_deref());
    let world = [oidc, alb]
        .into_iter()
        .flatten()
        .find(|issuer| FOR_ANYBODY.contains(&issuer.trim_end_matches('/')));
    match world {
        Some(issuer) if config.grants.iter().any(|grant| grant.group == "*") => Err(ConfigError(format!(
            "{issuer} signs in whoever makes an account there, and a grant for the group * is for all of them: name the groups of your own \
             people; of Google that is the domain of your Workspace, with groups_claim = \"hd\" (docs/SIGN-IN.md)"
        ))),
        _ => Ok(()),
    }
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
}
