//! `cargo xtask bench`: the console beside its rivals, in one run, as ratios.

use anyhow::Result;
use clap::Args;

use crate::process::{cargo, command, root, run as run_to_end, step, target};
use crate::{tools, ui};

#[derive(Debug, Args)]
pub struct Options {
    /// How many items the scanned table holds.
    #[arg(long, default_value_t = 100_000)]
    items: u32,
}

pub fn run(options: &Options) -> Result<()> {
    tools::chromium()?;
    tools::npm_packages("end2end")?;
    let ui = ui::build(ui::Quality::Release)?;
    step("Compiling the server, optimised", || {
        run_to_end(cargo("build").args([
            "--release",
            "--package",
            "dynadesk-server",
            "--bin",
            "dynadesk",
            "--example",
            "sdk_scan",
        ]))
    })?;
    let release = target().join("release");
    let mut bench = command("node");
    bench.arg("bench/main.mjs").current_dir(root().join("end2end"));
    bench
        .env("DYNADESK_BIN", release.join("dynadesk"))
        .env("SDK_SCAN_BIN", release.join("examples/sdk_scan"))
        .env("DYNADESK_UI_DIR", ui);
    run_to_end(bench.env("BENCH_ITEMS", options.items.to_string()))
}
