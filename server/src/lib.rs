//! The server of Dynadesk: holds the credentials, speaks to DynamoDB, serves the console.

pub mod api;
pub mod app;
pub mod config;
pub mod connections;
pub mod engine;
pub mod error;
mod middleware;
mod router;
pub mod tables;

use std::future::Future;

use axum::Router;
use tokio::net::TcpListener;

use app::{App, AppState};
use config::Config;
use connections::Connections;

/// Dynadesk's version, as the shell shows it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that answers requests, in one service.
pub fn router(state: AppState) -> Router {
    router::routes()
        .with_state(state)
        .layer(axum::middleware::from_fn(middleware::request_id::layer))
}

/// Opens what the configuration names.
pub async fn open(config: &Config) -> anyhow::Result<AppState> {
    Ok(AppState::new(App {
        connections: Connections::new(config.open_connections().await?),
        data_dir: config.data_dir.clone(),
    }))
}

/// Serves until `shutdown` is done, then lets requests under way finish.
pub async fn run(config: Config, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let state = open(&config).await?;
    axum::serve(listener, router(state)).with_graceful_shutdown(shutdown).await?;
    Ok(())
}
