//! Sessions of people who signed in. A row is named by the hash of what is in the cookie, so whoever
//! reads the table cannot become anybody; DynamoDB's TTL deletes what is over.

use dynadesk_shared::api::session::Way;
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{Item, Key};

use super::rows::{self, EXPIRES_AT, PK, SK, expression, from_json, json, n, number, s, text};
use super::{Fault, Inner};
use crate::error::Result;

const SESSIONS: &str = "SESSIONS";
const BEGUN: &str = "SIGN_INS";
/// How long a browser may stay at the provider of identities.
const BEGUN_LIVES: i64 = 10 * 60 * 1_000_000;

#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a>(pub(super) &'a Inner);

/// A session as it is kept. Instants are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of what is in the cookie.
    pub id: String,
    pub name: String,
    pub way: Way,
    /// Of the provider; grants follow from them at each request.
    pub groups: Vec<String>,
    pub from: String,
    pub browser: String,
    pub made: i64,
    pub seen: i64,
    /// When it is over at the latest.
    pub ends: i64,
    /// When it is over unless somebody asks again.
    pub rests: i64,
}

/// A sign-in that is under way at a provider: what its answer has to fit.
#[derive(Clone)]
pub struct Begun {
    /// The hash of the `state` that goes along.
    pub id: String,
    /// The hash of the cookie of the browser that began it.
    pub browser: String,
    pub nonce: String,
    pub verifier: String,
    /// Where the browser wanted to go.
    pub to: String,
    /// The session that the browser had until then.
    pub replaces: Option<String>,
}

impl Sessions<'_> {
    pub async fn add(self, session: &Session) -> Result<()> {
        let row: Item = [
            (PK, s(SESSIONS)),
            (SK, s(&session.id)),
            ("name", s(&session.name)),
            ("way", json(&session.way)),
            ("groups", json(&session.groups)),
            ("from", s(&session.from)),
            ("browser", s(&session.browser)),
            ("made", n(session.made)),
            ("seen", n(session.seen)),
            ("ends", n(session.ends)),
            ("rests", n(session.rests)),
            (EXPIRES_AT, n(expiry(session.ends, session.rests))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Ok(self.0.table.put(&row, Some(&free())).await?)
    }

    /// One that is not over.
    pub async fn get(self, id: &str) -> Result<Option<Session>> {
        let row = self.0.table.get(&key(id)).await?;
        Ok(row.as_ref().and_then(session).filter(|session| self.lives(session)))
    }

    /// All that are not over.
    pub async fn all(self) -> Result<Vec<Session>> {
        let query = rows::rows_of(self.0.table.name(), SESSIONS, SK, None);
        let rows = self.0.table.all(query).await?;
        Ok(rows.iter().filter_map(session).filter(|session| self.lives(session)).collect())
    }

    /// Lets it live on. False where it was ended in the meantime: nothing brings it back.
    pub async fn seen(self, id: &str, seen: i64, rests: i64, ends: i64) -> Result<bool> {
        let update = expression(
            "SET #seen = :seen, #rests = :rests, #expires = :expires",
            &[("#seen", "seen"), ("#rests", "rests"), ("#expires", EXPIRES_AT), ("#pk", PK)],
            &[(":seen", n(seen)), (":rests", n(rests)), (":expires", n(expiry(ends, rests)))],
        );
        match self.0.table.update(&key(id), &update, "attribute_exists(#pk)").await {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }

    /// Ends one; whether there was one.
    pub async fn end(self, id: &str) -> Result<bool> {
        let exists = expression("attribute_exists(#pk)", &[("#pk", PK)], &[]);
        match self.0.table.delete(&key(id), Some(&exists)).await {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }

    /// Remembers a sign-in that goes through a provider.
    pub async fn begin(self, begun: &Begun) -> Result<()> {
        let mut row: Item = [
            (PK, s(BEGUN)),
            (SK, s(&begun.id)),
            ("browser", s(&begun.browser)),
            ("nonce", s(&begun.nonce)),
            ("verifier", s(&begun.verifier)),
            ("to", s(&begun.to)),
            (EXPIRES_AT, n(rows::expiry(self.0.now(), BEGUN_LIVES))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        row.extend(begun.replaces.as_ref().map(|old| ("replaces".to_owned(), s(old))));
        Ok(self.0.table.put(&row, Some(&free())).await?)
    }

    /// Takes it, once: of two that come with the same `state` the second one finds nothing.
    pub async fn take_begun(self, id: &str) -> Result<Option<Begun>> {
        let key = rows::key(BEGUN, id);
        let Some(row) = self.0.table.get(&key).await? else {
            return Ok(None);
        };
        let exists = expression("attribute_exists(#pk)", &[("#pk", PK)], &[]);
        match self.0.table.delete(&key, Some(&exists)).await {
            Err(Fault::Condition) => return Ok(None),
            other => other?,
        }
        let own = |name| text(&row, name).map(str::to_owned);
        let begun = (|| {
            Some(Begun {
                id: id.to_owned(),
                browser: own("browser")?,
                nonce: own("nonce")?,
                verifier: own("verifier")?,
                to: own("to")?,
                replaces: own("replaces"),
            })
        })();
        Ok(begun.filter(|_| !rows::is_over(&row, self.0.now())))
    }

    fn lives(self, session: &Session) -> bool {
        self.0.now() < session.ends.min(session.rests)
    }
}

fn key(id: &str) -> Key {
    rows::key(SESSIONS, id)
}

/// A second later than it is over, so that the engine never deletes one that lives.
fn expiry(ends: i64, rests: i64) -> i64 {
    rows::expiry(ends.min(rests), 1_000_000)
}

fn session(row: &Item) -> Option<Session> {
    Some(Session {
        id: text(row, SK)?.to_owned(),
        name: text(row, "name")?.to_owned(),
        way: from_json(row, "way")?,
        groups: from_json(row, "groups")?,
        from: text(row, "from")?.to_owned(),
        browser: text(row, "browser")?.to_owned(),
        made: number(row, "made")?,
        seen: number(row, "seen")?,
        ends: number(row, "ends")?,
        rests: number(row, "rests")?,
    })
}

fn free() -> Expression {
    expression("attribute_not_exists(#pk)", &[("#pk", PK)], &[])
}
