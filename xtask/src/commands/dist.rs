//! `cargo xtask dist`: one binary with the compressed console inside.

use anyhow::{Context, Result};
use clap::Args;

use crate::process::{cargo, root, run as run_to_end, step, target};
use crate::{tools, ui};

/// GNU's C library goes into the binary. Only the last step, linking, hangs on it, so nothing else is built anew.
const STATIC: [&str; 3] = ["--", "-C", "target-feature=+crt-static"];

#[derive(Debug, Args)]
pub struct Options {
    /// Ask the machine that it runs on for the C library: for a machine to build on that has no static one.
    #[arg(long)]
    dynamic: bool,
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
    let folder = root().join("dist");
    std::fs::create_dir_all(&folder)?;
    let binary = folder.join("dynadesk");
    let bytes = std::fs::copy(target().join("release/dynadesk"), &binary).context("the binary could not be copied to dist/")?;
    eprintln!(
        "{} is ready, {:.1} MB; it needs nothing beside it",
        tools::relative(&binary),
        bytes as f64 / 1e6
    );
    Ok(())
}
