//! What dependencies bring along: `deny.toml` says what may.

use anyhow::{Result, bail};

use crate::process::{command, output, root, step};
use crate::tools;

/// Where advisories are kept.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Licences, crates that may not be there, and where crates come from.
pub fn offline() -> Result<()> {
    let deny = tools::deny()?;
    step("Licences, bans and sources of dependencies", || {
        check(&deny, &["licenses", "bans", "sources"])
    })
}

/// Known faults of dependencies. False where nobody could say, because the list of them was out of reach.
pub fn advisories() -> Result<bool> {
    let deny = tools::deny()?;
    step("Advisories on dependencies", || {
        if output(
            command("git")
                .args(["ls-remote", "--exit-code", ADVISORIES, "HEAD"])
                .env("GIT_TERMINAL_PROMPT", "0"),
        )
        .is_none()
        {
            return Ok(false);
        }
        check(&deny, &["advisories"])?;
        Ok(true)
    })
}

/// Says what is wrong, and nothing of what is only to be known, which is much: crates that are there twice.
fn check(deny: &std::path::Path, what: &[&str]) -> Result<()> {
    let mut check = command(deny);
    check
        .args(["--locked", "check", "--hide-inclusion-graph"])
        .args(what)
        .current_dir(root());
    let done = check.output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
        bail!("cargo deny check {}:\n{said}", what.join(" "));
    }
    Ok(())
}
