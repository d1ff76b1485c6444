//! Production is written to only while it is unlocked, for a quarter of an hour and with a reason.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::session::{UnlockView, check_reason};
use dynadesk_shared::{access::Role, time};

use super::Access;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
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
            return Err(Error::conflict(
                "not_production",
                format!("connection {name:?} is not production: it is never locked"),
            ));
        }
        let reason = check_reason(reason).map_err(|why| Error::invalid("invalid_reason", why))?;
        let unlock = Unlock {
            connection: name.clone(),
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
        if !connection.view.production {
            return Ok(());
        }
        let name = &connection.view.name;
        match self.store.unlocks().get(&person.key, name).await? {
            Some(_) => Ok(()),
            None => Err(Error::new(
                ErrorKind::Forbidden,
                "connection_locked",
                format!("connection {name:?} is production and locked: unlock it with a reason first. Nothing was written"),
            )
            .with_fields(vec![FieldError::new("connection", name.clone())])),
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
