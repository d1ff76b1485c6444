//! Handles that stand for several users of the pool, or of the users file. Those of the database, PostgreSQL
//! itself finds.

use std::collections::BTreeMap;

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::Person;
use dynadesk_shared::identity::PoolUser;

/// Users of the pool with a `preferred_username` that another one has too.
pub(super) fn in_pool(users: &[PoolUser]) -> Vec<&PoolUser> {
    same(users, |user| user.preferred_username.as_deref().unwrap_or_default())
}

/// Users of the file with a handle that another one has too, searched, by handle.
pub(super) fn in_file(users: &BTreeMap<String, UserRef>, search: &str, descending: bool) -> Vec<Person> {
    let search = search.trim().to_lowercase();
    let found = |user: &&UserRef| {
        let texts = [&user.handle, &user.display_name, &user.uuid];
        texts.into_iter().any(|text| text.to_lowercase().contains(&search))
    };
    let mut people: Vec<Person> = same(users.values(), |user| user.handle.as_str())
        .into_iter()
        .filter(found)
        .map(|user| Person {
            uuid: Some(user.uuid.clone()),
            display_name: user.display_name.clone(),
            handle: user.handle.clone(),
            ..Person::default()
        })
        .collect();
    people.sort_by(|a, b| (&a.handle, &a.uuid).cmp(&(&b.handle, &b.uuid)));
    if descending {
        people.reverse();
    }
    people
}

/// Those whose handle more than one has. Having none is no handle.
fn same<'a, T>(users: impl IntoIterator<Item = &'a T>, handle: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let mut by_handle = BTreeMap::<&str, Vec<&'a T>>::new();
    for user in users {
        by_handle.entry(handle(user)).or_default().push(user);
    }
    let several = by_handle
        .into_iter()
        .filter(|(handle, users)| !handle.is_empty() && users.len() > 1);
    several.flat_map(|(_, users)| users).collect()
}
