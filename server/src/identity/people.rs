//! Pages of users for the screen, both sides joined by handle.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::api::identity::{Emails, EmailsRequest, PeopleFilter, PeoplePage, PeopleRequest, PeopleSort, Person, PoolPerson};
use dynadesk_shared::identity::PoolUser;
use dynadesk_shared::{AttributeValue, Item};

use super::{Identity, handles};
use crate::cursor::Scope;
use crate::error::{Error, Result};

/// People of one page that come from the pool alone.
const PAGE: usize = 100;
/// Addresses asked for at once.
const MOST_EMAILS: usize = 1000;

impl Identity {
    /// A page of users.
    pub async fn people(&self, mut asked: PeopleRequest) -> Result<PeoplePage> {
        let cursor = asked.cursor.take();
        let scope = Scope::new("", "", "people", &asked)?;
        let start = scope.read(cursor.as_deref())?;
        let (pool, users) = self.pool_shown().await;
        let people = match (&self.0.database, asked.filter) {
            (_, PeopleFilter::SameInFile) => self.same_in_file(&asked)?,
            (_, PeopleFilter::SameInPool) => {
                self.pool()?;
                pool_only(handles::in_pool(&users), &asked)
            }
            (database, PeopleFilter::OnlyPool) => {
                self.pool()?;
                let mut people = pool_only(users.iter(), &asked);
                if let Some(database) = database {
                    let taken = self.taken(database, &users).await?;
                    people.retain(|person| !taken.contains(&person.handle));
                }
                people
            }
            (None, PeopleFilter::All) => {
                self.pool()?;
                pool_only(users.iter(), &asked)
            }
            _ => {
                let database = self.database()?;
                let after = start.as_ref().and_then(|start| Some((text(start, "value")?, text(start, "uuid")?)));
                // A search looks at every row for either, so they are asked for beside each other.
                let count = async {
                    match start {
                        None => database.count(&asked).await.map(Some),
                        Some(_) => Ok(None),
                    }
                };
                let ((mut people, next), total) = tokio::try_join!(database.people(&asked, after), count)?;
                let next = next.map(|(value, uuid)| item(&[("value", value), ("uuid", uuid)]));
                join(&mut people, &users);
                return Ok(PeoplePage {
                    people,
                    total,
                    next: scope.issue(next),
                    pool,
                });
            }
        };
        let from = start
            .and_then(|start| text(&start, "from")?.parse::<usize>().ok())
            .unwrap_or_default();
        let total = people.len();
        let some: Vec<Person> = people.into_iter().skip(from).take(PAGE).collect();
        let next = (from + some.len() < total).then(|| item(&[("from", (from + some.len()).to_string())]));
        Ok(PeoplePage {
            people: some,
            total: (from == 0).then_some(total as u64),
            next: scope.issue(next),
            pool,
        })
    }

    fn same_in_file(&self, asked: &PeopleRequest) -> Result<Vec<Person>> {
        let file = self.0.names.file.as_ref().ok_or_else(|| {
            Error::conflict(
                "users_file_not_configured",
                "no users file is configured: add users_file under [identity] to dynadesk.toml",
            )
        })?;
        Ok(handles::in_file(file, &asked.search, asked.descending))
    }

    /// The addresses of rows that somebody wants to read.
    pub async fn emails(&self, asked: &EmailsRequest) -> Result<Emails> {
        if asked.uuids.len() > MOST_EMAILS {
            return Err(Error::invalid(
                "invalid_request",
                format!("at most {MOST_EMAILS} addresses are given at once"),
            ));
        }
        let emails = self.database()?.emails(&asked.uuids).await?;
        Ok(Emails {
            emails: emails.into_iter().collect(),
        })
    }
}

/// Adds to each row the users of the pool that have its handle.
fn join(people: &mut [Person], users: &[PoolUser]) {
    let wanted: BTreeSet<String> = people.iter().map(|person| person.handle.clone()).collect();
    let mut by_handle = BTreeMap::<&str, Vec<PoolPerson>>::new();
    for user in users {
        let handle = user.preferred_username.as_deref().unwrap_or_default();
        if !handle.is_empty() && wanted.contains(handle) {
            by_handle.entry(handle).or_default().push(pool_person(user));
        }
    }
    for person in people {
        person.pool = by_handle.get(person.handle.as_str()).cloned().unwrap_or_default();
    }
}

fn pool_person(user: &PoolUser) -> PoolPerson {
    PoolPerson {
        username: user.username.clone(),
        sub: user.sub.clone().unwrap_or_default(),
        status: user.status.clone(),
        enabled: user.enabled,
    }
}

/// Users of the pool as people, searched and sorted.
fn pool_only<'a>(users: impl IntoIterator<Item = &'a PoolUser>, asked: &PeopleRequest) -> Vec<Person> {
    let search = asked.search.trim().to_lowercase();
    let found = |user: &&PoolUser| {
        let texts = [Some(&user.username), user.sub.as_ref(), user.preferred_username.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search))
    };
    let mut people: Vec<Person> = users
        .into_iter()
        .filter(found)
        .map(|user| Person {
            handle: user.preferred_username.clone().unwrap_or_default(),
            pool: vec![pool_person(user)],
            ..Person::default()
        })
        .collect();
    let name = |person: &Person| person.pool.first().map(|user| user.username.clone()).unwrap_or_default();
    let order = |a: &Person, b: &Person| -> Ordering {
        match asked.sort {
            PeopleSort::Handle => (&a.handle, name(a)).cmp(&(&b.handle, name(b))),
            PeopleSort::DisplayName | PeopleSort::CreatedAt => name(a).cmp(&name(b)),
        }
    };
    people.sort_by(|a, b| if asked.descending { order(b, a) } else { order(a, b) });
    people
}

fn item(pairs: &[(&str, String)]) -> Item {
    let pairs = pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), AttributeValue::S(text.clone())));
    pairs.collect()
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().map(str::to_owned)
}
