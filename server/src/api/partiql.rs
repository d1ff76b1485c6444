//! PartiQL. One route for reads and writes: which it is, the statements say.

use axum::extract::State;
use dynadesk_shared::api::partiql::{PartiQlResult, PartiQlRun};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::history::Recorder;
use crate::partiql;

/// `POST /api/c/{connection}/partiql`
pub async fn run(State(app): State<AppState>, connection: Conn, ApiJson(asked): ApiJson<PartiQlRun>) -> ApiResult<PartiQlResult> {
    let writes = partiql::writes(&asked);
    audit::detail(&partiql::kinds(&asked));
    if writes {
        audit::intend().await?;
    }
    if !connection.view.read_only && writes {
        app.access.unlocked(&connection.1, &connection).await?;
    }
    let recorder = Recorder::new(&app.store, &connection.view.name);
    let ran = to_the_end(async move {
        let (person, scanned) = (connection.1.clone(), partiql::scans(&connection, &asked).await);
        let tables: Vec<&str> = scanned.iter().map(String::as_str).collect();
        let run = partiql::run(&connection, recorder, asked);
        app.budgets
            .page(&connection, &person, &tables, run, |ran| ran.exchange.consumed)
            .await
    })
    .await?;
    if writes {
        audit::came_of(ran.done(), ran.results.len(), ran.first_code());
    }
    Ok(ran)
}
