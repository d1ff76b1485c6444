//! How many streams of events each session has open: nobody takes all that a server has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};

/// Many tabs of one browser are fewer.
const MOST: usize = 64;

#[derive(Clone, Debug, Default)]
pub struct Watching(Arc<Mutex<HashMap<String, usize>>>);

/// One stream, until it is dropped.
#[derive(Debug)]
pub struct Watched {
    of: Watching,
    key: String,
}

impl Watching {
    /// 429 `too_many_streams` where there are as many as there may be.
    pub fn one_more(&self, key: &str) -> Result<Watched> {
        let mut open = self.open();
        let count = open.entry(key.to_owned()).or_default();
        if *count >= MOST {
            let message = format!("{MOST} pages of this session are kept up to date already: close some tabs");
            return Err(Error::new(ErrorKind::Throttled, "too_many_streams", message));
        }
        *count += 1;
        Ok(Watched {
            of: self.clone(),
            key: key.to_owned(),
        })
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut open = self.of.open();
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
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
        let mut all: Vec<Watched> = (0..MOST).map(|_| watching.one_more("a").expect("there is room")).collect();
        let refused = watching.one_more("a").expect_err("there is none");
        assert_eq!((refused.code.as_ref(), refused.kind), ("too_many_streams", ErrorKind::Throttled));
        assert!(watching.one_more("b").is_ok());
        all.pop();
        assert!(watching.one_more("a").is_ok());
        drop(all);
        assert!(watching.open().is_empty(), "nothing is kept of who has gone");
    }
}
