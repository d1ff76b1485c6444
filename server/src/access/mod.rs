//! Who may come in, and for how long: sessions in Dynadesk's own store, passwords in a file, OpenID
//! Connect, and the word of a proxy or load balancer. What people may do then is `who`'s to say.

pub mod alb;
mod claims;
pub mod forwarded;
mod grants;
mod oidc;
mod own_path;
mod sessions;
mod tokens;
mod tries;
mod unlocks;
pub mod users;
mod visits;
mod watching;

use std::net::IpAddr;

use dynadesk_shared::access::Grants;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::{Way, Ways};
use http::HeaderMap;

use crate::clock::Clock;
use crate::config::SignInConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Begun, Session, Store};
use crate::who::{Person, SessionFacts};
use alb::Alb;
use oidc::Oidc;
use own_path::own_path;
use sessions::Sessions;
pub use sessions::{COOKIE, NewSession};
use tries::Tries;
pub use tries::network;
use users::Users;
use visits::Visits;
use watching::{Watched, Watching};

pub use tokens::same;

/// The cookie of a browser that is at the provider.
pub const BEGUN_COOKIE: &str = "__Host-dynadesk-sign-in";

#[derive(Debug)]
pub struct Access {
    config: SignInConfig,
    users: Option<Users>,
    oidc: Option<Oidc>,
    alb: Option<Alb>,
    sessions: Sessions,
    /// The name of this server.
    server: String,
    store: Store,
    clock: Clock,
    tries: Tries,
    visits: Visits,
    watching: Watching,
}

/// From where somebody asks, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whence {
    /// The other end of the connection.
    pub peer: Option<IpAddr>,
    /// The browser, where a proxy that is trusted tells.
    pub browser: Option<IpAddr>,
}

/// What somebody vouches for.
#[derive(Debug)]
pub struct Said {
    /// For people.
    pub name: String,
    /// Nobody else's, and the same for good.
    pub subject: String,
    pub groups: Vec<String>,
}

/// A browser that is sent to the provider.
pub struct Sent {
    pub url: String,
    pub cookie: String,
}

impl Access {
    pub fn open(config: &SignInConfig, store: Store, clock: Clock, server: String) -> anyhow::Result<Self> {
        let users = config.users_file.as_deref().map(Users::open).transpose()?;
        let http = reqwest::Client::builder()
            // A redirect could lead to places that only this server reaches.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(10))
            .tls_backend_preconfigured(crate::tls::client()?)
            .build()?;
        let public_url = config.public_url.clone().unwrap_or_default();
        let oidc = |oidc| Oidc::new(oidc, &public_url, paths::OIDC_DONE, http.clone());
        Ok(Self {
            users,
            oidc: config.oidc.clone().map(oidc),
            alb: config.alb.clone().map(|alb| Alb::new(alb, http.clone())),
            sessions: Sessions::new(store.clone(), clock.clone(), config.idle, config.lives),
            config: config.clone(),
            server,
            store,
            clock,
            tries: Tries::default(),
            visits: Visits::new(config.idle, config.lives),
            watching: Watching::default(),
        })
    }

    /// How people sign in here.
    pub fn ways(&self) -> Ways {
        Ways {
            password: self.users.is_some(),
            oidc: self.oidc.as_ref().map(|oidc| oidc.label().to_owned()),
            proxy: self.config.alb.is_some() || self.config.forwarded.is_some(),
        }
    }

    /// From where a request comes: what a trusted proxy says goes before the connection itself.
    pub fn whence(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Whence {
        let mut browser = peer;
        if peer.is_some_and(|peer| self.is_proxy(peer)) {
            // Each proxy adds its peer at the end: the first from the right that is none of ours is the browser.
            let all = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
            let hops: Vec<&str> = all.flat_map(|line| line.split(',')).map(str::trim).collect();
            for hop in hops.iter().rev() {
                let Some(address) = address_of(hop) else { break };
                browser = Some(address);
                if !self.is_proxy(address) {
                    break;
                }
            }
        }
        Whence { peer, browser }
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.config.trusted_proxies.iter().any(|net| net.contains(&address))
    }

    /// 403 `not_through_proxy` for what came past the proxy that ends TLS: whoever listens would read it.
    pub fn came_rightly(&self, whence: Whence) -> Result<()> {
        let trusted = |peer: IpAddr| peer.is_loopback() || self.is_proxy(peer);
        if self.config.proxies_only && !whence.peer.is_some_and(trusted) {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "not_through_proxy",
                "Dynadesk is reached through its proxy only, which ends TLS: what came past it was not looked at",
            ));
        }
        Ok(())
    }

    /// One more stream of events for a person, for as long as the answer is held: 429 `too_many_streams`.
    pub fn watch(&self, person: &Person) -> Result<Watched> {
        self.watching.one_more(&person.key, &person.name)
    }

    /// Who asks: 401 where nobody is signed in.
    pub async fn person(&self, headers: &HeaderMap, whence: Whence) -> Result<Person> {
        if !self.config.is_on() {
            return Ok(Person::local(&self.server, whence.browser));
        }
        if let Some(alb) = &self.alb
            && let Some(said) = alb.read(headers, self.clock.now()).await?
        {
            return Ok(self.without_session(said, Way::Alb, whence));
        }
        if let Some(forwarded) = &self.config.forwarded
            && let Some(said) = forwarded::read(forwarded, headers, whence.peer)?
        {
            return Ok(self.without_session(said, Way::Proxy, whence));
        }
        let Some(cookie) = sessions::cookie(headers, COOKIE) else {
            return Err(Error::new(ErrorKind::Unauthenticated, "sign_in_needed", "sign in first"));
        };
        let ended = || {
            Error::new(
                ErrorKind::Unauthenticated,
                "session_ended",
                "your session has ended: sign in again, nothing was done",
            )
        };
        let holds = |session: &Session| self.grants(session).is_some();
        let session = self.sessions.find(&cookie, holds).await?.ok_or_else(ended)?;
        let grants = self.grants(&session).ok_or_else(ended)?;
        Ok(Person {
            name: session.name.clone(),
            way: session.way,
            grants,
            key: session.id.clone(),
            session: Some(SessionFacts {
                id: session.id,
                ends: session.ends,
                idle_seconds: self.config.idle.as_secs(),
            }),
            from: whence.browser,
        })
    }

    /// Whether a person is still signed in and may what they might; a store that does not answer ends nothing.
    pub async fn is_in(&self, person: &Person) -> bool {
        let Some(session) = &person.session else { return true };
        match self.sessions.look(&session.id).await {
            Ok(Some(session)) => self.grants(&session).is_some_and(|grants| grants == person.grants),
            Ok(None) => false,
            Err(_) => true,
        }
    }

    /// What changed in the file of users since this was last asked.
    pub fn users_changed(&self) -> Vec<String> {
        self.users.as_ref().map(Users::changed).unwrap_or_default()
    }

    /// Whether somebody comes whom a proxy or a load balancer signed in, and who was not here before.
    pub fn arrives(&self, person: &Person) -> bool {
        matches!(person.way, Way::Alb | Way::Proxy) && self.visits.begins(person, self.clock.now())
    }

    fn without_session(&self, said: Said, way: Way, whence: Whence) -> Person {
        Person {
            key: format!("{way:?}#{}", said.subject),
            name: said.name,
            way,
            grants: self.of_groups(&said.groups),
            session: None,
            from: whence.browser,
        }
    }

    /// Signs in with a password: 403 `sign_in_refused` whether the name or the password is wrong.
    pub async fn with_password(&self, name: &str, password: &str, whence: Whence, browser: &str) -> Result<NewSession> {
        let Some(users) = &self.users else {
            return Err(Error::not_found("no_passwords", "nobody signs in with a password here"));
        };
        let refused = || {
            Error::new(
                ErrorKind::Forbidden,
                "sign_in_refused",
                "there is no user of this name with this password",
            )
        };
        if password.chars().count() > *users::PASSWORD.end() {
            return Err(refused());
        }
        self.tries.begin(name, whence.browser, self.clock.now())?;
        let Some(stamp) = users.knows(name, password).await? else {
            tracing::warn!(name = ?name, from = ?whence.browser, "a sign-in with a password was refused");
            return Err(refused());
        };
        self.tries.worked(name, whence.browser);
        self.sessions.begin(name, Way::Password, vec![stamp], whence, browser).await
    }

    /// Sends a browser to the provider. `to` is where it goes afterwards: a path of ours.
    pub async fn begin_oidc(&self, to: &str, headers: &HeaderMap, whence: Whence) -> Result<Sent> {
        let oidc = self.oidc()?;
        self.tries.begin_going(whence.browser, self.clock.now())?;
        let going = oidc.begin().await?;
        // Another tab may be at the provider at this moment: it comes back with the cookie that it left with.
        let cookie = match sessions::cookie(headers, BEGUN_COOKIE) {
            Some(cookie) if tokens::is_one(&cookie) => cookie,
            _ => tokens::fresh()?,
        };
        let begun = Begun {
            id: tokens::kept(&going.state),
            browser: tokens::kept(&cookie),
            nonce: going.nonce,
            verifier: going.verifier,
            to: own_path(to).to_owned(),
            // The browser does not send its strict cookie when it comes back from the provider.
            replaces: sessions::cookie(headers, COOKIE).map(|cookie| tokens::kept(&cookie)),
        };
        self.store.sessions().begin(&begun).await?;
        Ok(Sent { url: going.url, cookie })
    }

    /// Takes a browser that comes back from the provider, without a code where that signed nobody in; answers
    /// where it wanted to go, if it is the browser that went there, and its session.
    pub async fn finish_oidc(
        &self,
        state: &str,
        code: Option<String>,
        headers: &HeaderMap,
        whence: Whence,
        browser: &str,
    ) -> (Option<String>, Result<NewSession>) {
        let mut to = None;
        let finished = self.finish(state, code, headers, whence, browser, &mut to).await;
        (to, finished)
    }

    async fn finish(
        &self,
        state: &str,
        code: Option<String>,
        headers: &HeaderMap,
        whence: Whence,
        browser: &str,
        to: &mut Option<String>,
    ) -> Result<NewSession> {
        let oidc = self.oidc()?;
        let wrong = |why: &str| {
            Error::new(
                ErrorKind::Forbidden,
                "sign_in_failed",
                format!("nobody was signed in: {why}. Begin again."),
            )
        };
        let begun = self.store.sessions().take_begun(&tokens::kept(state)).await?;
        let begun = begun.ok_or_else(|| wrong("this sign-in was not begun here, took too long, or was used before"))?;
        // A link with somebody else's state would sign a person in as somebody else.
        let cookie = sessions::cookie(headers, BEGUN_COOKIE);
        if !cookie.is_some_and(|cookie| tokens::same(&tokens::kept(&cookie), &begun.browser)) {
            return Err(wrong("another browser began this sign-in"));
        }
        *to = Some(begun.to);
        let code = code.ok_or_else(|| Error::new(ErrorKind::Forbidden, "sign_in_failed", "the provider signed nobody in"))?;
        let (name, groups) = oidc.finish(code, &begun.nonce, begun.verifier).await?;
        let session = self.sessions.begin(&name, Way::Oidc, groups, whence, browser).await?;
        if let Some(old) = &begun.replaces {
            self.sessions.end(old).await?;
        }
        Ok(session)
    }

    /// Ends the session of whoever asks; answers where to end that of the provider.
    pub async fn sign_out(&self, headers: &HeaderMap, person: Option<&Person>) -> Result<Option<String>> {
        if let Some(cookie) = sessions::cookie(headers, COOKIE) {
            self.sessions.end(&tokens::kept(&cookie)).await?;
        }
        match (person.map(|person| person.way), &self.oidc) {
            (Some(Way::Oidc), Some(oidc)) => Ok(oidc.logout().await),
            _ => Ok(None),
        }
    }

    /// Ends the session of this browser, where it has one: a new one never goes on under an old name.
    pub async fn forget(&self, headers: &HeaderMap) -> Result<()> {
        match sessions::cookie(headers, COOKIE) {
            Some(cookie) => self.sessions.end(&tokens::kept(&cookie)).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// All sessions that are not over, the newest first, with what each may do.
    pub async fn sessions(&self) -> Result<Vec<(Session, Grants)>> {
        let mut all = self.store.sessions().all().await?;
        all.sort_by_key(|session| std::cmp::Reverse(session.made));
        Ok(all
            .into_iter()
            .map(|session| (session.clone(), self.grants(&session).unwrap_or_default()))
            .collect())
    }

    /// Ends one, and says whose it was: 404 `session_not_found` where there is none.
    pub async fn end(&self, id: &str) -> Result<String> {
        let session = self.store.sessions().get(id).await?;
        match self.sessions.end(id).await? {
            true => Ok(session.map(|session| session.name).unwrap_or_default()),
            false => Err(Error::not_found(
                "session_not_found",
                "there is no such session: it has ended already",
            )),
        }
    }

    fn oidc(&self) -> Result<&Oidc> {
        let oidc = self.oidc.as_ref();
        oidc.ok_or_else(|| Error::not_found("no_oidc", "nobody signs in with OpenID Connect here"))
    }
}

/// An address as proxies write it: alone or with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let alone = hop.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let address = alone.or_else(|_| hop.parse::<std::net::SocketAddr>().map(|with_port| with_port.ip()));
    address.ok().map(|address| address.to_canonical())
}
