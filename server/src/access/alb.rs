//! A person whom an AWS load balancer signed in: its `x-amzn-oidc-data`, verified with the balancer's
//! public key and bound to the very balancer that is configured.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::{Said, claims};
use crate::config::sign_in::AlbConfig;
use crate::error::{Error, ErrorKind, Result};

pub const DATA: &str = "x-amzn-oidc-data";
/// Keys that are remembered; a balancer rotates them now and then.
const MOST_KEYS: usize = 20;
/// Keys that are asked for at once, and unknown ids that are remembered for a while.
const AT_ONCE: usize = 2;
const MOST_UNKNOWN: usize = 100;
const FORGET: Duration = Duration::from_secs(60);
/// Seconds by which clocks may differ.
const LEEWAY: i64 = 30;

#[derive(Debug)]
pub struct Alb {
    config: AlbConfig,
    http: reqwest::Client,
    keys: Mutex<HashMap<String, String>>,
    /// Ids that are no keys of the balancer's: anybody can make them up, so they are not asked for again soon.
    unknown: Mutex<HashMap<String, Instant>>,
    asking: Semaphore,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    signer: String,
    iss: Option<String>,
    client: Option<String>,
    exp: Option<i64>,
}

impl Alb {
    pub fn new(config: AlbConfig, http: reqwest::Client) -> Self {
        Self {
            config,
            http,
            keys: Mutex::default(),
            unknown: Mutex::default(),
            asking: Semaphore::new(AT_ONCE),
        }
    }

    /// The name and the groups that the balancer vouches for; nothing where its header is not there.
    pub async fn read(&self, headers: &HeaderMap, now: i64) -> Result<Option<Said>> {
        let mut values = headers.get_all(DATA).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let token = value.to_str().map_err(|_| refused("it is not text"))?;
        if values.next().is_some() || token.len() > 16 * 1024 {
            return Err(refused("it is there twice or too long"));
        }
        let mut parts = token.split('.');
        let (Some(head), Some(body), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(refused("it is no signed token"));
        };
        let header: Header = part(head)?;
        if header.alg != "ES256" {
            return Err(refused("it is not signed with ES256"));
        }
        if header.signer != self.config.arn {
            return Err(refused("another load balancer signed it"));
        }
        // One balancer may sign people in for several sites, each with its own people and groups.
        let other = |wanted: &Option<String>, said: &Option<String>| wanted.is_some() && wanted != said;
        if other(&self.config.issuer, &header.iss) {
            return Err(refused("another issuer signed this person in"));
        }
        if other(&self.config.client, &header.client) {
            return Err(refused("this person was signed in for another client"));
        }
        let key = self.key(&header.kid).await?;
        // The balancer pads its base64, and signs what it padded.
        let signed = &token[..head.len() + 1 + body.len()];
        let signature = signature.trim_end_matches('=');
        let fits = jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &key, Algorithm::ES256);
        if !fits.unwrap_or(false) {
            return Err(refused("its signature is wrong"));
        }
        let claims: Map<String, Value> = part(body)?;
        let expires = header.exp.or_else(|| claims.get("exp").and_then(Value::as_i64));
        if expires.is_none_or(|expires| expires + LEEWAY < now / 1_000_000) {
            return Err(Error::new(
                ErrorKind::Unauthenticated,
                "session_ended",
                "the load balancer's session has expired: load the page again",
            ));
        }
        let nobody = || refused("it names nobody");
        Ok(Some(Said {
            name: claims::name(&claims, None).ok_or_else(nobody)?,
            subject: claims::subject(&claims).ok_or_else(nobody)?,
            groups: claims::groups(&claims, &self.config.groups_claim),
        }))
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey> {
        // The id becomes part of a URL.
        if kid.is_empty() || kid.len() > 100 || !kid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(refused("the id of its key is no id"));
        }
        let known = self.lock().get(kid).cloned();
        let pem = match known {
            Some(pem) => pem,
            None => {
                let pem = self.fetch(kid).await?;
                let mut keys = self.lock();
                if keys.len() >= MOST_KEYS {
                    keys.clear();
                }
                keys.insert(kid.to_owned(), pem.clone());
                pem
            }
        };
        DecodingKey::from_ec_pem(pem.as_bytes()).map_err(Error::internal)
    }

    async fn fetch(&self, kid: &str) -> Result<String> {
        const NONE: &str = "its key is not one of the load balancer's";
        let _turn = self.asking.acquire().await.map_err(Error::internal)?;
        {
            let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
            unknown.retain(|_, since| since.elapsed() < FORGET);
            if unknown.contains_key(kid) || unknown.len() >= MOST_UNKNOWN {
                return Err(refused(NONE));
            }
        }
        let url = format!("{}/{kid}", self.config.keys_url);
        let failed = |cause: reqwest::Error| {
            let mut error = Error::new(
                ErrorKind::EngineFailed,
                "sign_in_unreachable",
                "the public keys of the load balancer cannot be read: try again",
            );
            error.cause = Some(cause.into());
            error
        };
        let answer = self.http.get(url).send().await.map_err(failed)?;
        if answer.status().is_client_error() {
            let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
            unknown.insert(kid.to_owned(), Instant::now());
            return Err(refused(NONE));
        }
        answer.error_for_status().map_err(failed)?.text().await.map_err(failed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    let bytes = bytes.map_err(|_| refused("it is not base64"))?;
    serde_json::from_slice(&bytes).map_err(|_| refused("it does not hold what it must"))
}

fn refused(why: &str) -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "proxy_refused",
        format!("the load balancer's {DATA} is not believed: {why}"),
    )
}
