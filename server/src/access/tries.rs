//! How often a password may be tried: by name and by address, so that guessing takes years, and nobody
//! else's guesses keep a person out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};

const SECOND: i64 = 1_000_000;
/// Tries that are free before each one costs time.
const FREE: u32 = 5;
/// The longest time between two tries.
const LONGEST: i64 = 5 * 60 * SECOND;
/// After this long without a failure everything is forgotten.
const FORGET: i64 = 15 * 60 * SECOND;
/// More than this many are not remembered: the oldest go.
const MOST: usize = 10_000;

/// What is counted. A name alone has many tries, so that nobody's guesses keep its owner out; from one
/// address it has few.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum What {
    NameFrom(String, Option<IpAddr>),
    Name(String),
    Address(IpAddr),
    /// Browsers that are sent to a provider.
    Going(IpAddr),
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    last: i64,
}

impl Failures {
    /// When the next try is heard.
    fn free_at(self, free: u32) -> i64 {
        match self.count.checked_sub(free) {
            None => 0,
            Some(over) => self.last + (SECOND << over.min(16)).min(LONGEST),
        }
    }
}

#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<What, Failures>>);

impl Tries {
    /// 429 `too_many_tries` while the name or the address has to wait. Counts as a failure until
    /// [`Tries::worked`] says otherwise, so that many at once are no way around it.
    pub fn begin(&self, name: &str, from: Option<IpAddr>, now: i64) -> Result<()> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, failures| failures.last + FORGET > now);
        Self::make_room(&mut known);
        let from = from.map(network);
        let whats = Self::whats(name, from);
        Self::count(&mut known, whats, now)
    }

    /// The same for a browser that wants to go to a provider, which costs a row.
    pub fn begin_going(&self, from: Option<IpAddr>, now: i64) -> Result<()> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, failures| failures.last + FORGET > now);
        Self::make_room(&mut known);
        let whats = from.map(network).map(|from| (What::Going(from), FREE * 20));
        Self::count(&mut known, whats.into_iter().collect(), now)
    }

    fn make_room(known: &mut HashMap<What, Failures>) {
        while known.len() >= MOST {
            let oldest = known.iter().min_by_key(|(_, failures)| failures.last).map(|(what, _)| what.clone());
            match oldest {
                Some(oldest) => known.remove(&oldest),
                None => return,
            };
        }
    }

    fn count(known: &mut HashMap<What, Failures>, whats: Vec<(What, u32)>, now: i64) -> Result<()> {
        for (what, free) in &whats {
            let free_at = known.get(what).map_or(0, |failures| failures.free_at(*free));
            if free_at > now {
                let seconds = (free_at - now).div_euclid(SECOND) + 1;
                let unit = if seconds == 1 { "second" } else { "seconds" };
                return Err(Error::new(
                    ErrorKind::Throttled,
                    "too_many_tries",
                    format!("too many tries to sign in failed: the next one is heard in {seconds} {unit}"),
                ));
            }
        }
        for (what, _) in whats {
            let failures = known.entry(what).or_default();
            failures.count += 1;
            failures.last = now;
        }
        Ok(())
    }

    /// The password was right. What others tried from the same address stays counted.
    pub fn worked(&self, name: &str, from: Option<IpAddr>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&What::NameFrom(short(name), from.map(network)));
        if let Some(failures) = from.map(network).and_then(|from| known.get_mut(&What::Address(from))) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    /// An address may be a whole office's: it has more tries than a name from it.
    fn whats(name: &str, from: Option<IpAddr>) -> Vec<(What, u32)> {
        let of_name = [(What::NameFrom(short(name), from), FREE), (What::Name(short(name)), FREE * 20)];
        let address = from.map(|from| (What::Address(from), FREE * 4));
        of_name.into_iter().chain(address).collect()
    }
}

fn short(name: &str) -> String {
    name.chars().take(100).collect()
}

/// Whoever has one address of IPv6 has all of its network.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() & !u128::from(u64::MAX)).into()),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_waits_and_the_seventh_longer() {
        let (tries, now) = (Tries::default(), 1_000 * SECOND);
        for _ in 0..FREE {
            tries.begin("ada", None, now).expect("free");
        }
        assert_eq!(tries.begin("ada", None, now).expect_err("too many").code, "too_many_tries");
        tries.begin("bo", None, now).expect("another name");
        let later = now + SECOND + 1;
        tries.begin("ada", None, later).expect("waited");
        assert!(tries.begin("ada", None, later + SECOND).is_err());
        tries.begin("ada", None, later + 2 * SECOND).expect("waited longer");
        tries.worked("ada", None);
        tries.begin("ada", None, later + 2 * SECOND).expect("forgiven");
    }

    #[test]
    fn an_address_that_tries_many_names_waits_too() {
        let (tries, now) = (Tries::default(), 1_000 * SECOND);
        let from = Some(IpAddr::from([10, 0, 0, 1]));
        for one in 0..FREE * 4 {
            tries.begin(&format!("user{one}"), from, now).expect("free");
        }
        assert!(tries.begin("another", from, now).is_err());
        assert!(tries.begin("another", Some(IpAddr::from([10, 0, 0, 2])), now).is_ok());
        assert!(tries.begin("another", from, now + FORGET + LONGEST).is_ok());
    }

    #[test]
    fn who_guesses_elsewhere_keeps_nobody_out() {
        let (tries, now) = (Tries::default(), 1_000 * SECOND);
        let (theirs, own) = (Some(IpAddr::from([192, 0, 2, 1])), Some(IpAddr::from([10, 0, 0, 1])));
        for at in 0..60 {
            // Refused or not, it goes on.
            let _ = tries.begin("ada", theirs, now + at * LONGEST);
        }
        tries.begin("ada", own, now + 60 * LONGEST).expect("her own address");
        tries.worked("ada", own);
        assert!(tries.begin("ada", theirs, now + 60 * LONGEST).is_ok() || tries.begin("ada", own, now + 60 * LONGEST).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (one, other) = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9");
        assert_eq!(one.parse().map(network).ok(), other.parse().map(network).ok());
    }
}
