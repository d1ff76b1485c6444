//! Who asks: a person with grants, known for as long as a request or what it began is carried out.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use dynadesk_shared::access::{Grants, Role};
use dynadesk_shared::api::session::Way;

use crate::error::{Error, ErrorKind, Result};

/// The name of whoever asks where no sign-in is configured, and of the shell.
pub const LOCAL: &str = "local";

#[derive(Clone, Debug)]
pub struct Person {
    /// Stands in the history and in the log.
    pub name: String,
    pub way: Way,
    pub grants: Grants,
    /// What unlocks belong to: a session, or a name where there is none.
    pub key: String,
    pub session: Option<SessionFacts>,
    pub from: Option<IpAddr>,
}

/// What a person's session says of itself.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    pub id: String,
    /// Microseconds since 1970.
    pub ends: i64,
    pub idle_seconds: u64,
}

impl Person {
    /// Somebody on this machine, who may do what the connections may do.
    pub fn local(server: &str, from: Option<IpAddr>) -> Self {
        Self {
            name: LOCAL.to_owned(),
            way: Way::Local,
            grants: Grants::everything(),
            key: format!("{LOCAL}@{server}"),
            session: None,
            from,
        }
    }

    /// 403 `not_allowed` where the role on a table is weaker. Who has no role at all on it reads the same
    /// words, so that names of tables cannot be guessed.
    pub fn may(&self, role: Role, connection: &str, table: &str) -> Result<()> {
        self.needs(role, self.grants.on_table(connection, table), || {
            format!("table {table:?} of connection {connection:?}")
        })
    }

    /// The same for a connection as a whole.
    pub fn may_on_all_of(&self, role: Role, connection: &str) -> Result<()> {
        self.needs(role, self.grants.on_all_of(connection), || {
            format!("connection {connection:?} as a whole")
        })
    }

    /// The same for Dynadesk itself.
    pub fn may_everywhere(&self, role: Role) -> Result<()> {
        self.needs(role, self.grants.everywhere(), || "all connections".to_owned())
    }

    fn needs(&self, role: Role, has: Option<Role>, place: impl FnOnce() -> String) -> Result<()> {
        if has.is_some_and(|has| has >= role) {
            return Ok(());
        }
        let place = place();
        let has = has.map_or("nothing".to_owned(), |has| has.word().to_owned());
        Err(Error::new(
            ErrorKind::Forbidden,
            "not_allowed",
            format!(
                "this needs the role {} on {place}, and {} was given {has} there",
                role.word(),
                self.name
            ),
        ))
    }
}

tokio::task_local! {
    static CURRENT: Arc<Person>;
}

/// Whoever the work at hand is done for; nobody in the shell and in what no request began.
pub fn current() -> Option<Arc<Person>> {
    CURRENT.try_with(Clone::clone).ok()
}

/// The name that is written down with the work at hand.
pub fn name() -> String {
    CURRENT.try_with(|person| person.name.clone()).unwrap_or_else(|_| LOCAL.to_owned())
}

/// Does work for a person.
pub async fn scope<T>(person: Arc<Person>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(person, work).await
}

/// Lets work that goes on by itself be done for whoever began it.
pub fn carry<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let person = current();
    async move {
        match person {
            Some(person) => CURRENT.scope(person, work).await,
            None => work.await,
        }
    }
}

/// 403 `not_allowed` where whoever the work is done for may not; the shell may what the connections may.
pub fn allowed(role: Role, connection: &str, table: &str) -> Result<()> {
    current().map_or(Ok(()), |person| person.may(role, connection, table))
}

/// Whether whoever the work is done for may know of every table of a connection.
pub fn sees_all(connection: &str) -> bool {
    current().is_none_or(|person| person.may_on_all_of(Role::Viewer, connection).is_ok())
}

/// Whether whoever the work is done for may read the audit log, and what is kept for it.
pub fn audits() -> bool {
    current().is_none_or(|person| person.may_everywhere(Role::Admin).is_ok())
}

/// Whether whoever the work is done for may know of a table.
pub fn sees(connection: &str, table: &str) -> bool {
    allowed(Role::Viewer, connection, table).is_ok()
}
