//! What happens around every request, from the outside in: its id, the headers of its answer, who
//! may ask, how long it may take, and what a panic becomes.

pub mod deadline;
pub mod guard;
pub mod headers;
pub mod panic;
pub mod request_id;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::AppState;

pub fn around(routes: Router, state: AppState) -> Router {
    routes
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn(deadline::layer))
        .layer(from_fn_with_state(state, guard::layer))
        .layer(map_response(headers::layer))
        .layer(from_fn(request_id::layer))
}
