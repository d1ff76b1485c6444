//! The PartiQL editor: one script out of `frontend/editor`, made by esbuild. It changes rarely, so it is
//! made again only when its sources or its lock file did.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::assemble::{files, hex};
use crate::process::{command, root, run, step};
use crate::tools;

/// Where the page finds it when nothing else is said (under Trunk), and what a build puts in its place.
pub const PLAIN_URL: &str = "/editor.js";

/// The licences ask that their notice goes with every copy.
const NOTICE: &str = "/*! CodeMirror 6 and Lezer, (c) Marijn Haverbeke and others, MIT licence: https://codemirror.net */";

/// The bundled script, as a file that Trunk copies too.
pub fn bundle() -> Result<PathBuf> {
    let folder = root().join("frontend/editor");
    let made = root().join("target/ui-editor/editor.js");
    let stamp = made.with_extension("stamp");
    let fingerprint = fingerprint(&folder)?;
    if made.exists() && std::fs::read_to_string(&stamp).is_ok_and(|from| from == fingerprint) {
        return Ok(made);
    }
    tools::npm_packages("frontend/editor")?;
    step("Bundling the PartiQL editor", || {
        run(command(folder.join("node_modules/.bin/esbuild"))
            .arg(folder.join("src/main.js"))
            .args([
                "--bundle",
                "--minify",
                "--format=iife",
                "--global-name=dynadeskEditor",
                "--target=es2022",
                "--log-level=warning",
            ])
            .arg(format!("--banner:js={NOTICE}"))
            .arg(format!("--outfile={}", made.display())))
    })?;
    std::fs::write(stamp, fingerprint)?;
    Ok(made)
}

fn fingerprint(folder: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(NOTICE);
    hash.update(std::fs::read(folder.join("package-lock.json")).context("frontend/editor/package-lock.json cannot be read")?);
    for file in files(&folder.join("src"))? {
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update(std::fs::read(file)?);
    }
    Ok(hex(&hash.finalize()))
}
