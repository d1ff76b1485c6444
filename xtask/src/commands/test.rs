//! `cargo xtask test`: dependencies, native, the API against its description, WASM in Chromium, and the whole console in Chromium.

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::{conform, deny};
use crate::process::{cargo, command, root, run as run_to_end, step, target};
use crate::{tools, ui};

#[derive(Debug, Args)]
pub struct Options {
    /// Only this part.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Words that choose tests by name: passed to cargo test or to Playwright.
    filter: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Licences, bans and sources of dependencies.
    Deny,
    Native,
    /// The server against the description of its API.
    Api,
    Wasm,
    Browser,
}

impl Options {
    /// Every test.
    pub fn all() -> Self {
        Self {
            only: None,
            filter: Vec::new(),
        }
    }
}

pub fn run(options: &Options) -> Result<()> {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    // It has no tests with names to choose, and is over in a moment.
    if wanted(Part::Deny) && options.filter.is_empty() {
        deny::offline()?;
    }
    if wanted(Part::Native) {
        native(&options.filter)?;
    }
    // Nor has this.
    if wanted(Part::Api) && options.filter.is_empty() {
        conform::run(CASES, 1, 20)?;
    }
    if wanted(Part::Wasm) {
        wasm(&options.filter)?;
    }
    if wanted(Part::Browser) {
        browser(&options.filter)?;
    }
    Ok(())
}

/// Cases of the API's description, the same ones each time; `cargo xtask soak` has many more.
const CASES: u32 = 500;

/// What is tested natively, as packages.
pub(super) const NATIVE: [&str; 5] = ["--workspace", "--exclude", "dynadesk-frontend", "--exclude", "dynadesk-bindgen"];

/// Unit tests of every crate, and the server through its router on two engines.
fn native(filter: &[String]) -> Result<()> {
    let ministack = tools::ministack()?;
    tools::postgres()?;
    step("Native tests", || {
        let mut test = cargo("test");
        run_to_end(test.args(NATIVE).args(filter).env("DYNADESK_TEST_MINISTACK", ministack))
    })?;
    step("Native tests of the console's logic", || {
        run_to_end(cargo("test").args(["--package", "dynadesk-frontend", "--lib"]).args(filter))
    })
}

/// Components, mounted in a real Chromium.
fn wasm(filter: &[String]) -> Result<()> {
    tools::chromium()?;
    tools::wasm_target()?;
    let bindgen = tools::bindgen()?;
    step("Component tests in Chromium", || {
        let mut test = cargo("test");
        test.args(["--package", "dynadesk-frontend", "--target", "wasm32-unknown-unknown", "--tests"])
            .args(filter);
        test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.test_runner);
        test.env("CHROMEDRIVER", which("chromedriver"))
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        run_to_end(&mut test)
    })
}

/// Playwright against the server and the console as users get them.
fn browser(filter: &[String]) -> Result<()> {
    tools::chromium()?;
    tools::postgres()?;
    tools::npm_packages("end2end")?;
    step("Checking the TypeScript that the console offers to copy", || {
        let mut tsc = command("npx");
        run_to_end(tsc.args(["tsc", "-p", "copied"]).current_dir(root().join("end2end")))
    })?;
    // Built as the native tests build it: another choice of packages would compile the dependencies again.
    step("Compiling the server", || run_to_end(cargo("test").args(NATIVE).arg("--no-run")))?;
    let ui = ui::build(ui::Quality::Release)?;
    step("Browser tests", || {
        let mut playwright = command("npx");
        playwright
            .args(["playwright", "test"])
            .args(filter)
            .current_dir(root().join("end2end"));
        playwright
            .env("DYNADESK_BIN", target().join("debug/dynadesk"))
            .env("DYNADESK_UI_DIR", ui)
            .env("CHROMIUM", which("chromium"));
        run_to_end(&mut playwright)
    })
}

fn which(program: &str) -> String {
    crate::process::output(command("sh").args(["-c", &format!("command -v {program}")])).unwrap_or_else(|| program.to_owned())
}
