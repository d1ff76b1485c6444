//! PartiQL. One route for reads and writes: which it is, the statements say.

use axum::extract::State;
use dynadesk_shared::api::partiql::PartiQlResult;

use super::error::ApiResult;
use super::finish::to_the_end;
use super::named::Statements;
use crate::app::AppState;
use crate::audit;
use crate::history::Recorder;
use crate::partiql;

/// `POST /api/c/{connection}/partiql`
pub async fn run(State(app): State<AppState>, statements: Statements) -> ApiResult<PartiQlResult> {
    let Statements { connection, asked, writes } = statements;
    if writes {
        audit::intend().await?;
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
