//! How far a command is, on standard error: one line that is written over on a terminal, and a new
//! line every few seconds elsewhere, so that logs stay short.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

const ON_TERMINAL: Duration = Duration::from_millis(100);
const ELSEWHERE: Duration = Duration::from_secs(5);

pub struct Progress {
    terminal: bool,
    said_at: Instant,
    standing: bool,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            said_at: Instant::now(),
            standing: false,
        }
    }

    pub fn say(&mut self, words: &str) {
        let pause = if self.terminal { ON_TERMINAL } else { ELSEWHERE };
        if self.said_at.elapsed() < pause {
            return;
        }
        self.said_at = Instant::now();
        if self.terminal {
            eprint!("\r\u{1b}[K{words}");
            // A terminal that takes no words has nobody to read them.
            let _ = std::io::stderr().flush();
            self.standing = true;
        } else {
            eprintln!("{words}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.standing {
            eprint!("\r\u{1b}[K");
        }
    }
}
