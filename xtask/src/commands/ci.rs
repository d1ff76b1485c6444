//! `cargo xtask ci`: what every change must pass. The quick gates come first.

use anyhow::Result;

use super::test;
use crate::process::{cargo, command, run as run_to_end, step};
use crate::{tidy, tools};

pub fn run() -> Result<()> {
    step("Formatting", || run_to_end(command("cargo").args(["fmt", "--all", "--check"])))?;
    step("Architecture", tidy::run)?;
    step("Clippy, native", || {
        let mut clippy = cargo("clippy");
        run_to_end(clippy.args([
            "--workspace",
            "--exclude",
            "dynadesk-frontend",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    tools::wasm_target()?;
    step("Clippy, wasm32", || {
        let lint = |more: &[&str]| {
            let mut clippy = cargo("clippy");
            run_to_end(
                clippy
                    .args(more)
                    .args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]),
            )
        };
        // The property tests of the shared crate need a source of randomness that only native has.
        lint(&["--package", "dynadesk-shared"])?;
        lint(&["--package", "dynadesk-frontend", "--all-targets"])
    })?;
    step("Docs", || {
        let mut doc = cargo("doc");
        doc.args(["--no-deps", "-p", "dynadesk-shared", "-p", "dynadesk-server"])
            .env("RUSTDOCFLAGS", "-D warnings");
        run_to_end(&mut doc)
    })?;
    test::run(&test::Options::all())
}
