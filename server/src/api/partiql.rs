//! PartiQL. One route for reads and writes: which it is, the statements say.

use axum::extract::State;
use dynadesk_shared::api::partiql::{PartiQlResult, PartiQlRun};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::history::Recorder;
use crate::partiql;

/// `POST /api/c/{connection}/partiql`
pub async fn run(State(app): State<AppState>, connection: Conn, ApiJson(asked): ApiJson<PartiQlRun>) -> ApiResult<PartiQlResult> {
    if !connection.view.read_only && partiql::writes(&asked) {
        app.access.unlocked(&connection.1, &connection).await?;
    }
    let recorder = Recorder::new(&app.store, &connection.view.name);
    to_the_end(async move { partiql::run(&connection, recorder, asked).await }).await
}
