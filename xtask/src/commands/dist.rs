//! `cargo xtask dist`: one binary with the compressed console inside.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{cargo, command, root, run as run_to_end, step, target};
use crate::{tools, ui};

/// GNU's C library goes into the binary. Only the last step, linking, hangs on it, so nothing else is built anew.
const STATIC: [&str; 3] = ["--", "-C", "target-feature=+crt-static"];

/// Where distributions keep the root certificates in one file: Debian and Alpine, Fedora, SUSE.
const ROOTS: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
];

#[derive(Debug, Args)]
pub struct Options {
    /// Ask the machine that it runs on for the C library: for a machine to build on that has no static one.
    #[arg(long)]
    dynamic: bool,
}

fn binary() -> PathBuf {
    root().join("dist/dynadesk")
}

/// The binary that was built, or one that is built now.
fn built() -> Result<PathBuf> {
    if !binary().exists() || !binary().with_file_name("image").exists() {
        run(&Options { dynamic: false })?;
    }
    Ok(binary())
}

/// Runs the unit and its socket under systemd, in a small Debian; false where that cannot be tried here.
pub fn systemd() -> Result<bool> {
    script("The unit and its socket, under systemd", "end2end/site/systemd.sh", &built()?)
}

/// Builds the image and runs it; false where that cannot be tried here.
pub fn image() -> Result<bool> {
    built()?;
    script("The image", "end2end/site/image.sh", &root().join("dist"))
}

/// Scripts say with 2 that they cannot try.
fn script(title: &str, path: &str, argument: &Path) -> Result<bool> {
    const CANNOT: i32 = 2;
    step(title, || {
        let mut script = command("bash");
        let status = script
            .arg(path)
            .arg(argument)
            .status()
            .with_context(|| format!("{path} cannot be run"))?;
        match status.code() {
            Some(0) => Ok(true),
            Some(CANNOT) => Ok(false),
            _ => bail!("{path} ended with {status}"),
        }
    })
}

/// Runs the binary where nothing else is.
pub fn proof() -> Result<()> {
    built()?;
    step("The one binary, alone in an empty directory", || {
        let mut script = command("python3");
        run_to_end(script.args(["xtask/api/dist.py", "--binary"]).arg(binary()))
    })
}

pub fn run(options: &Options) -> Result<()> {
    tools::node()?;
    let is_static = cfg!(all(target_os = "linux", target_env = "gnu")) && !options.dynamic;
    ui::build(ui::Quality::Release)?;
    step("Compiling the server with the console inside", || {
        let mut build = cargo("rustc");
        build.args(["--release", "--package", "dynadesk-server", "--bin", "dynadesk"]);
        build.args(["--features", "embed-ui"]);
        if is_static {
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
    if is_static {
        beside(&root().join("dist/image"))?;
    }
    Ok(())
}

/// What deploy/Dockerfile copies beside the binary: there is no base image that would have it.
fn beside(folder: &Path) -> Result<()> {
    let Some(roots) = ROOTS.iter().map(Path::new).find(|file| file.is_file()) else {
        eprintln!("There is nothing for an image: this machine has no root certificates (ca-certificates)");
        return Ok(());
    };
    let certificates = folder.join("etc/ssl/certs");
    std::fs::create_dir_all(&certificates)?;
    // Empty, but nothing in an image without a shell could make it.
    std::fs::create_dir_all(folder.join("home/nonroot"))?;
    std::fs::copy(roots, certificates.join("ca-certificates.crt"))
        .with_context(|| format!("{} could not be copied to {}", roots.display(), tools::relative(folder)))?;
    Ok(())
}
