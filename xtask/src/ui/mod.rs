//! Builds the console: WASM, its JavaScript, one style sheet and `index.html`, each asset named by
//! its content and compressed beforehand, so that a browser asks for it once.

mod assemble;
pub mod styles;

use std::path::PathBuf;

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
        let mut build = cargo("build");
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
    step("Binding it to JavaScript", || {
        let bindgen = tools::bindgen()?;
        let _ = std::fs::remove_dir_all(&stage);
        run(command(&bindgen.command)
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(&stage)
            .arg(&wasm))
    })?;
    if quality == Quality::Release {
        optimise(&stage)?;
    }
    step("Naming and compressing the console's files", || {
        assemble::assemble(&inputs, &stage).context("the console could not be assembled")
    })?;
    Ok(folder())
}

fn optimise(stage: &std::path::Path) -> Result<()> {
    let wasm_opt = tools::wasm_opt()?;
    let wasm = stage.join("dynadesk-ui_bg.wasm");
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
        run(command(wasm_opt).arg("-Os").args(features).arg(&wasm).arg("-o").arg(&wasm))
    })
}
