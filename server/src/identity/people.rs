//! Pages of users for the screen, both sides joined by handle.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use dynadesk_shared::api::identity::{
    Emails, EmailsRequest, PeopleFilter, PeoplePage, PeopleRequest, PeopleSort, Person, PoolPerson, PoolState, ReadProgress,
};
use dynadesk_shared::identity::PoolUser;
use dynadesk_shared::{AttributeValue, Item, time};

use super::database::Database;
use super::names::LIVES;
use super::{Identity, handles, lock};
use crate::cursor::Scope;
use crate::error::{Error, Result};

/// People of one page that come from the pool alone.
const PAGE: usize = 100;
/// Addresses asked for at once.
const MOST_EMAILS: usize = 1000;

/// The users of the pool as they were read last.
#[derive(Debug, Default)]
pub(super) struct PoolRead {
    state: PoolState,
    users: Arc<Vec<PoolUser>>,
    /// Their handles that rows have, and since when that is known.
    taken: Option<(Instant, Arc<BTreeSet<String>>)>,
}

impl Identity {
    /// Begins to read the pool, unless it is being read; says how it stands.
    pub fn read_pool(&self) -> Result<PoolState> {
        self.pool()?;
        let mut read = lock(&self.0.read);
        if !matches!(read.state, PoolState::Reading(_)) {
            read.state = PoolState::Reading(ReadProgress::default());
            let identity = self.clone();
            tokio::spawn(async move { identity.read_all().await });
        }
        Ok(read.state.clone())
    }

    pub fn pool_state(&self) -> PoolState {
        lock(&self.0.read).state.clone()
    }

    fn pool_users(&self) -> (PoolState, Arc<Vec<PoolUser>>) {
        let read = lock(&self.0.read);
        (read.state.clone(), read.users.clone())
    }

    /// Which handles of the pool rows have. Only these are asked for, and for a short while no second time: each
    /// page and each letter of a search wants them.
    async fn taken(&self, database: &Database, users: &Arc<Vec<PoolUser>>) -> Result<Arc<BTreeSet<String>>> {
        let known = {
            let read = lock(&self.0.read);
            let fresh = |(since, _): &(Instant, _)| since.elapsed() < LIVES && Arc::ptr_eq(&read.users, users);
            read.taken.clone().filter(fresh)
        };
        if let Some((_, taken)) = known {
            return Ok(taken);
        }
        let handles = users.iter().filter_map(|user| user.preferred_username.as_deref());
        let handles: BTreeSet<&str> = handles.filter(|handle| !handle.is_empty()).collect();
        let handles: Vec<&str> = handles.into_iter().collect();
        let taken = Arc::new(database.handles(&handles).await?);
        let mut read = lock(&self.0.read);
        if Arc::ptr_eq(&read.users, users) {
            read.taken = Some((Instant::now(), taken.clone()));
        }
        Ok(taken)
    }

    async fn read_all(&self) {
        let Some(pool) = &self.0.pool else { return };
        let users = pool.users(|progress| lock(&self.0.read).state = PoolState::Reading(progress)).await;
        self.keep(users.as_ref().map_err(|error| error.message.clone()).cloned());
    }

    /// Keeps what was read for the screen; users that are there stay where reading failed.
    pub(super) fn keep(&self, users: std::result::Result<Vec<PoolUser>, String>) {
        let mut read = lock(&self.0.read);
        match users {
            Ok(users) => {
                let at = time::to_iso_offset(self.0.clock.now());
                *read = PoolRead {
                    state: PoolState::Read {
                        users: users.len() as u64,
                        at,
                    },
                    users: Arc::new(users),
                    taken: None,
                };
            }
            Err(why) => read.state = PoolState::Failed { why },
        }
    }

    /// Which of these handles and subs users of the pool have: 409 `pool_unread` where there is a pool and
    /// it was not read yet.
    pub fn in_pool(&self, handles: &BTreeSet<&str>, subs: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
        if self.0.pool.is_none() {
            return Ok(BTreeSet::new());
        }
        let (state, users) = self.pool_users();
        if !matches!(state, PoolState::Read { .. }) {
            return Err(Error::conflict(
                "pool_unread",
                "the user pool was not read yet, so nobody knows who is in it: read it first",
            ));
        }
        let mut there = BTreeSet::new();
        for user in users.iter() {
            let handle = user.preferred_username.as_deref().filter(|handle| handles.contains(handle));
            let sub = user.sub.as_deref().filter(|sub| subs.contains(sub));
            there.extend([handle, sub].into_iter().flatten().map(str::to_owned));
        }
        Ok(there)
    }

    /// A page of users.
    pub async fn people(&self, mut asked: PeopleRequest) -> Result<PeoplePage> {
        let cursor = asked.cursor.take();
        let scope = Scope::new("", "", "people", &asked)?;
        let start = scope.read(cursor.as_deref())?;
        let (pool, users) = self.pool_users();
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
