//! Who is behind a uuid: PostgreSQL where it is configured, else the table's own rows, else the users
//! file. Answers are kept for a short while.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::Names;
use dynadesk_shared::identity::users_file;

use super::{Identity, lock};
use crate::config::ConfigError;
use crate::error::{Error, Result};

/// A name that was changed is seen after this.
const LIVES: Duration = Duration::from_secs(30);
/// How long a database that did not answer is left alone.
const REST: Duration = Duration::from_secs(10);
/// Names that are kept; past it all are forgotten.
const MOST: usize = 50_000;
/// Uuids of one question.
const MOST_ASKED: usize = 1000;

#[derive(Debug)]
pub(super) struct Resolver {
    /// The users file, by uuid.
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
}

fn read(file: &Path) -> std::result::Result<BTreeMap<String, UserRef>, ConfigError> {
    let refused = |why: String| ConfigError(format!("the users file {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|cause| refused(format!("it cannot be read: {cause}")))?;
    let users = users_file::read(&text)
        .ok_or_else(|| refused("it must be a JSON list of objects with uuid, display_name and handle".to_owned()))?;
    Ok(users.into_iter().map(|user| (user.uuid.clone(), user)).collect())
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

    /// Who in the database has this handle; nothing where no database is configured.
    pub async fn by_handle(&self, handle: &str) -> Result<Option<Vec<UserRef>>> {
        match &self.0.database {
            Some(database) => Ok(Some(database.by_handle(handle).await?)),
            None => Ok(None),
        }
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
        } else if let Some(file) = &self.0.names.file {
            let found = uuids.iter().filter_map(|uuid| Some((uuid.clone(), file.get(uuid)?.clone())));
            names.extend(found);
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
            let (missing, down) = {
                let known = lock(&resolver.known);
                let fresh = |uuid: &&String| known.names.get(*uuid).is_some_and(|(since, _)| since.elapsed() < LIVES);
                let missing: Vec<String> = uuids.iter().filter(|uuid| !fresh(uuid)).cloned().collect();
                (missing, known.down.clone().filter(|(since, _)| since.elapsed() < REST))
            };
            let asked = match (missing.is_empty(), down) {
                (true, _) => Ok(Vec::new()),
                (false, Some((_, why))) => Err(why),
                (false, None) => database.named(&missing).await.map_err(|error| error.message),
            };
            let mut known = lock(&resolver.known);
            match asked {
                Ok(found) => {
                    if known.names.len() + missing.len() > MOST {
                        known.names.clear();
                    }
                    let now = Instant::now();
                    if !missing.is_empty() {
                        known.down = None;
                    }
                    known.names.extend(missing.into_iter().map(|uuid| (uuid, (now, None))));
                    known
                        .names
                        .extend(found.into_iter().map(|user| (user.uuid.clone(), (now, Some(user)))));
                }
                Err(why) => {
                    if known.down.as_ref().is_none_or(|(since, _)| since.elapsed() >= REST) {
                        known.down = Some((Instant::now(), why.clone()));
                    }
                    answer.problem = Some(format!(
                        "names are those of the table's own rows, where PostgreSQL did not say others shortly before: {why}"
                    ));
                }
            }
            // A name that is a little old is better than none while the database is down.
            for uuid in uuids {
                if let Some((_, Some(user))) = known.names.get(uuid) {
                    answer.names.insert(uuid.clone(), user.clone());
                }
            }
        }
        if let Some(file) = &resolver.file {
            let unnamed = uuids.iter().filter(|uuid| !answer.names.contains_key(*uuid));
            let found = unnamed.filter_map(|uuid| Some((uuid.clone(), file.get(uuid)?.clone())));
            answer.otherwise = found.collect();
        }
        Ok(answer)
    }
}
