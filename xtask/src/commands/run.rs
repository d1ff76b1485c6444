//! `cargo xtask run`: from a clone to the console in the browser.

use anyhow::Result;
use clap::Args;

use crate::process::{cargo, command, run as run_to_end, step, target};
use crate::{tools, ui};

#[derive(Debug, Args)]
pub struct Options {
    /// Open the console in the default browser when it is ready.
    #[arg(long)]
    open: bool,
    /// The port to listen on.
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// Flags for the server itself, such as `--in-memory` or `--config FILE` (see `-- --help`).
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    server: Vec<String>,
}

pub fn run(options: &Options) -> Result<()> {
    tools::node()?;
    server()?;
    let ui = ui::build(ui::Quality::Release)?;

    let mut dynadesk = command(target().join("debug/dynadesk"));
    dynadesk
        .arg("--ui-dir")
        .arg(ui)
        .args(["--port", &options.port.to_string()])
        .args(&options.server);
    if options.open {
        open_when_ready(options.port);
    }
    run_to_end(&mut dynadesk)
}

/// Builds the server with the profile that the tests use too.
pub fn server() -> Result<()> {
    step("Compiling the server", || {
        run_to_end(cargo("build").args(["--package", "dynadesk-server", "--bin", "dynadesk"]))
    })
}

/// Waits beside the server until its port answers, then opens the browser.
fn open_when_ready(port: u16) {
    std::thread::spawn(move || {
        for _ in 0..600 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
                let _ = command(opener).arg(format!("http://127.0.0.1:{port}")).status();
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    });
}
