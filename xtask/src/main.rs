//! The project's commands. `cargo xtask run` and `cargo xtask test` are all that a fresh machine
//! needs: each checks for its tools, installs what it can and says what it cannot.

mod commands;
mod process;
mod proofs;
mod tidy;
mod tools;
mod ui;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The commands of Dynadesk", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set up, build and serve the console on the embedded engine: no account, no server to install.
    ///
    /// The first run on a fresh machine builds everything and takes some minutes; later runs need no
    /// network and start in seconds.
    Run(commands::run::Options),
    /// The server and `trunk serve` together: the page reloads itself when the frontend changes.
    Dev(commands::dev::Options),
    /// Run every test: licences and sources of dependencies, native, the API against its description, WASM components in
    /// Chromium, and the console in Chromium.
    Test(commands::test::Options),
    /// Everything that a change must pass: `test`, formatting, clippy, docs and the architecture check.
    Ci,
    /// Build one self-contained `dist/dynadesk` binary with the compressed console inside.
    Dist(commands::dist::Options),
    /// Measure the console beside its rivals and print ratios.
    Bench(commands::bench::Options),
    /// The proofs in full size: the relay and three servers under kills, with their rates; the load; the API against its
    /// description; the time of sign-ins; the binary of `dist`, its unit under systemd and its image; advisories.
    Soak(commands::soak::Options),
    /// Build only the console, to `target/ui`.
    Ui(commands::ui::Options),
    /// Join the style sheets and bundle the PartiQL editor, to `target/` (Trunk calls this before it builds).
    Css,
    /// Check the architecture's invariants, as docs/ARCHITECTURE.md states them.
    Tidy,
}

fn main() {
    let outcome = match Cli::parse().command {
        Command::Run(options) => commands::run::run(&options),
        Command::Dev(options) => commands::dev::run(&options),
        Command::Test(options) => commands::test::run(&options),
        Command::Ci => commands::ci::run(),
        Command::Dist(options) => commands::dist::run(&options),
        Command::Bench(options) => commands::bench::run(&options),
        Command::Soak(options) => commands::soak::run(&options),
        Command::Ui(options) => commands::ui::run(&options),
        Command::Css => ui::styles::write_for_trunk().and_then(|()| ui::editor::bundle().map(|_| ())),
        Command::Tidy => tidy::run(),
    };
    if let Err(error) = outcome {
        eprintln!("\nerror: {error:#}");
        std::process::exit(1);
    }
}
