//! `cargo xtask soak`: the relay's proof in full size. The small one runs with the tests.

use anyhow::Result;
use clap::Args;

use super::test::NATIVE;
use crate::process::{cargo, run as run_to_end, step};

#[derive(Debug, Args)]
pub struct Options {
    /// Messages that are written while the server is killed.
    #[arg(long, default_value_t = 10_000)]
    messages: u32,
    #[arg(long, default_value_t = 100)]
    conversations: u32,
    #[arg(long, default_value_t = 8)]
    writers: u32,
    /// How often the server is killed with SIGKILL.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Messages that are written beside the relay, undisturbed, and again while it is off, to measure it alone.
    #[arg(long, default_value_t = 3_000)]
    backlog: u32,
    /// As it is shipped, which takes long to build.
    #[arg(long)]
    release: bool,
}

pub fn run(options: &Options) -> Result<()> {
    step("The relay, killed again and again", || {
        let mut test = cargo("test");
        test.args(NATIVE).args(options.release.then_some("--release"));
        test.args(["--test", "api", "relay::soak", "--", "--nocapture"]);
        let numbers = [
            ("MESSAGES", options.messages),
            ("CONVERSATIONS", options.conversations),
            ("WRITERS", options.writers),
            ("KILLS", options.kills),
            ("BACKLOG", options.backlog),
        ];
        for (name, number) in numbers {
            test.env(format!("DYNADESK_SOAK_{name}"), number.to_string());
        }
        run_to_end(&mut test)
    })
}
