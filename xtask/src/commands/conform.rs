//! The API against its own description, on a server of its own: `xtask/api/conform.py`.

use std::process::Command;

use anyhow::Result;

use super::test::NATIVE;
use crate::process::{cargo, command, run as run_to_end, step, target};
use crate::tools;

/// Makes so many cases, the same ones for the same seed, and begins none after so many minutes.
pub fn run(cases: u32, seed: u32, minutes: u32) -> Result<()> {
    let python = tools::schemathesis()?;
    step("Compiling the server", || run_to_end(cargo("test").args(NATIVE).arg("--no-run")))?;
    step(&format!("The API against its own description, {cases} cases"), || {
        let mut conform = command(python);
        conform
            .args(["xtask/api/conform.py", "--server"])
            .arg(target().join("debug/dynadesk"));
        for (name, number) in [("--cases", cases), ("--seed", seed), ("--minutes", minutes)] {
            conform.args([name, &number.to_string()]);
        }
        run_to_end(&mut conform)
    })
}

/// Whether the time of a sign-in tells which names there are: on a machine that does nothing else.
pub fn timing() -> Result<()> {
    let mut timing = script("xtask/api/timing.py")?;
    step("Signing in with names that there are and names that there are not", || {
        run_to_end(&mut timing)
    })
}

/// A script that starts a server of its own.
fn script(path: &str) -> Result<Command> {
    let python = tools::schemathesis()?;
    step("Compiling the server", || run_to_end(cargo("test").args(NATIVE).arg("--no-run")))?;
    let mut script = command(python);
    script.args([path, "--server"]).arg(target().join("debug/dynadesk"));
    Ok(script)
}
