//! `cargo xtask ui`: only the console.

use anyhow::Result;
use clap::Args;

use crate::ui::{self, Quality};

#[derive(Debug, Args)]
pub struct Options {
    /// Quick to build and large, for working on the frontend.
    #[arg(long)]
    dev: bool,
}

pub fn run(options: &Options) -> Result<()> {
    let folder = ui::build(if options.dev { Quality::Dev } else { Quality::Release })?;
    eprintln!("The console is in {}", crate::tools::relative(&folder));
    Ok(())
}
