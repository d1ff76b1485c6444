//! What somebody may do, in words.

use dynadesk_shared::access::Grants;

/// Each grant, `operator on prod-*: Orders*`, but none that is weaker than what they may do everywhere.
pub fn roles(grants: &Grants) -> String {
    let everywhere = grants.everywhere();
    let counts = |grant: &&dynadesk_shared::access::Grant| everywhere.is_none_or(|role| grant.role > role);
    let words = grants.0.iter().filter(counts).map(|grant| {
        let (role, connections, tables) = (grant.role.word(), grant.connections.join(", "), grant.tables.join(", "));
        match tables.as_str() {
            "*" => format!("{role} on {connections}"),
            _ => format!("{role} on {connections}: {tables}"),
        }
    });
    let words: Vec<String> = everywhere.map(|role| role.word().to_owned()).into_iter().chain(words).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join("; ") }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::access::{Grant, Role};

    use super::*;

    #[test]
    fn what_is_weaker_than_everywhere_is_left_out() {
        let on = |role, connections: &str, tables: &str| Grant {
            role,
            connections: vec![connections.to_owned()],
            tables: vec![tables.to_owned()],
        };
        let said = |grants: &[Grant]| roles(&Grants(grants.to_vec()));
        assert_eq!(said(&[]), "nothing");
        let (all, prod) = (Grant::everywhere(Role::Operator), on(Role::Admin, "prod-*", "*"));
        assert_eq!(said(&[on(Role::Viewer, "dev", "*"), all.clone()]), "operator");
        assert_eq!(said(&[Grant::everywhere(Role::Viewer), all, prod]), "operator; admin on prod-*");
        assert_eq!(said(&[on(Role::Viewer, "dev", "Orders*")]), "viewer on dev: Orders*");
    }
}
