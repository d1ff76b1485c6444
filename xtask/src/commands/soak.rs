//! `cargo xtask soak`: the proofs in full size. Small ones run with the tests.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::test::NATIVE;
use super::{conform, deny, dist};
use crate::process::{cargo, run as run_to_end, step};

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
}

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
        proof("The relay, killed again and again", "relay::soak", &numbers, options.release)?;
    }
    if wanted(Part::Servers) {
        let numbers = [
            ("SERVER_KILLS", options.server_kills),
            ("SERVER_MESSAGES", 500),
            ("SERVER_ITEMS", 10_000),
        ];
        proof(
            "Three servers, one of them killed again and again",
            "servers::soak",
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
        proof("Many browsers, and many connections", "load::", &numbers, options.release)?;
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
    match (options.only, unchecked.as_slice()) {
        (_, []) => {}
        (Some(_), _) => bail!("NOT CHECKED: {}", unchecked.join("; ")),
        (None, _) => unchecked.iter().for_each(|what| eprintln!("  NOT CHECKED: {what}")),
    }
    Ok(())
}

/// A test in the size of these numbers, with what it prints.
fn proof(title: &str, test: &str, numbers: &[(&str, u32)], release: bool) -> Result<()> {
    step(title, || {
        let mut cargo = cargo("test");
        cargo.args(NATIVE).args(release.then_some("--release"));
        cargo.args(["--test", "api", test, "--", "--nocapture", "--test-threads", "1"]);
        for (name, number) in numbers {
            cargo.env(format!("DYNADESK_SOAK_{name}"), number.to_string());
        }
        run_to_end(&mut cargo)
    })
}
