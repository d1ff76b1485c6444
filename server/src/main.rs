//! The `dynadesk` binary: reads what it was told, listens, and says in one line what is wrong.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use dynadesk_server::audit::TARGET;
use dynadesk_server::cli::{self, Line};
use dynadesk_server::config::{Config, Environment, LogFormat};
use dynadesk_server::serving::Stop;
use dynadesk_server::traces;
use listenfd::ListenFd;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before there is another thread: what says that sockets are handed over is taken out of the environment.
    let handed = ListenFd::from_env();
    match start(Line::parse(), handed) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dynadesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn start(line: Line, handed: ListenFd) -> anyhow::Result<ExitCode> {
    let process = |name: &str| std::env::var(name).ok();
    let mut args = line.args;
    if line.command.is_some() {
        // Who runs a command reads its answer and not how the server is.
        args.log.get_or_insert_with(|| "error".to_owned());
    }
    let handed = match line.command {
        None => take(handed)?,
        Some(_) => None,
    };
    if let Some(listener) = &handed {
        // Whether people have to sign in hangs on who reaches it.
        let address = listener.local_addr()?;
        (args.address, args.port) = (Some(address.ip()), Some(address.port()));
    }
    let mut config = Config::read(args, &Environment(&process))?;
    log(&config, line.command.is_none())?;
    if let Some(command) = line.command {
        return Ok(cli::run(config, command).await);
    }
    let listener = match handed {
        Some(listener) => {
            // Whoever handed it over keeps it open: nobody is turned away while there is no server.
            config.serving.drain.get_or_insert(Duration::ZERO);
            tracing::info!(address = %config.address, "serving at the socket that was handed over");
            TcpListener::from_std(listener)?
        }
        None => listen(&config).await?,
    };
    let stop = Stop::default();
    hear(stop.clone())?;
    traces::begin(&Environment(&process));
    let ended = dynadesk_server::run(config, listener, stop).await;
    traces::end().await;
    ended?;
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

/// The socket that a service manager opened for this server (`LISTEN_FDS`), if it did.
fn take(mut handed: ListenFd) -> anyhow::Result<Option<std::net::TcpListener>> {
    anyhow::ensure!(
        handed.len() < 2,
        "{} sockets are handed over, and one is served: LISTEN_FDS",
        handed.len()
    );
    let listener = handed
        .take_tcp_listener(0)
        .context("the socket that is handed over cannot be served")?;
    if let Some(listener) = &listener {
        listener.set_nonblocking(true)?;
    }
    Ok(listener)
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

/// Stops at the first Ctrl-C or SIGTERM, and waits for nobody who need not be waited for at the second.
#[cfg(unix)]
fn hear(stop: Stop) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        for told in [stop.asked, stop.at_once] {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            told.cancel();
        }
    });
    Ok(())
}

/// Stops at the first Ctrl-C, and waits for nobody who need not be waited for at the second.
#[cfg(not(unix))]
fn hear(stop: Stop) -> std::io::Result<()> {
    tokio::spawn(async move {
        for told in [stop.asked, stop.at_once] {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            told.cancel();
        }
    });
    Ok(())
}
