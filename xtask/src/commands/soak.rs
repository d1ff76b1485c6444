//! `cargo xtask soak`: the proofs in full size. Small ones run with the tests.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::test::NATIVE;
use super::{conform, deny, dist};
use crate::process::{cargo, run_and_read, step};

#[derive(Debug, Args)]
pub struct Options {
    /// Only this part.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Messages that are written while the server is killed.
    #[arg(long, default_value_t = 10_000)]
    messages: u32,
    #[arg(long, default_value_t = 100)]
    conversations: u32,
    #[arg(long, default_value_t = 8)]
    writers: u32,
    /// How often the one server of the relay is killed with SIGKILL.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Messages that are written beside the relay, undisturbed, and again while it is off, to measure it alone.
    #[arg(long, default_value_t = 3_000)]
    backlog: u32,
    /// How often one of three servers is killed.
    #[arg(long, default_value_t = 30)]
    server_kills: u32,
    /// Browsers that sign in, browse and watch a stream at once.
    #[arg(long, default_value_t = 200)]
    browsers: u32,
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Connections of which half are slow, while others are served.
    #[arg(long, default_value_t = 10_000)]
    connections: u32,
    /// Requests that are made of the API's description.
    #[arg(long, default_value_t = 10_000)]
    cases: u32,
    /// Another number makes other requests.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// As it is shipped, which takes long to build.
    #[arg(long)]
    release: bool,
    /// Only say what could not be checked here (no systemd, no image, no list of advisories), and do not fail for it.
    #[arg(long)]
    allow_unchecked: bool,
}

/// The tests that are the proofs, by their whole names: whoever renames one is told here, and runs no empty proof.
const RELAY: &[&str] = &["relay::soak::killed_again_and_again_every_row_ends_at_its_newest_message"];
const SERVERS: &[&str] = &["servers::soak::one_of_three_is_killed_again_and_again_and_nothing_is_lost"];
const LOAD: &[&str] = &[
    "load::many_browsers_browse_and_watch_without_an_error",
    "load::many_connections_of_which_half_are_slow_leave_others_served",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Relay,
    Servers,
    Load,
    /// The server against the description of its API.
    Api,
    /// What the time of a sign-in tells.
    Timing,
    /// The one binary, alone in an empty directory.
    Dist,
    /// The unit and its socket, under a systemd of their own.
    Systemd,
    /// The image, without Docker.
    Image,
    /// Known faults of dependencies.
    Advisories,
}

pub fn run(options: &Options) -> Result<()> {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    if wanted(Part::Relay) {
        let numbers = [
            ("MESSAGES", options.messages),
            ("CONVERSATIONS", options.conversations),
            ("WRITERS", options.writers),
            ("KILLS", options.kills),
            ("BACKLOG", options.backlog),
        ];
        proof("The relay, killed again and again", RELAY, &numbers, options.release)?;
    }
    if wanted(Part::Servers) {
        let numbers = [
            ("SERVER_KILLS", options.server_kills),
            ("SERVER_MESSAGES", 500),
            ("SERVER_ITEMS", 10_000),
        ];
        proof(
            "Three servers, one of them killed again and again",
            SERVERS,
            &numbers,
            options.release,
        )?;
    }
    if wanted(Part::Load) {
        let numbers = [
            ("BROWSERS", options.browsers),
            ("SECONDS", options.seconds),
            ("CONNECTIONS", options.connections),
        ];
        proof("Many browsers, and many connections", LOAD, &numbers, options.release)?;
    }
    if wanted(Part::Api) {
        conform::run(options.cases, options.seed, 60)?;
    }
    if wanted(Part::Timing) {
        conform::timing()?;
    }
    if wanted(Part::Dist) {
        dist::proof()?;
    }
    let mut unchecked = Vec::new();
    if wanted(Part::Systemd) && !dist::systemd()? {
        unchecked.push("the unit under systemd: something that the script names is not there");
    }
    if wanted(Part::Image) && !dist::image()? {
        unchecked.push("the image: something that the script names is not there");
    }
    if wanted(Part::Advisories) && !deny::advisories()? {
        unchecked.push("advisories: their list on GitHub is out of reach");
    }
    verdict(&unchecked, options.allow_unchecked)
}

/// What could not be checked is no success, unless somebody says that it is known.
fn verdict(unchecked: &[&str], allowed: bool) -> Result<()> {
    if unchecked.is_empty() {
        return Ok(());
    }
    let what = format!("NOT CHECKED: {}", unchecked.join("; "));
    if !allowed {
        bail!("{what} (--allow-unchecked: everything else counts)");
    }
    eprintln!("  {what}");
    Ok(())
}

/// Tests in the size of these numbers, with what they print.
fn proof(title: &str, tests: &[&str], numbers: &[(&str, u32)], release: bool) -> Result<()> {
    step(title, || {
        let mut cargo = cargo("test");
        cargo.args(NATIVE).args(release.then_some("--release"));
        cargo
            .args(["--test", "api", "--", "--nocapture", "--test-threads", "1", "--exact"])
            .args(tests);
        for (name, number) in numbers {
            cargo.env(format!("DYNADESK_SOAK_{name}"), number.to_string());
        }
        let passed = passed(&run_and_read(&mut cargo)?);
        if passed != tests.len() {
            bail!("{passed} tests passed, and not these {}: {}", tests.len(), tests.join(", "));
        }
        Ok(())
    })
}

/// How many tests passed, by what cargo says at the end of each binary. A filter that fits none is no failure to it.
fn passed(said: &str) -> usize {
    let results = said.lines().filter_map(|line| line.split_once("test result: ok. "));
    let counts = results.filter_map(|(_, rest)| rest.split_once(" passed")?.0.parse::<usize>().ok());
    counts.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::root;

    #[test]
    fn a_run_without_a_test_has_not_passed() {
        let end =
            |passed: u32| format!("running {passed} tests\n\ntest result: ok. {passed} passed; 0 failed; 0 ignored; 7 filtered out\n");
        assert_eq!(passed(&end(0)), 0);
        assert_eq!(passed(&format!("{}12 passed, says a test\n{}", end(0), end(2))), 2);
        assert_eq!(passed("test result: FAILED. 1 passed; 1 failed"), 0);
    }

    #[test]
    fn the_tests_that_are_the_proofs_are_there() {
        for test in [RELAY, SERVERS, LOAD].concat() {
            let (module, name) = test.rsplit_once("::").expect("a whole name");
            let file = root().join("server/tests/api").join(module.replace("::", "/")).with_extension("rs");
            let source = std::fs::read_to_string(&file).expect("its file");
            assert!(source.contains(&format!("fn {name}(")), "{test}");
        }
    }

    #[test]
    fn what_is_not_checked_is_named_and_no_success() {
        assert!(verdict(&[], false).is_ok());
        let refused = verdict(&["the unit", "the image"], false).expect_err("no success");
        assert!(refused.to_string().starts_with("NOT CHECKED: the unit; the image"), "{refused}");
        assert!(verdict(&["the unit"], true).is_ok());
    }
}
