//! How many streams of events each session and each person has open: nobody takes all that a server has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};

/// Of a session: many tabs of one browser are fewer.
const MOST: usize = 64;
/// Of a name, however often they sign in.
const MOST_OF_NAME: usize = 256;

#[derive(Clone, Debug, Default)]
pub struct Watching(Arc<Mutex<HashMap<Whose, usize>>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Session(String),
    Name(String),
}

/// One stream, until it is dropped.
#[derive(Debug)]
pub struct Watched {
    of: Watching,
    whose: [Whose; 2],
}

impl Watching {
    /// 429 `too_many_streams` where there are as many as there may be.
    pub fn one_more(&self, session: &str, name: &str) -> Result<Watched> {
        let mut open = self.open();
        let whose = [Whose::Session(session.to_owned()), Whose::Name(name.to_owned())];
        let limits = [
            (&whose[0], MOST, "this session are kept up to date already: close some tabs"),
            (
                &whose[1],
                MOST_OF_NAME,
                "your sessions are kept up to date already: close some browsers",
            ),
        ];
        for (whose, most, why) in limits {
            if open.get(whose).is_some_and(|count| *count >= most) {
                let message = format!("{most} pages of {why}");
                return Err(Error::new(ErrorKind::Throttled, "too_many_streams", message));
            }
        }
        for one in &whose {
            *open.entry(one.clone()).or_default() += 1;
        }
        Ok(Watched { of: self.clone(), whose })
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<Whose, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut open = self.of.open();
        for one in &self.whose {
            if let Some(count) = open.get_mut(one) {
                *count -= 1;
                if *count == 0 {
                    open.remove(one);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_and_leaves_others_theirs() {
        let watching = Watching::default();
        let mut all: Vec<Watched> = (0..MOST).map(|_| watching.one_more("a", "ada").expect("there is room")).collect();
        let refused = watching.one_more("a", "ada").expect_err("there is none");
        assert_eq!((refused.code.as_ref(), refused.kind), ("too_many_streams", ErrorKind::Throttled));
        assert!(watching.one_more("b", "ada").is_ok());
        all.pop();
        assert!(watching.one_more("a", "ada").is_ok());
        drop(all);
        assert!(watching.open().is_empty(), "nothing is kept of who has gone");
    }

    #[test]
    fn who_signs_in_again_and_again_has_no_more_for_it() {
        let watching = Watching::default();
        let sessions = 0..MOST_OF_NAME / MOST;
        let all: Vec<Watched> = sessions
            .flat_map(|session| (0..MOST).map(move |_| session))
            .map(|session| watching.one_more(&session.to_string(), "ada").expect("there is room"))
            .collect();
        let refused = watching.one_more("another", "ada").expect_err("there is none");
        assert!(refused.message.starts_with("256 pages of your sessions"), "{}", refused.message);
        assert!(watching.one_more("hers", "bo").is_ok());
        drop(all);
        assert!(watching.open().is_empty());
    }
}
