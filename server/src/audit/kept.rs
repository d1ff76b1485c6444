//! What of the audit log outlives a server beside the store: how many entries could not be kept, and whether the
//! server that wrote last came to its end in order. Two small files in the data directory.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many entries were left out since the last one that was kept.
const LEFT_OUT: &str = "audit-left-out";
/// There while a server runs: who finds it comes after one that was killed.
const RUNNING: &str = "audit-running";
/// Strangers come in any number; the count of them is written down this often.
const PACE: Duration = Duration::from_secs(1);

/// What is known of the server before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// There was none in this data directory, or nothing of it lasts.
    Unknown,
    Stopped,
    /// It was killed, or the machine stopped.
    Died,
}

/// The count, in memory and, where the data directory lasts, on the disk.
#[derive(Debug)]
pub struct Kept {
    directory: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    left_out: u64,
    /// When the file was written, and what stands in it.
    written: (Option<Instant>, u64),
}

impl Kept {
    /// Reads what the server before this one left. A file that cannot be read is an error: what it says is not
    /// to be forgotten.
    pub fn open(directory: Option<&Path>) -> std::io::Result<Self> {
        let left_out = match directory.map(|directory| std::fs::read_to_string(directory.join(LEFT_OUT))) {
            Some(Ok(text)) => text.trim().parse().map_err(std::io::Error::other)?,
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => 0,
        };
        Ok(Self {
            directory: directory.map(Path::to_owned),
            state: Mutex::new(State {
                left_out,
                written: (None, left_out),
            }),
        })
    }

    pub fn left_out(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).left_out
    }

    /// One more is left out; what strangers are counted as is written down now and then.
    pub fn add(&self, is_stranger: bool) {
        self.change(is_stranger, |count| count + 1);
    }

    /// An entry says of these that they are missing.
    pub fn told(&self, count: u64) {
        if count > 0 {
            self.change(false, |left_out| left_out.saturating_sub(count));
        }
    }

    /// Writes down what is not yet.
    pub fn flush(&self) {
        self.change(false, |count| count);
    }

    fn change(&self, may_wait: bool, change: impl FnOnce(u64) -> u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.left_out = change(state.left_out);
        let (at, written) = state.written;
        let is_soon = may_wait && at.is_some_and(|at| at.elapsed() < PACE);
        let Some(directory) = self.directory.as_ref().filter(|_| written != state.left_out && !is_soon) else {
            return;
        };
        match replace(directory, &state.left_out.to_string()) {
            Ok(()) => state.written = (Some(Instant::now()), state.left_out),
            Err(error) => tracing::error!(%error, "how many audit entries are left out could not be written down"),
        }
    }

    /// Says that a server runs, and how the one before it ended.
    pub fn start(&self) -> Before {
        let Some(directory) = &self.directory else {
            return Before::Unknown;
        };
        let (running, count) = (directory.join(RUNNING), directory.join(LEFT_OUT));
        let before = match (running.exists(), count.exists()) {
            (true, _) => Before::Died,
            (false, true) => Before::Stopped,
            (false, false) => Before::Unknown,
        };
        let made = std::fs::write(&running, "").and_then(|()| replace(directory, &self.left_out().to_string()));
        if let Err(error) = made {
            tracing::error!(%error, "the next server will not know whether this one was killed");
        }
        before
    }

    /// Says that this server came to its end in order.
    pub fn stop(&self) {
        self.flush();
        let Some(directory) = &self.directory else { return };
        if let Err(error) = std::fs::remove_file(directory.join(RUNNING))
            && error.kind() != ErrorKind::NotFound
        {
            tracing::error!(%error, "the next server will take this one for killed");
        }
    }
}

/// A file that is cut off in the middle would say less than there was.
fn replace(directory: &Path, text: &str) -> std::io::Result<()> {
    let next = directory.join(format!("{LEFT_OUT}.next"));
    let mut file = std::fs::File::create(&next)?;
    file.write_all(text.as_bytes())?;
    // A name that stands before its bytes do would be an empty file after a power cut.
    file.sync_all()?;
    std::fs::rename(next, directory.join(LEFT_OUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(directory: &tempfile::TempDir) -> Kept {
        Kept::open(Some(directory.path())).expect("a directory")
    }

    #[test]
    fn the_next_server_knows_the_count_and_how_this_one_ended() {
        let directory = tempfile::TempDir::new().expect("a directory");
        let first = open(&directory);
        assert_eq!(first.start(), Before::Unknown);
        first.add(false);
        first.add(false);
        first.told(1);
        // Killed: nothing else is called.
        let second = open(&directory);
        assert_eq!((second.left_out(), second.start()), (1, Before::Died));
        second.add(true);
        second.add(true);
        second.stop();
        let third = open(&directory);
        assert_eq!((third.left_out(), third.start()), (3, Before::Stopped));
    }

    #[test]
    fn a_count_that_cannot_be_read_is_not_taken_for_none() {
        let directory = tempfile::TempDir::new().expect("a directory");
        std::fs::write(directory.path().join(LEFT_OUT), "some").expect("a file");
        assert!(Kept::open(Some(directory.path())).is_err());
        assert_eq!(Kept::open(None).expect("nothing to read").start(), Before::Unknown);
    }
}
