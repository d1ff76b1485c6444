//! Sessions as they are made, found and ended. The store is asked at most every few seconds for each, so
//! one that was ended elsewhere is over here a moment later.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::session::Way;
use http::HeaderMap;
use tokio::time::Instant;

use super::{Whence, tokens};
use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Session, Store};

/// The prefix makes browsers refuse it over plain HTTP, from other hosts and for other paths.
pub const COOKIE: &str = "__Host-dynadesk";
/// How long a session that was found is believed: a session that is ended anywhere is over everywhere after it.
const BELIEVED: Duration = Duration::from_secs(3);
/// How often its row is told that somebody is still there.
const TOLD: i64 = 60 * 1_000_000;
const MOST: usize = 10_000;

#[derive(Debug)]
pub(super) struct Sessions {
    store: Store,
    clock: Clock,
    idle: i64,
    lives: i64,
    known: Mutex<HashMap<String, (Instant, Session)>>,
}

/// A session that was just begun: what its cookie holds is known to nobody else.
pub struct NewSession {
    pub secret: String,
    pub session: Session,
}

impl Sessions {
    pub fn new(store: Store, clock: Clock, idle: Duration, lives: Duration) -> Self {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        Self {
            store,
            clock,
            idle: micros(idle),
            lives: micros(lives),
            known: Mutex::default(),
        }
    }

    /// Begins one, with a secret that nobody could have put into the browser before.
    pub async fn begin(&self, name: &str, way: Way, groups: Vec<String>, whence: Whence, browser: &str) -> Result<NewSession> {
        let (now, secret) = (self.clock.now(), tokens::fresh()?);
        let session = Session {
            id: tokens::kept(&secret),
            name: name.to_owned(),
            way,
            groups,
            from: whence.browser.map_or_else(|| "unknown".to_owned(), |address| address.to_string()),
            browser: browser.chars().filter(|c| !c.is_control()).take(200).collect(),
            made: now,
            seen: now,
            ends: now + self.lives,
            rests: now + self.idle,
        };
        self.store.sessions().add(&session).await?;
        Ok(NewSession { secret, session })
    }

    /// The session of a cookie, where it is not over and `holds` says that its person still may come in: one
    /// that does not hold is ended.
    pub async fn find(&self, secret: &str, holds: impl Fn(&Session) -> bool) -> Result<Option<Session>> {
        let id = tokens::kept(secret);
        let now = self.clock.now();
        let believed = self
            .lock()
            .get(&id)
            .filter(|(since, _)| since.elapsed() < BELIEVED)
            .map(|(_, session)| session.clone());
        let found = match believed {
            Some(session) => Some(session),
            None => self.store.sessions().get(&id).await?,
        };
        let Some(mut session) = found.filter(|session| now < session.ends.min(session.rests)) else {
            self.lock().remove(&id);
            return Ok(None);
        };
        if !holds(&session) {
            self.end(&id).await?;
            return Ok(None);
        }
        if session.seen + TOLD.min(self.idle / 4) <= now {
            let rests = now + self.idle;
            if !self.store.sessions().seen(&id, now, rests, session.ends).await? {
                self.lock().remove(&id);
                return Ok(None);
            }
            (session.seen, session.rests) = (now, rests);
        }
        let mut known = self.lock();
        if known.len() >= MOST {
            known.retain(|_, (since, _)| since.elapsed() < BELIEVED);
        }
        let since = known.get(&id).map(|(since, _)| *since).filter(|since| since.elapsed() < BELIEVED);
        known.insert(id, (since.unwrap_or_else(Instant::now), session.clone()));
        Ok(Some(session))
    }

    /// A session as it is kept now. Looking is no use of it: it rests all the same.
    pub async fn look(&self, id: &str) -> Result<Option<Session>> {
        self.store.sessions().get(id).await
    }

    /// Ends one; whether there was one.
    pub async fn end(&self, id: &str) -> Result<bool> {
        self.lock().remove(id);
        self.store.sessions().end(id).await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Session)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a cookie; nothing where it is there twice, which only somebody who meddles does.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(one, _)| *one == name).map(|(_, value)| value.to_owned());
    let value = found.next()?;
    (found.next().is_none() && !value.is_empty() && value.len() <= 100).then_some(value)
}
