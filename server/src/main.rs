//! The `dynadesk` binary: reads what it was told, listens, and says in one line what is wrong.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use dynadesk_server::audit::TARGET;
use dynadesk_server::cli::{self, Line};
use dynadesk_server::config::{Config, Environment, LogFormat};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match start(Line::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dynadesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start(line: Line) -> anyhow::Result<ExitCode> {
    let process = |name: &str| std::env::var(name).ok();
    let mut args = line.args;
    if line.command.is_some() {
        // Who runs a command reads its answer and not how the server is.
        args.log.get_or_insert_with(|| "error".to_owned());
    }
    let config = Config::read(args, &Environment(&process))?;
    log(&config, line.command.is_none())?;
    if let Some(command) = line.command {
        return Ok(cli::run(config, command).await);
    }
    let listener = listen(&config).await?;
    dynadesk_server::run(config, listener, asked_to_stop()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Logs go to standard error, so that standard output has the ready line alone.
fn log(config: &Config, serves: bool) -> anyhow::Result<()> {
    let mut filter = EnvFilter::try_new(&config.log).map_err(|cause| anyhow::anyhow!("--log {:?} is no filter: {cause}", config.log))?;
    if serves && !config.log.contains(TARGET) {
        // Who asks for warnings alone does not mean to lose the audit log.
        filter = filter.add_directive(format!("{TARGET}=info").parse()?);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
    Ok(())
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = config.address;
    TcpListener::bind(address).await.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!(
                "port {} is in use: stop what listens there, or choose another with --port",
                address.port()
            )
        }
        _ => anyhow::anyhow!("cannot listen on {address}: {cause}"),
    })
}

/// Ends with Ctrl-C or, as service managers send it, SIGTERM.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
