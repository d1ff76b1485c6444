//! People whom a proxy or a load balancer vouches for have no session that begins: they come with each
//! request. What is their sign-in in the audit log is the first request of a visit to this server.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::who::Person;

/// More visits than this are not remembered: the oldest go, and are written down once more.
const MOST: usize = 10_000;

#[derive(Clone, Copy, Debug)]
struct Visit {
    began: i64,
    last: i64,
}

/// Who is here, by whom they are and from where they come.
#[derive(Debug)]
pub struct Visits {
    known: Mutex<HashMap<(String, Option<IpAddr>), Visit>>,
    idle: i64,
    lives: i64,
}

impl Visits {
    /// A visit is over when a session would be.
    pub fn new(idle: Duration, lives: Duration) -> Self {
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        Self {
            known: Mutex::default(),
            idle: micros(idle),
            lives: micros(lives),
        }
    }

    /// Whether a visit begins with this request.
    pub fn begins(&self, person: &Person, now: i64) -> bool {
        let whose = (person.key.clone(), person.from);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = |visit: &Visit| now.saturating_sub(visit.last) < self.idle && now.saturating_sub(visit.began) < self.lives;
        if let Some(visit) = known.get_mut(&whose)
            && goes_on(visit)
        {
            visit.last = now;
            return false;
        }
        if known.len() >= MOST {
            known.retain(|_, visit| goes_on(visit));
        }
        if known.len() >= MOST {
            let oldest = known.iter().min_by_key(|(_, visit)| visit.last).map(|(whose, _)| whose.clone());
            if let Some(oldest) = oldest {
                known.remove(&oldest);
            }
        }
        known.insert(whose, Visit { began: now, last: now });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(key: &str, from: [u8; 4]) -> Person {
        Person {
            key: key.to_owned(),
            ..Person::local("here", Some(IpAddr::from(from)))
        }
    }

    #[test]
    fn a_visit_begins_once_and_again_when_a_session_would_have_ended() {
        let second = 1_000_000;
        let visits = Visits::new(Duration::from_secs(10), Duration::from_secs(25));
        let (ada, elsewhere) = (person("ada", [192, 0, 2, 1]), person("ada", [192, 0, 2, 2]));
        assert!(visits.begins(&ada, 0));
        assert!(!visits.begins(&ada, 9 * second));
        assert!(visits.begins(&elsewhere, 9 * second), "another place is another visit");
        assert!(!visits.begins(&ada, 18 * second), "each request counts");
        assert!(visits.begins(&ada, 26 * second), "no visit is endless");
        assert!(visits.begins(&ada, 36 * second), "who was away comes anew");
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let visits = Visits::new(Duration::from_secs(3600), Duration::from_secs(3600));
        for at in 0..MOST + 5 {
            assert!(visits.begins(&person(&format!("p{at}"), [192, 0, 2, 1]), at as i64));
        }
        let known = visits.known.lock().expect("nobody panicked");
        assert_eq!(known.len(), MOST);
        assert!(!known.keys().any(|(key, _)| key == "p0") && known.keys().any(|(key, _)| key == "p5"));
    }
}
