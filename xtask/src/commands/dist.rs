//! `cargo xtask dist`: one binary with the compressed console inside.

use anyhow::{Context, Result};

use crate::process::{cargo, root, run as run_to_end, step, target};
use crate::{tools, ui};

pub fn run() -> Result<()> {
    tools::node()?;
    ui::build(ui::Quality::Release)?;
    step("Compiling the server with the console inside", || {
        run_to_end(cargo("build").args([
            "--release",
            "--package",
            "dynadesk-server",
            "--bin",
            "dynadesk",
            "--features",
            "embed-ui",
        ]))
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
