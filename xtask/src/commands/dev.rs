//! `cargo xtask dev`: the server and `trunk serve` together.

use std::process::Child;

use anyhow::{Context, Result};
use clap::Args;

use super::run::server;
use crate::process::{command, root, target};
use crate::tools;

#[derive(Debug, Args)]
pub struct Options {
    /// Flags for the server itself, such as `--in-memory`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    server: Vec<String>,
}

/// Ends the server when Trunk ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn run(options: &Options) -> Result<()> {
    let trunk = tools::trunk()?;
    let bindgen = tools::bindgen()?;
    server()?;

    // Trunk takes wasm-bindgen from PATH when its version matches, so ours is put there under that name.
    let bin = root().join(".tools/bin");
    std::fs::create_dir_all(&bin)?;
    std::fs::copy(&bindgen.command, bin.join("wasm-bindgen")).context("wasm-bindgen could not be copied to .tools/bin")?;
    let mut path = std::ffi::OsString::from(&bin);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());

    let mut dynadesk = command(target().join("debug/dynadesk"));
    let _server = Server(dynadesk.args(&options.server).spawn().context("the server could not be started")?);
    eprintln!("▸ The console with hot reload comes up at http://127.0.0.1:8080");
    crate::process::run(command(trunk).args(["serve", "--offline"]).env("PATH", path))
}
