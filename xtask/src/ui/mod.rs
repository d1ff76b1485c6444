//! Builds the console: WASM, its JavaScript, one style sheet and `index.html`, each asset named by
//! its content and compressed beforehand, so that a browser asks for it once.

mod assemble;
pub mod editor;
mod pack;
pub mod styles;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{cargo, command, run, step, target};
use crate::tools;

/// How much work goes into the WASM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Quick to build, large: for working on the frontend.
    Dev,
    /// Small and fast: what users get.
    Release,
}

impl Quality {
    fn profile(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "wasm",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "wasm",
        }
    }
}

/// Where the finished console is.
pub fn folder() -> PathBuf {
    crate::process::root().join("target/ui")
}

/// Brings `target/ui` up to date and says where it is. Nothing is done again that is up to date.
pub fn build(quality: Quality) -> Result<PathBuf> {
    tools::wasm_target()?;
    step("Compiling the console to WebAssembly", || {
        let mut build = cargo("rustc");
        build.args([
            "--package",
            "dynadesk-frontend",
            "--bin",
            "dynadesk-ui",
            "--target",
            "wasm32-unknown-unknown",
        ]);
        build.args(["--profile", quality.profile()]);
        if quality == Quality::Release {
            // Leptos then gives every component one view type, which makes the download a tenth smaller.
            build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "--cfg=erase_components");
            // The splitter has to know what refers to what.
            build.args(["--features", "split", "--", "-Clink-arg=--emit-relocs"]);
        }
        run(&mut build)
    })?;
    let wasm = target()
        .join("wasm32-unknown-unknown")
        .join(quality.folder())
        .join("dynadesk-ui.wasm");
    let inputs = assemble::Inputs::read(&wasm, quality)?;
    if inputs.are_assembled() {
        return Ok(folder());
    }
    let stage = target().join("ui-stage");
    let _ = std::fs::remove_dir_all(&stage);
    std::fs::create_dir_all(&stage)?;
    match quality {
        Quality::Dev => bind(&wasm, &stage, &[])?,
        Quality::Release => {
            let whole = target().join("ui-split");
            split(&wasm, &whole, &stage)?;
            // The pages' files reach the main one's functions through its table, by these exports.
            bind(&whole.join("dynadesk-ui.wasm"), &stage, &["--keep-lld-exports", "--no-demangle"])?;
            optimise(&stage)?;
            pack::pack(&stage)?;
        }
    }
    step("Naming and compressing the console's files", || {
        assemble::assemble(&inputs, &stage).context("the console could not be assembled")
    })?;
    Ok(folder())
}

/// Cuts the heavy pages out of the console; `stage` gets their files and the script that fetches them.
fn split(wasm: &Path, whole: &Path, stage: &Path) -> Result<()> {
    let splitter = tools::bindgen()?.split;
    step("Splitting the pages from it", || {
        let _ = std::fs::remove_dir_all(whole);
        run(command(splitter).arg(wasm).arg(whole))?;
        for file in assemble::files(whole)? {
            if file.file_name().is_some_and(|name| name != "dynadesk-ui.wasm") {
                std::fs::copy(&file, stage.join(file.file_name().unwrap_or_default()))?;
            }
        }
        Ok(())
    })
}

fn bind(wasm: &Path, stage: &Path, more: &[&str]) -> Result<()> {
    let bindgen = tools::bindgen()?.command;
    step("Binding it to JavaScript", || {
        run(command(bindgen)
            .args(["--target", "web", "--no-typescript", "--out-name", "dynadesk-ui", "--out-dir"])
            .arg(stage)
            .args(more)
            .arg(wasm))
    })
}

fn optimise(stage: &Path) -> Result<()> {
    let wasm_opt = tools::wasm_opt()?;
    // Measured: -Oz gives fewer bytes before compression and more after it than -Os.
    step("Making the WebAssembly smaller", || {
        let features = [
            "--enable-bulk-memory",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-multivalue",
            "--enable-reference-types",
        ];
        for wasm in assemble::files(stage)? {
            if wasm.extension().is_some_and(|extension| extension == "wasm") {
                run(command(&wasm_opt)
                    .args(["-Os", "--quiet"])
                    .args(features)
                    .arg(&wasm)
                    .arg("-o")
                    .arg(&wasm))?;
            }
        }
        Ok(())
    })
}
