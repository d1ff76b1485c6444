//! What changed in a users file, for the audit log: who was added, taken out, or may do something else.

use super::file::{User, UsersFile};

/// Nothing where both say the same.
pub fn changes(old: &UsersFile, new: &UsersFile) -> Option<String> {
    let kept = |differs: fn(&User, &User) -> bool| {
        let pairs = new.users.iter().filter_map(|user| Some((old.named(&user.name)?, user)));
        pairs
            .filter(move |(before, after)| differs(before, after))
            .map(|(_, after)| after)
            .collect::<Vec<_>>()
    };
    let said = [
        ("added", beside(new, old)),
        ("taken out", beside(old, new)),
        ("other grants", kept(|before, after| before.grants != after.grants)),
        ("another password", kept(|before, after| before.password != after.password)),
    ];
    let mut texts = Vec::new();
    for (what, users) in said {
        let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
        if !names.is_empty() {
            texts.push(format!("{what}: {}", names.join(", ")));
        }
    }
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Who is in one and not in the other.
fn beside<'a>(one: &'a UsersFile, other: &UsersFile) -> Vec<&'a User> {
    one.users.iter().filter(|user| other.named(&user.name).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::access::{Grant, Role};

    use super::*;

    fn file(users: &[(&str, &str, Role)]) -> UsersFile {
        let users = users.iter().map(|(name, password, role)| User {
            name: (*name).to_owned(),
            password: (*password).to_owned(),
            grants: vec![Grant::everywhere(*role)],
        });
        UsersFile { users: users.collect() }
    }

    #[test]
    fn it_is_said_who_came_went_and_may_do_something_else() {
        let old = file(&[("ada", "1", Role::Admin), ("bo", "1", Role::Viewer), ("eve", "1", Role::Viewer)]);
        let new = file(&[("cy", "1", Role::Viewer), ("bo", "1", Role::Admin), ("ada", "2", Role::Admin)]);
        assert_eq!(
            changes(&old, &new).as_deref(),
            Some("added: cy; taken out: eve; other grants: bo; another password: ada")
        );
        let mut turned = old.clone();
        turned.users.reverse();
        assert_eq!(changes(&old, &turned), None);
    }
}
