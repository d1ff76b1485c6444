//! PartiQL: statements that were read to their last token before anything is sent.

mod check;
mod images;
mod outcome;

use std::collections::BTreeSet;

use dynadesk_shared::Item;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::partiql::{Mode, PartiQlResult, PartiQlRun, StatementResult};
use dynadesk_shared::partiql::{self, Kind, Statement};

use check::Checked;
use images::Images;

use crate::connections::Connection;
use crate::cursor::Scope;
use crate::engine::EngineErrorKind;
use crate::engine::partiql::{Executed, ExecutedAll, Paging, Sending};
use crate::error::{Error, Result};
use crate::history::Recorder;
use crate::items;
use crate::tables::of_table;

/// The name under which a cursor holds the engine's NextToken.
const TOKEN: &str = "NextToken";

/// The statements that are understood; where one is not, none is run.
pub fn understood(asked: &PartiQlRun) -> impl Iterator<Item = Statement> {
    asked.statements.iter().filter_map(|one| partiql::statement(&one.text).ok())
}

/// What the statements do and where, without their values: `UPDATE Orders; DELETE Orders`.
pub fn kinds(asked: &PartiQlRun) -> String {
    let read = asked.statements.iter().map(|one| partiql::statement(&one.text));
    let words: Vec<String> = read
        .map(|one| {
            one.map_or_else(
                |_| "not understood".to_owned(),
                |one| format!("{} {}", one.kind().word(), one.target().table),
            )
        })
        .collect();
    words.join("; ")
}

/// The tables that SELECTs of the statements read as a whole, where reading so much has a budget.
pub async fn scans(connection: &Connection, asked: &PartiQlRun) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    if !connection.view.scan_budget {
        return tables;
    }
    for read in understood(asked).filter(|read| read.kind() == Kind::Select) {
        let target = read.target();
        // A key that cannot be found out is taken for one that is not given.
        let key = items::key_of(connection, &target.table, target.index.as_deref()).await;
        if key.is_none_or(|key| read.scans(&key)) {
            tables.insert(target.table.clone());
        }
    }
    tables
}

/// Runs statements; nothing is sent unless all of them may run.
pub async fn run(connection: &Connection, recorder: Recorder, mut asked: PartiQlRun) -> Result<PartiQlResult> {
    if let Some(why) = connection.engine.capabilities().why_not(Feature::PartiQl) {
        return Err(Error::invalid(
            "unsupported_by_engine",
            format!("this engine has no PartiQL: {why}"),
        ));
    }
    let statements = check::all(connection, &mut asked)?;
    let sending: Vec<Sending> = statements.iter().map(Checked::sending).collect();
    let images = Images::before(connection, recorder, &statements).await?;
    match asked.mode {
        Mode::Single => single(connection, &asked, &statements, &sending, images).await,
        Mode::Batch => batch(connection, &asked, &sending, images).await,
        Mode::Transaction => transaction(connection, &sending, images).await,
    }
}

async fn single(
    connection: &Connection,
    asked: &PartiQlRun,
    statements: &[Checked],
    sending: &[Sending],
    images: Images,
) -> Result<PartiQlResult> {
    let [(statement, sending)] = statements.iter().zip(sending).collect::<Vec<_>>()[..] else {
        return Err(Error::internal("a single run has one statement"));
    };
    let table = &statement.read.target().table;
    let reads = statement.read.kind() == Kind::Select;
    let bound = (&sending.text, &sending.parameters, asked.consistent);
    let scope = Scope::new(&connection.view.name, table, "ExecuteStatement", &bound)?;
    let mut token = scope.read(asked.cursor.as_deref())?;
    let paging = reads.then(|| Paging {
        limit: asked.limit,
        token: token.take().and_then(|mut key| match key.remove(TOKEN) {
            Some(dynadesk_shared::AttributeValue::S(token)) => Some(token),
            _ => None,
        }),
        consistent: asked.consistent,
    });
    match connection.engine.execute_statement(sending, paging.as_ref()).await {
        Ok(Executed {
            items,
            token,
            mut exchange,
        }) => {
            exchange.index.clone_from(&statement.read.target().index);
            let next = scope.issue(token.map(|token| Item::from([(TOKEN.to_owned(), dynadesk_shared::AttributeValue::S(token))])));
            let kept = images.done(connection, |_| Ok(())).await;
            Ok(answer(vec![StatementResult::Done { items }], next, exchange, kept))
        }
        Err(error) => {
            images.failed(&error).await;
            Err(of_table(table, error))
        }
    }
}

async fn batch(connection: &Connection, asked: &PartiQlRun, sending: &[Sending], images: Images) -> Result<PartiQlResult> {
    match connection.engine.batch_execute_statement(sending, asked.consistent).await {
        Ok(ExecutedAll { answers, exchange }) => {
            let kept = images
                .done(connection, |at| match answers.get(at) {
                    Some(Err(reason)) => Err(outcome::error_of(reason)),
                    _ => Ok(()),
                })
                .await;
            Ok(answer(answers.into_iter().map(outcome::of).collect(), None, exchange, kept))
        }
        Err(error) => {
            images.failed(&error).await;
            Err(error.into())
        }
    }
}

async fn transaction(connection: &Connection, sending: &[Sending], images: Images) -> Result<PartiQlResult> {
    let started = std::time::Instant::now();
    match connection.engine.execute_transaction(sending).await {
        Ok(ExecutedAll { answers, exchange }) => {
            let kept = images.done(connection, |_| Ok(())).await;
            let mut results: Vec<_> = answers.into_iter().map(outcome::of).collect();
            // Engines may say nothing of statements that only write; done they all are.
            results.resize_with(sending.len().max(results.len()), || StatementResult::Done { items: Vec::new() });
            Ok(answer(results, None, exchange, kept))
        }
        Err(error) => {
            images.failed(&error).await;
            let EngineErrorKind::TransactionCancelled { reasons } = &error.kind else {
                return Err(error.into());
            };
            if reasons.len() != sending.len() {
                return Err(error.into());
            }
            let request = crate::engine::partiql::transaction_json(sending);
            let exchange = crate::engine::convert::exchange("ExecuteTransaction", request, started);
            Ok(answer(
                reasons.iter().map(outcome::cancelled).collect(),
                None,
                exchange,
                (Vec::new(), None),
            ))
        }
    }
}

fn answer(
    results: Vec<StatementResult>,
    next: Option<String>,
    exchange: Exchange,
    (writes, unkept): (Vec<String>, Option<String>),
) -> PartiQlResult {
    PartiQlResult {
        results,
        next,
        exchange,
        writes,
        unkept,
    }
}
