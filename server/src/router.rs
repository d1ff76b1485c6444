//! Every URL, once. A new endpoint is one line here.

use axum::Router;
use axum::routing::{get, post};
use dynadesk_shared::api::paths;

use crate::api::{connections, health, items, tables};
use crate::app::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::HEALTH, get(health::get))
        .route(paths::CONNECTIONS, get(connections::list))
        .route(paths::CONNECTION_HEALTH, get(connections::health))
        .route(paths::TABLES, get(tables::list).post(tables::create))
        .route(paths::TABLE, get(tables::describe).delete(tables::delete))
        .route(paths::ITEMS_SCAN, post(items::scan))
        .route(paths::ITEMS_GET, post(items::get))
}
