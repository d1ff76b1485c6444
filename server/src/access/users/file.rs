//! The file itself: who is in it, and that nobody but its owner may write it.

use std::fs::{File, Metadata};
use std::io::{Read as _, Write as _};
use std::path::Path;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params};
use dynadesk_shared::access::Grant;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Characters of a password; a long one is no better and costs time.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 12..=200;

/// Kibibytes that a check may take: whoever types a name makes the server take them.
const MOST_MEMORY: u32 = 1024 * 1024;
/// Kibibytes times passes that a check has to take: whoever gets hold of the file guesses as fast as it lets them.
const LEAST_WORK: u64 = 35_000;

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
    /// Reads a file to change it; one that does not exist yet has nobody.
    pub fn read(path: &Path) -> std::result::Result<Self, String> {
        Self::parsed(path, |_| Ok(()))
    }

    /// The same to let people in, where the rights of the very file that is read are good, and so are its hashes.
    pub(super) fn checked(
        path: &Path,
        rights: impl FnOnce(&Metadata) -> std::result::Result<(), String>,
    ) -> std::result::Result<Self, String> {
        let file = Self::parsed(path, rights)?;
        for user in &file.users {
            check_hash(user).map_err(|why| format!("{}: the password of {:?} {why}", path.display(), user.name))?;
        }
        Ok(file)
    }

    fn parsed(path: &Path, rights: impl FnOnce(&Metadata) -> std::result::Result<(), String>) -> std::result::Result<Self, String> {
        let unreadable = |cause: std::io::Error| format!("{} cannot be read: {cause}", path.display());
        let mut opened = match File::open(path) {
            Ok(opened) => opened,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(unreadable(cause)),
        };
        rights(&opened.metadata().map_err(unreadable)?)?;
        let mut text = String::new();
        opened.read_to_string(&mut text).map_err(unreadable)?;
        let file: Self = toml::from_str(&text).map_err(|cause| format!("{}: {}", path.display(), cause.message()))?;
        for user in &file.users {
            check_name(&user.name).map_err(|why| format!("{}: {why}", path.display()))?;
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
        #[cfg(unix)]
        hand_over(&file, path, folder)?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    }

    pub fn named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }
}

impl User {
    /// What a check of the password takes.
    pub(super) fn cost(&self) -> Option<Params> {
        let hash = PasswordHash::new(&self.password).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        Params::try_from(&hash).ok().filter(|_| algorithm == Algorithm::Argon2id)
    }
}

/// Kibibytes times passes.
pub(super) fn work(cost: &Params) -> u64 {
    u64::from(cost.m_cost()) * u64::from(cost.t_cost())
}

fn check_hash(user: &User) -> std::result::Result<(), String> {
    let cost = user.cost().ok_or("is no argon2id hash")?;
    let (memory, passes) = (cost.m_cost(), cost.t_cost());
    if memory > MOST_MEMORY {
        return Err(format!("takes more than a gibibyte to check (m={memory})"));
    }
    if work(&cost) < LEAST_WORK {
        return Err(format!(
            "is guessed too fast by whoever reads the file (m={memory},t={passes}): `dynadesk user password` makes a better one"
        ));
    }
    Ok(())
}

/// A hash that no password has and that takes as long to check as the dearest of a file.
pub(super) fn nobody(users: &[User]) -> String {
    let dearest = users.iter().filter_map(User::cost).max_by_key(work).unwrap_or_default();
    let (memory, passes, lanes) = (dearest.m_cost(), dearest.t_cost(), dearest.p_cost());
    format!(
        "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}",
        "A".repeat(22),
        "A".repeat(43)
    )
}

/// Root writes the file for a server that is not root and has to read it: it stays its owner's, and a new one
/// belongs to whoever has the folder.
#[cfg(unix)]
fn hand_over(fresh: &std::fs::File, path: &Path, folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let owner = path.metadata().or_else(|_| folder.metadata())?;
    if fresh.metadata()?.uid() == 0 && owner.uid() != 0 {
        fchown(fresh, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
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
pub(super) fn check_rights(path: &Path, found: &Metadata) -> std::result::Result<(), String> {
    let (place, mode) = (path.display(), rights(found));
    if mode & 0o022 != 0 {
        return Err(format!(
            "others than its owner may write {place} (its rights are {mode:o}): run chmod 600 {place}"
        ));
    }
    Ok(())
}

#[cfg(unix)]
pub(super) fn rights(found: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o777
}

/// Elsewhere rights are not told in this way.
#[cfg(not(unix))]
pub(super) fn rights(_: &Metadata) -> u32 {
    0o600
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[cfg(unix)]
    #[test]
    fn whoever_writes_the_file_leaves_it_to_its_owner() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("users.toml");
        UsersFile::default().write(&path).expect("written");
        let own = std::fs::metadata(&path).expect("facts").uid();
        // Only root can give a file away: anybody else has what is theirs already.
        let owner = std::os::unix::fs::chown(&path, Some(own + 1), None).map_or(own, |()| own + 1);
        UsersFile::default().write(&path).expect("written again");
        assert_eq!(std::fs::metadata(&path).expect("facts").uid(), owner);
    }

    #[test]
    fn a_password_is_kept_by_what_is_hard_to_guess() {
        let made = hash("correct horse battery").expect("a hash");
        let user = |password: &str| User {
            name: "ada".to_owned(),
            password: password.to_owned(),
            grants: Vec::new(),
        };
        assert_eq!(check_hash(&user(&made)), Ok(()));
        for (from, to, why) in [
            ("$argon2id$", "$argon2i$", "no argon2id hash"),
            ("$argon2id$", "$argon2d$", "no argon2id hash"),
            ("$argon2id$", "$scrypt$", "no argon2id hash"),
            ("m=19456,t=2", "m=8,t=1", "guessed too fast"),
            ("m=19456,t=2", "m=2097152,t=1", "more than a gibibyte"),
        ] {
            let other = made.replace(from, to);
            assert_ne!(other, made);
            let refused = check_hash(&user(&other)).expect_err(&other);
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn nobody_takes_as_long_as_the_dearest() {
        let user = |cost: &str| User {
            name: "ada".to_owned(),
            password: hash("correct horse battery").expect("a hash").replace("m=19456,t=2", cost),
            grants: Vec::new(),
        };
        let cost = |users: &[User]| {
            let mut nobody = user("m=19456,t=2");
            nobody.password = super::nobody(users);
            nobody.cost().map(|cost| (cost.m_cost(), cost.t_cost()))
        };
        assert_eq!(cost(&[]), Some((19_456, 2)));
        assert_eq!(cost(&[user("m=65536,t=3"), user("m=19456,t=2")]), Some((65_536, 3)));
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
