//! Who is behind a uuid: PostgreSQL where it is configured, else the table's own rows, else the users
//! file. Answers are kept for a short while.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::{Names, NamesRequest};
use dynadesk_shared::identity::users_file;

use super::{Identity, lock, plain_uuid};
use crate::config::ConfigError;
use crate::error::{Error, Result};

/// A name that was changed is seen after this.
pub(super) const LIVES: Duration = Duration::from_secs(30);
/// How long a database that did not answer is left alone.
const REST: Duration = Duration::from_secs(10);
/// Names that are kept; past it all are forgotten.
const MOST: usize = 50_000;
/// Uuids of one question.
const MOST_ASKED: usize = 1000;

#[derive(Debug)]
pub(super) struct Resolver {
    /// The users file, by uuid, which is written in the one way where it is one.
    pub(super) file: Option<BTreeMap<String, UserRef>>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Nothing for a uuid that the database does not have.
    names: BTreeMap<String, (Instant, Option<UserRef>)>,
    down: Option<(Instant, String)>,
}

impl Resolver {
    /// Reads the users file: a list of objects, or `{"users": […]}`.
    pub(super) fn open(file: Option<&Path>) -> std::result::Result<Self, ConfigError> {
        let file = file.map(read).transpose()?;
        Ok(Self {
            file,
            known: Mutex::default(),
        })
    }

    /// Who has this uuid in the users file, under the uuid as it was asked for.
    fn of_file(&self, uuid: &str) -> Option<UserRef> {
        let user = self.file.as_ref()?.get(&key(uuid))?.clone();
        Some(UserRef {
            uuid: uuid.to_owned(),
            ..user
        })
    }
}

fn read(file: &Path) -> std::result::Result<BTreeMap<String, UserRef>, ConfigError> {
    let refused = |why: String| ConfigError(format!("the users file {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|cause| refused(format!("it cannot be read: {cause}")))?;
    let users = users_file::read(&text)
        .ok_or_else(|| refused("it must be a JSON list of objects with uuid, display_name and handle".to_owned()))?;
    Ok(users.into_iter().map(|user| (key(&user.uuid), user)).collect())
}

/// One uuid may be written in capitals and another not, and mean the same user.
fn key(uuid: &str) -> String {
    plain_uuid(uuid).unwrap_or_else(|| uuid.to_owned())
}

impl Known {
    /// Keeps what the database just said of these.
    fn keep(&mut self, asked: Vec<String>, found: &[UserRef]) {
        if asked.is_empty() {
            return;
        }
        self.down = None;
        if self.names.len() + asked.len() > MOST {
            self.names.clear();
        }
        let now = Instant::now();
        self.names.extend(asked.into_iter().map(|uuid| (uuid, (now, None))));
        let found = found.iter().map(|user| (user.uuid.clone(), (now, Some(user.clone()))));
        self.names.extend(found);
    }
}

impl Identity {
    /// Names people as they are known here; the others keep the names of the table's own rows. Says
    /// why, where somebody should have known them and does not answer.
    pub async fn name(&self, users: impl Iterator<Item = &mut UserRef>) -> Option<String> {
        if self.0.database.is_none() && self.0.names.file.is_none() {
            return None;
        }
        let users: Vec<&mut UserRef> = users.collect();
        let uuids: BTreeSet<&str> = users.iter().map(|user| user.uuid.as_str()).collect();
        let uuids: Vec<String> = uuids.into_iter().map(str::to_owned).collect();
        let mut known = Names::default();
        for some in uuids.chunks(MOST_ASKED) {
            match self.names(some).await {
                Ok(names) => {
                    known.names.extend(names.names);
                    known.otherwise.extend(names.otherwise);
                    known.problem = known.problem.or(names.problem);
                }
                Err(error) => known.problem = Some(error.message),
            }
        }
        for user in users {
            known.name(user);
        }
        known.problem
    }

    /// Who in the database has this handle; nobody where no database is configured.
    pub async fn by_handle(&self, handle: &str) -> Result<Vec<UserRef>> {
        match &self.0.database {
            Some(database) => database.by_handle(handle).await,
            None => Ok(Vec::new()),
        }
    }

    /// Who in the users file has this handle.
    pub fn by_handle_in_file(&self, handle: &str) -> Vec<UserRef> {
        let users = self.0.names.file.iter().flat_map(BTreeMap::values);
        users.filter(|user| user.handle == handle).cloned().collect()
    }

    /// Names of these uuids, and who has this handle, as far as they are known: an error only where nobody is.
    pub async fn look_up(&self, asked: &NamesRequest) -> Result<Names> {
        let mut names = self.names(&asked.uuids).await?;
        let Some(handle) = &asked.handle else { return Ok(names) };
        let (found, problem) = match self.by_handle(handle).await {
            Ok(found) => (found, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        names.with_handle = if found.is_empty() { self.by_handle_in_file(handle) } else { found };
        match problem {
            Some(error) if asked.uuids.is_empty() && names.with_handle.is_empty() => return Err(error),
            Some(error) => names.problem = names.problem.or(Some(error.message)),
            None => {}
        }
        Ok(names)
    }

    /// Who these are by now, from the source itself: 409 `names_not_configured` where there is none, and an
    /// error where it does not answer.
    pub async fn names_now(&self, uuids: &[String]) -> Result<BTreeMap<String, UserRef>> {
        let mut names = BTreeMap::new();
        if let Some(database) = &self.0.database {
            for some in uuids.chunks(MOST_ASKED) {
                let found = database.named(some).await?;
                names.extend(found.into_iter().map(|user| (user.uuid.clone(), user)));
            }
        } else if self.0.names.file.is_some() {
            let found = uuids.iter().filter_map(|uuid| self.0.names.of_file(uuid));
            names.extend(found.map(|user| (user.uuid.clone(), user)));
        } else {
            return Err(Error::conflict(
                "names_not_configured",
                "nobody is configured to know who the users are: add [identity.database] or a users file",
            ));
        }
        Ok(names)
    }

    /// Names of these uuids, as far as they are known.
    pub async fn names(&self, uuids: &[String]) -> Result<Names> {
        if uuids.len() > MOST_ASKED {
            return Err(Error::invalid(
                "invalid_request",
                format!("at most {MOST_ASKED} names are given at once"),
            ));
        }
        let resolver = &self.0.names;
        let mut answer = Names::default();
        if let Some(database) = &self.0.database {
            let mut missing = Vec::new();
            let down = {
                let known = lock(&resolver.known);
                for uuid in uuids {
                    match known.names.get(uuid).filter(|(since, _)| since.elapsed() < LIVES) {
                        Some((_, user)) => answer.names.extend(user.iter().map(|user| (uuid.clone(), user.clone()))),
                        None => missing.push(uuid.clone()),
                    }
                }
                known.down.clone().filter(|(since, _)| since.elapsed() < REST)
            };
            let asked = match (missing.is_empty(), down) {
                (true, _) => Ok(Vec::new()),
                (false, Some((_, why))) => Err(why),
                (false, None) => database.named(&missing).await.map_err(|error| error.message),
            };
            let mut known = lock(&resolver.known);
            match asked {
                Ok(found) => {
                    known.keep(missing, &found);
                    answer.names.extend(found.into_iter().map(|user| (user.uuid.clone(), user)));
                }
                Err(why) => {
                    // A name that is a little old is better than none while the database is down.
                    for uuid in missing {
                        if let Some((_, Some(user))) = known.names.get(&uuid) {
                            answer.names.insert(uuid, user.clone());
                        }
                    }
                    if known.down.as_ref().is_none_or(|(since, _)| since.elapsed() >= REST) {
                        known.down = Some((Instant::now(), why.clone()));
                    }
                    answer.problem = Some(format!(
                        "names are those of the table's own rows, where PostgreSQL did not say others shortly before: {why}"
                    ));
                }
            }
        }
        let unnamed = uuids.iter().filter(|uuid| !answer.names.contains_key(*uuid));
        let found = unnamed.filter_map(|uuid| resolver.of_file(uuid));
        answer.otherwise = found.map(|user| (user.uuid.clone(), user)).collect();
        Ok(answer)
    }
}
