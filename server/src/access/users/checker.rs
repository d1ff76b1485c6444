//! Password checks on a few threads of their own: each takes 19 MB, which a thread keeps for its next one, so
//! what they take together does not depend on how many other threads the server has.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use tokio::sync::oneshot;

use crate::error::{Error, ErrorKind, Result};

/// Each check takes tens of milliseconds of a core.
const THREADS: usize = 2;
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
    loop {
        // Held while it waits: the other threads wait for the lock instead.
        let next = checks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Check { hash, password, answer }) = next else { return };
        let hash = PasswordHash::new(&hash).ok();
        let fits = hash.is_some_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        // Whoever asked may have hung up.
        let _ = answer.send(fits);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

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
