//! What people may do as things stand now: the file of users and the grants of groups are read each time.

use dynadesk_shared::access::{Grants, Role};
use dynadesk_shared::api::session::Way;

use super::Access;
use crate::store::Session;

impl Access {
    /// What a session's person may do as things stand now; nothing where the way in is closed by now.
    pub(super) fn grants(&self, session: &Session) -> Option<Grants> {
        match session.way {
            // What stands for the password is kept where the groups of a provider are.
            Way::Password => self.users.as_ref()?.grants(&session.name, session.groups.first()?),
            Way::Oidc => self.oidc.as_ref().map(|_| self.of_groups(&session.groups)),
            Way::Local | Way::Alb | Way::Proxy => None,
        }
    }

    /// Whether somebody who asked for something may still do it, as far as can be told while they are not
    /// there: the file of users says it, and a provider or a proxy says it only when they come again.
    pub fn still_may(&self, name: &str, way: Way, role: Role, connection: &str, table: &str) -> bool {
        match (way, &self.users) {
            (Way::Password, Some(users)) => users
                .of(name)
                .is_some_and(|grants| grants.on_table(connection, table) >= Some(role)),
            (Way::Password, None) => false,
            (Way::Local | Way::Oidc | Way::Alb | Way::Proxy, _) => true,
        }
    }

    pub(super) fn of_groups(&self, groups: &[String]) -> Grants {
        let fits = |group: &str| group == "*" || groups.iter().any(|one| one == group);
        Grants(
            self.config
                .grants
                .iter()
                .filter(|one| fits(&one.group))
                .map(|one| one.grant.clone())
                .collect(),
        )
    }
}
