//! Password checks on a few threads of their own. Each takes 19 MB, which its thread keeps for the next one: given
//! back each time, so large and aligned a piece leaves holes in which the C library cannot place it again, and a
//! server of many threads would hold hundreds of megabytes of them. What a hash of another cost takes beyond
//! that is given back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use crate::error::{Error, ErrorKind, Result};

/// Each check takes tens of milliseconds of a core.
const THREADS: usize = 2;
/// Blocks of a kibibyte that a thread keeps: what hashes of `dynadesk user` take.
const KEPT: usize = Params::DEFAULT_M_COST as usize;
/// More than these are told to come again.
const MOST_WAITING: usize = 32;

struct Check {
    hash: Arc<str>,
    password: String,
    answer: oneshot::Sender<bool>,
}

/// Ends with its threads when it is dropped.
#[derive(Debug)]
pub struct Checker(SyncSender<Check>);

impl Checker {
    pub fn start() -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..THREADS {
            let receiver = receiver.clone();
            std::thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || work(&receiver))?;
        }
        Ok(Self(sender))
    }

    /// Whether a password is the one of a hash. Those who hang up keep their place: it is worked off, so that
    /// nobody has more checks made by not waiting for them.
    pub async fn fits(&self, hash: Arc<str>, password: &str) -> Result<bool> {
        let (answer, fits) = oneshot::channel();
        let password = password.to_owned();
        self.0.try_send(Check { hash, password, answer }).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::new(
                ErrorKind::Throttled,
                "too_many_tries",
                "too many people sign in at this moment: try again in a few seconds",
            ),
            TrySendError::Disconnected(_) => Error::internal("the threads that check passwords ended"),
        })?;
        fits.await.map_err(Error::internal)
    }
}

fn work(checks: &Mutex<Receiver<Check>>) {
    let mut memory = Vec::new();
    loop {
        // Held while it waits: the other threads wait for the lock instead.
        let next = checks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Check { hash, password, answer }) = next else { return };
        // Whatever one check runs into, the thread is there for the next.
        let fits = catch_unwind(AssertUnwindSafe(|| is_of(password.as_bytes(), &hash, &mut memory)));
        // Whoever asked may have hung up.
        let _ = answer.send(fits.ok().flatten().unwrap_or(false));
        memory.truncate(KEPT);
        memory.shrink_to(KEPT);
    }
}

/// Whether a password is the one of a hash; nothing where that is none.
fn is_of(password: &[u8], hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let (salt, wanted) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.try_reserve_exact(blocks - memory.len()).ok()?;
        memory.resize(blocks, Block::default());
    }
    let mut found = vec![0; wanted.len()];
    argon2.hash_password_into_with_memory(password, salt, &mut found, memory).ok()?;
    // Outputs are compared in the same time, wherever they differ.
    Some(Output::new(&found).ok()? == *wanted)
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    #[test]
    fn hashes_of_any_cost_are_checked_in_the_same_memory() {
        use argon2::password_hash::PasswordHasher as _;
        let mut memory = Vec::new();
        for (kibibytes, length) in [(64, 16), (19_456, 32), (8, 64)] {
            let params = Params::new(kibibytes, 2, 1, Some(length)).expect("a cost");
            for (algorithm, version) in [(Algorithm::Argon2id, Version::V0x13), (Algorithm::Argon2i, Version::V0x10)] {
                let hash = Argon2::new(algorithm, version, params.clone())
                    .hash_password(b"correct horse")
                    .expect("a hash");
                let hash = hash.to_string();
                assert_eq!(is_of(b"correct horse", &hash, &mut memory), Some(true), "{hash}");
                assert_eq!(is_of(b"wrong horse", &hash, &mut memory), Some(false), "{hash}");
            }
        }
        assert_eq!(memory.len(), 19_456);
        assert_eq!(is_of(b"correct horse", "$argon2id$v=19$m=8,t=1,p=1", &mut memory), None);
    }

    #[tokio::test]
    async fn those_who_come_when_the_line_is_full_are_told_to_come_again() {
        let checker = Checker::start().expect("threads");
        let hash: Arc<str> = super::super::hash("correct horse battery").expect("a hash").into();
        assert!(checker.fits(hash.clone(), "correct horse battery").await.expect("checked"));
        assert!(!checker.fits(hash.clone(), "wrong horse battery").await.expect("checked"));
        assert!(!checker.fits("no hash".into(), "correct horse battery").await.expect("checked"));
        // All of them ask before the first of them waits.
        let answers = join_all((0..500).map(|_| checker.fits(hash.clone(), "correct horse battery"))).await;
        let (good, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert!(good.len() >= MOST_WAITING && good.into_iter().all(|fits| fits.expect("one of the good")));
        let refused: Vec<_> = refused.into_iter().filter_map(Result::err).collect();
        assert!(!refused.is_empty());
        assert!(refused.iter().all(|error| error.code == "too_many_tries"), "{refused:?}");
        // And the line moves on.
        assert!(checker.fits(hash, "correct horse battery").await.expect("checked"));
    }
}
