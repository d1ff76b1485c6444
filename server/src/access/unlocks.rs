//! Production is written to only while it is unlocked, for a quarter of an hour and with a reason.

use dynadesk_shared::access::{IDENTITY, Role};
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::session::{UnlockView, check_reason};
use dynadesk_shared::time;

use super::Access;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Identity;
use crate::store::Unlock;
use crate::who::Person;

const LASTS: i64 = 15 * 60 * 1_000_000;

impl Access {
    /// Unlocks a production connection for whoever asks: needs a role that may write there at all.
    pub async fn unlock(&self, person: &Person, connection: &Connection, reason: &str) -> Result<UnlockView> {
        let name = &connection.view.name;
        if person.grants.on_some_of(name).is_none_or(|role| role < Role::Operator) {
            person.may_on_all_of(Role::Operator, name)?;
        }
        connection.writable()?;
        if !connection.view.production {
            return Err(never_locked(&format!("connection {name:?} is")));
        }
        self.open_up(person, name, reason).await
    }

    /// Unlocks the users of the application, where they are production, for whoever asks.
    pub async fn unlock_users(&self, person: &Person, identity: &Identity, reason: &str) -> Result<UnlockView> {
        person.may_on_all_of(Role::Operator, IDENTITY)?;
        identity.not_read_only()?;
        if !identity.view().production {
            return Err(never_locked("the application's users are"));
        }
        self.open_up(person, IDENTITY, reason).await
    }

    /// `name` is that of a connection, or [`IDENTITY`], which no connection has.
    async fn open_up(&self, person: &Person, name: &str, reason: &str) -> Result<UnlockView> {
        let reason = check_reason(reason).map_err(|why| Error::invalid("invalid_reason", why))?;
        let unlock = Unlock {
            connection: name.to_owned(),
            reason: reason.to_owned(),
            until: self.clock.now() + LASTS,
        };
        self.store.unlocks().put(&person.key, &unlock).await?;
        tracing::warn!(who = ?person.name, connection = name, reason = ?reason, "production was unlocked");
        Ok(self.view(&unlock))
    }

    pub async fn lock(&self, person: &Person, connection: &str) -> Result<()> {
        self.store.unlocks().end(&person.key, connection).await
    }

    /// 403 `connection_locked` where a production connection is not unlocked for whoever asks.
    pub async fn unlocked(&self, person: &Person, connection: &Connection) -> Result<()> {
        let name = &connection.view.name;
        match connection.view.production {
            true => self.is_open(person, name, &format!("connection {name:?} is")).await,
            false => Ok(()),
        }
    }

    /// The same for the users of the application; whether they may be written at all is told first.
    pub async fn users_unlocked(&self, person: &Person, identity: &Identity) -> Result<()> {
        identity.not_read_only()?;
        match identity.view().production {
            true => self.is_open(person, IDENTITY, "the application's users are").await,
            false => Ok(()),
        }
    }

    async fn is_open(&self, person: &Person, name: &str, what: &str) -> Result<()> {
        match self.store.unlocks().get(&person.key, name).await? {
            Some(_) => Ok(()),
            None => Err(Error::new(
                ErrorKind::Forbidden,
                "connection_locked",
                format!("{what} production and locked: unlock with a reason first. Nothing was written"),
            )
            .with_fields(vec![FieldError::new("connection", name)])),
        }
    }

    /// What is unlocked for a person. A store that does not answer has nothing unlocked.
    pub async fn unlocks(&self, person: &Person) -> Vec<UnlockView> {
        let all = self.store.unlocks().all(&person.key).await.unwrap_or_default();
        all.iter().map(|unlock| self.view(unlock)).collect()
    }

    fn view(&self, unlock: &Unlock) -> UnlockView {
        UnlockView {
            connection: unlock.connection.clone(),
            reason: unlock.reason.clone(),
            until: time::to_iso_offset(unlock.until),
            seconds_left: u64::try_from((unlock.until - self.clock.now()) / 1_000_000).unwrap_or(0),
        }
    }
}

fn never_locked(what: &str) -> Error {
    Error::conflict("not_production", format!("{what} not production, so nothing is locked"))
}
