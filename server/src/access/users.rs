//! People in a file: names, argon2id hashes and grants. `dynadesk user` writes it, and a server reads it
//! again when it changes, so that who is taken out is out at the next request.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use dynadesk_shared::access::{Grant, Grants};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::tokens;
use crate::error::{Error, ErrorKind, Result};

/// Characters of a password; a long one is no better and costs time.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 12..=200;
/// Each check takes 19 MB and tens of milliseconds of a core.
const AT_ONCE: usize = 2;
/// More than these are told to come again.
const MOST_WAITING: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersFile {
    #[serde(default, rename = "user")]
    pub users: Vec<User>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub name: String,
    /// As argon2's own tools write it.
    pub password: String,
    #[serde(default, rename = "grant")]
    pub grants: Vec<Grant>,
}

impl UsersFile {
    /// Reads a file; one that does not exist yet has nobody.
    pub fn read(path: &Path) -> std::result::Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(format!("{} cannot be read: {cause}", path.display())),
        };
        let file: Self = toml::from_str(&text).map_err(|cause| format!("{}: {}", path.display(), cause.message()))?;
        for user in &file.users {
            check_name(&user.name).map_err(|why| format!("{}: {why}", path.display()))?;
            if PasswordHash::new(&user.password).is_err() {
                return Err(format!("{}: the password of {:?} is no argon2 hash", path.display(), user.name));
            }
        }
        Ok(file)
    }

    /// Replaces the file as a whole; nobody else may read it.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let text = toml::to_string_pretty(self).map_err(std::io::Error::other)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let fresh = folder.join(format!(".users-{}", uuid::Uuid::new_v4()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    }

    pub fn named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }
}

/// A name stands in logs, tables and URLs of none: one line, no spaces around it.
pub fn check_name(name: &str) -> std::result::Result<(), String> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    if name.is_empty() || name.chars().count() > 100 || !name.chars().all(good) {
        return Err(format!("a user's name is 1 to 100 letters, digits and . _ - @ +, not {name:?}"));
    }
    Ok(())
}

pub fn check_password(password: &str) -> std::result::Result<(), String> {
    let count = password.chars().count();
    if !PASSWORD.contains(&count) {
        let (least, most) = (PASSWORD.start(), PASSWORD.end());
        return Err(format!("a password has {least} to {most} characters, this one has {count}"));
    }
    Ok(())
}

/// An argon2id hash with a salt of its own.
pub fn hash(password: &str) -> Result<String> {
    let hash: PasswordHash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(hash.to_string())
}

/// Whoever writes the file makes themselves an admin, so nobody but its owner may.
#[cfg(unix)]
fn check_rights(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = path.metadata() else {
        return Ok(());
    };
    let (place, mode) = (path.display(), found.permissions().mode() & 0o777);
    if mode & 0o022 != 0 {
        anyhow::bail!("others than its owner may write {place} (its rights are {mode:o}): run chmod 600 {place}");
    }
    if mode & 0o004 != 0 {
        tracing::warn!("everybody on this machine may read the hashes of passwords in {place}: run chmod 600 {place}");
    }
    Ok(())
}

/// When a file was written, and its length.
type Stamp = (SystemTime, u64);

/// The users of a running server.
#[derive(Debug)]
pub struct Users {
    path: PathBuf,
    read: Mutex<(Option<Stamp>, Arc<UsersFile>)>,
    turns: Arc<Semaphore>,
    /// What an unknown name is checked against, so that it takes as long as a wrong password.
    nobody: Arc<str>,
    /// How many passwords were checked.
    checks: AtomicU64,
    /// How many wait for their turn or have it.
    waiting: Arc<AtomicUsize>,
}

/// A place among those who wait, free again when it is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Users {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let stamp = stamp(path);
        let file = UsersFile::read(path).map_err(anyhow::Error::msg)?;
        #[cfg(unix)]
        check_rights(path)?;
        Ok(Self {
            path: path.to_owned(),
            read: Mutex::new((settled(stamp), Arc::new(file))),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: hash("nobody has this password").map_err(anyhow::Error::from)?.into(),
            checks: AtomicU64::new(0),
            waiting: Arc::default(),
        })
    }

    /// What a user of the file may do; nothing where there is none of the name, or the password is another
    /// one by now than when `stamp` was made.
    pub fn grants(&self, name: &str, stamp: &str) -> Option<Grants> {
        let file = self.now();
        let user = file.named(name)?;
        (tokens::kept(&user.password) == stamp).then(|| Grants(user.grants.clone()))
    }

    /// What a user of the file may do, whatever the password is.
    pub fn of(&self, name: &str) -> Option<Grants> {
        Some(Grants(self.now().named(name)?.grants.clone()))
    }

    /// Stands for a user's password as it is now: a session holds on to it.
    pub fn stamp(&self, name: &str) -> Option<String> {
        Some(tokens::kept(&self.now().named(name)?.password))
    }

    /// Whether the password is this user's.
    pub async fn knows(&self, name: &str, password: &str) -> Result<bool> {
        // Those who hang up wait on: what they began is still being worked on.
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::new(
                ErrorKind::Throttled,
                "too_many_tries",
                "too many people sign in at this moment: try again in a few seconds",
            ));
        }
        let place = Waiting(self.waiting.clone());
        let turn = self.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        let known = self.now().named(name).map(|user| user.password.clone());
        let (is_known, hash) = known.map_or_else(|| (false, self.nobody.to_string()), |hash| (true, hash));
        let password = password.to_owned();
        self.checks.fetch_add(1, Ordering::Relaxed);
        let fits = tokio::task::spawn_blocking(move || {
            let _held = (turn, place);
            let hash = PasswordHash::new(&hash).ok();
            hash.is_some_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await.map_err(Error::internal)? && is_known)
    }

    /// How many passwords were checked: as many for unknown names as for known ones.
    pub fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    fn now(&self) -> Arc<UsersFile> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.path);
        if read.0.is_none() || read.0 != now {
            match UsersFile::read(&self.path) {
                Ok(file) => *read = (settled(now), Arc::new(file)),
                // Somebody is editing it: those who were in stay in, and the log says why.
                Err(why) => tracing::error!(why, "the users file is not as it must be: what was read before counts"),
            }
        }
        read.1.clone()
    }
}

/// A stamp that tells the next change: what was written a moment ago may be written again in the same tick of
/// the file system's clock, and be as long.
fn settled(stamp: Option<Stamp>) -> Option<Stamp> {
    stamp.filter(|(written, _)| written.elapsed().is_ok_and(|ago| ago > Duration::from_secs(2)))
}

fn stamp(path: &Path) -> Option<Stamp> {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::access::Role;

    use super::*;

    fn user(name: &str, password: &str) -> User {
        User {
            name: name.to_owned(),
            password: hash(password).expect("a hash"),
            grants: vec![Grant::everywhere(Role::Viewer)],
        }
    }

    #[tokio::test]
    async fn an_unknown_name_costs_what_a_wrong_password_costs() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        let mut file = UsersFile {
            users: vec![user("ada", "correct horse battery")],
        };
        file.write(&path).expect("written");
        let users = Users::open(&path).expect("opened");
        assert!(users.knows("ada", "correct horse battery").await.expect("checked"));
        assert!(!users.knows("ada", "wrong horse battery").await.expect("checked"));
        assert!(!users.knows("bo", "nobody has this password").await.expect("checked"));
        assert_eq!(users.checks(), 3);
        // Who is taken out of the file is out at once.
        file.users.clear();
        file.write(&path).expect("written");
        assert_eq!(users.stamp("ada"), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        UsersFile::default().write(&path).expect("written");
        let mode = std::fs::metadata(&path).expect("facts").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_is_written_twice_at_once_is_read_twice() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        let mut file = UsersFile {
            users: vec![user("ada", "secret"), user("bob", "secret")],
        };
        file.write(&path).expect("written");
        let users = Users::open(&path).expect("users");
        for _ in 0..20 {
            // As long as before, and within the same tick.
            file.users.reverse();
            file.users[0].name = "ada".to_owned();
            file.users[1].name = "bob".to_owned();
            file.write(&path).expect("written");
            assert_eq!(users.stamp("ada"), Some(tokens::kept(&file.users[0].password)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_is_not_believed() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        UsersFile::default().write(&path).expect("written");
        for (mode, is_good) in [(0o600, true), (0o640, true), (0o644, true), (0o660, false), (0o606, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("rights");
            assert_eq!(Users::open(&path).is_ok(), is_good, "{mode:o}");
        }
    }

    #[test]
    fn names_and_passwords_have_limits() {
        assert!(check_name("ada@example.com").is_ok() && check_name("Zoë").is_ok());
        for bad in ["", "a b", "a\nb", "<b>", &"x".repeat(101)] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        assert!(check_password("short").is_err() && check_password(&"x".repeat(12)).is_ok());
    }
}
