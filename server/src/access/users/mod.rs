//! People in a file: names, argon2id hashes and grants. `dynadesk user` writes it, and a server reads it
//! again when it changes, so that who is taken out is out at the next request.

mod changes;
mod checker;
mod file;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use dynadesk_shared::access::Grants;

pub use file::{PASSWORD, User, UsersFile, check_name, check_password, hash};

use super::tokens;
use crate::error::Result;
use checker::Checker;
use file::{check_rights, nobody, rights, work};

/// When a file was written, its length, and its rights.
type Stamp = (SystemTime, u64, u32);

/// What was read of the file.
#[derive(Debug)]
struct Known {
    stamp: Option<Stamp>,
    file: Arc<UsersFile>,
    /// What an unknown name is checked against, so that it takes as long as a wrong password.
    nobody: Arc<str>,
    /// What changed since somebody last asked.
    changed: Vec<String>,
    /// Why what stands there now does not count, as the log says it.
    refused: Option<String>,
}

/// The users of a running server.
#[derive(Debug)]
pub struct Users {
    path: PathBuf,
    known: Mutex<Known>,
    checker: Checker,
    /// How many passwords were checked.
    checks: AtomicU64,
}

impl Users {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let stamp = stamp(path);
        let file = UsersFile::checked(path, |found| check_rights(path, found)).map_err(anyhow::Error::msg)?;
        if path.metadata().is_ok_and(|found| rights(&found) & 0o004 != 0) {
            let place = path.display();
            tracing::warn!("everybody on this machine may read the hashes of passwords in {place}: run chmod 600 {place}");
        }
        let costs = file.users.iter().filter_map(User::cost).map(|cost| work(&cost));
        if costs.collect::<std::collections::BTreeSet<u64>>().len() > 1 {
            tracing::warn!(
                "the hashes of {} differ in what they take to check, so the time of a sign-in tells names: `dynadesk user password` makes them alike",
                path.display()
            );
        }
        Ok(Self {
            path: path.to_owned(),
            known: Mutex::new(Known {
                stamp: settled(stamp),
                nobody: nobody(&file.users).into(),
                file: Arc::new(file),
                changed: Vec::new(),
                refused: None,
            }),
            checker: Checker::start()?,
            checks: AtomicU64::new(0),
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

    /// What stands for a user's password, where this is it: a session holds on to it.
    pub async fn knows(&self, name: &str, password: &str) -> Result<Option<String>> {
        let (file, nobody) = self.read();
        let known = file.named(name).map(|user| Arc::from(user.password.as_str()));
        let hash = known.clone().unwrap_or(nobody);
        let fits = self.checker.fits(hash, password).await?;
        self.checks.fetch_add(1, Ordering::Relaxed);
        Ok(known.filter(|_| fits).map(|hash| tokens::kept(&hash)))
    }

    /// How many passwords were checked: as many for unknown names as for known ones.
    pub fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// What changed in the file since this was last asked, for whoever writes it down.
    pub fn changed(&self) -> Vec<String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut known.changed)
    }

    fn now(&self) -> Arc<UsersFile> {
        self.read().0
    }

    /// The users as the file has them now, and what stands for nobody.
    fn read(&self) -> (Arc<UsersFile>, Arc<str>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.path);
        if known.stamp.is_none() || known.stamp != now || known.refused.is_some() {
            match UsersFile::checked(&self.path, |found| check_rights(&self.path, found)) {
                Ok(file) => {
                    if known.refused.take().is_some() {
                        tracing::info!("the users file is as it must be again, and counts");
                    }
                    known.stamp = settled(now);
                    known.nobody = nobody(&file.users).into();
                    let changed = changes::changes(&known.file, &file);
                    known.changed.extend(changed);
                    known.file = Arc::new(file);
                }
                // Somebody is editing it: those who were in stay in, and the log says why.
                Err(why) if known.refused.as_ref() != Some(&why) => {
                    tracing::error!(why, "the users file is not as it must be: what was read before counts");
                    known.refused = Some(why);
                }
                Err(_) => {}
            }
        }
        (known.file.clone(), known.nobody.clone())
    }
}

/// A stamp that tells the next change: what was written a moment ago may be written again in the same tick of
/// the file system's clock, and be as long.
fn settled(stamp: Option<Stamp>) -> Option<Stamp> {
    stamp.filter(|(written, ..)| written.elapsed().is_ok_and(|ago| ago > Duration::from_secs(2)))
}

fn stamp(path: &Path) -> Option<Stamp> {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len(), rights(&facts)))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use dynadesk_shared::access::{Grant, Role};

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
        let stamp = users.knows("ada", "correct horse battery").await.expect("checked").expect("known");
        assert_eq!(users.knows("ada", "wrong horse battery").await.expect("checked"), None);
        assert_eq!(users.knows("bo", "nobody has this password").await.expect("checked"), None);
        assert_eq!(users.checks(), 3);
        assert!(users.grants("ada", &stamp).is_some() && users.grants("bo", &stamp).is_none());
        // Who is taken out of the file is out at once.
        file.users.clear();
        file.write(&path).expect("written");
        assert_eq!(users.grants("ada", &stamp), None);
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
            assert!(users.grants("ada", &tokens::kept(&file.users[0].password)).is_some());
        }
    }

    #[test]
    fn a_hash_that_takes_all_memory_to_check_is_refused_with_the_file() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        let mut ada = user("ada", "correct horse battery");
        ada.password = ada.password.replace("m=19456", "m=4194304");
        UsersFile { users: vec![ada] }.write(&path).expect("written");
        let why = UsersFile::checked(&path, |_| Ok(())).expect_err("too much");
        assert!(why.contains("ada") && why.contains("m=4194304"), "{why}");
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

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_from_now_on_changes_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        let allow = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("rights");
        let mut file = UsersFile {
            users: vec![user("ada", "secret")],
        };
        file.write(&path).expect("written");
        let users = Users::open(&path).expect("users");
        let refused = || users.known.lock().expect("nobody panicked").refused.clone();
        allow(0o666);
        // Whoever came by gives themselves an entry.
        let mut bad = file.clone();
        bad.users.push(user("eve", "secret"));
        std::fs::write(&path, toml::to_string_pretty(&bad).expect("text")).expect("written");
        assert!(users.of("eve").is_none() && users.of("ada").is_some());
        let why = refused().expect("it is said");
        assert!(why.contains("666") && why.contains("chmod 600"), "{why}");
        // Only what its owner wrote counts, and only once nobody else may write it.
        file.users.push(user("bob", "secret"));
        std::fs::write(&path, toml::to_string_pretty(&file).expect("text")).expect("written");
        assert!(users.of("bob").is_none() && refused().is_some());
        allow(0o600);
        assert!(users.of("bob").is_some() && users.of("eve").is_none());
        assert_eq!(refused(), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_log_says_once_that_the_file_does_not_count() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        UsersFile::default().write(&path).expect("written");
        let users = Users::open(&path).expect("users");
        let log = folder.path().join("log");
        let subscriber = tracing_subscriber::fmt()
            .with_writer(Mutex::new(File::create(&log).expect("a log")))
            .finish();
        // With one subscriber alone, the first thread that comes to a line decides for all whether it is wanted.
        let _other = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
        tracing::subscriber::with_default(subscriber, || {
            for mode in [0o660, 0o600] {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("rights");
                for _ in 0..3 {
                    assert!(users.of("ada").is_none());
                }
            }
        });
        let said = std::fs::read_to_string(&log).expect("the log");
        assert_eq!(said.matches("is not as it must be").count(), 1, "{said}");
        assert_eq!(said.matches("is as it must be again").count(), 1, "{said}");
    }
}
