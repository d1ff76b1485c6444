//! `cargo xtask dist`: one binary with the compressed console inside.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::process::{cargo, command, root, run as run_to_end, step, target};
use crate::{tools, ui};

/// GNU's C library goes into the binary. Only the last step, linking, hangs on it, so nothing else is built anew.
const STATIC: [&str; 3] = ["--", "-C", "target-feature=+crt-static"];

#[derive(Debug, Args)]
pub struct Options {
    /// Ask the machine that it runs on for the C library: for a machine to build on that has no static one.
    #[arg(long)]
    dynamic: bool,
}

fn binary() -> PathBuf {
    root().join("dist/dynadesk")
}

/// Runs the binary where nothing else is: the one that was built, or one that is built now.
pub fn proof() -> Result<()> {
    if !binary().exists() {
        run(&Options { dynamic: false })?;
    }
    step("The one binary, alone in an empty directory", || {
        let mut script = command("python3");
        run_to_end(script.args(["xtask/api/dist.py", "--binary"]).arg(binary()))
    })
}

pub fn run(options: &Options) -> Result<()> {
    tools::node()?;
    ui::build(ui::Quality::Release)?;
    step("Compiling the server with the console inside", || {
        let mut build = cargo("rustc");
        build.args(["--release", "--package", "dynadesk-server", "--bin", "dynadesk"]);
        build.args(["--features", "embed-ui"]);
        if cfg!(all(target_os = "linux", target_env = "gnu")) && !options.dynamic {
            build.args(STATIC);
        }
        run_to_end(&mut build)
    })?;
    let binary = binary();
    std::fs::create_dir_all(root().join("dist"))?;
    let bytes = std::fs::copy(target().join("release/dynadesk"), &binary).context("the binary could not be copied to dist/")?;
    eprintln!(
        "{} is ready, {:.1} MB; it needs nothing beside it",
        tools::relative(&binary),
        bytes as f64 / 1e6
    );
    Ok(())
}
