//! `dynadesk tables`

use dynadesk_shared::api::tables::TableView;
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::Common;
use super::desk::{Desk, Intent};
use super::failure::Failure;
use super::output::Output;
use crate::config::Config;
use crate::tables;

/// Descriptions that are asked for at once.
const AT_ONCE: usize = 8;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    /// Describe each: key, state, items and size as the engine last counted them, billing.
    #[arg(long)]
    details: bool,
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    let desk = Desk::open(config, options.common.connection.as_deref(), Intent::Read).await?;
    let engine = &desk.connection.engine;
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = tables::list(engine, after).await?;
        names.extend(page.names);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    if !options.details {
        for name in names {
            if output.is_json() {
                output.line(&json!({"name": name}))?;
            } else {
                output.text(&name)?;
            }
        }
        return Ok(());
    }
    let views = stream::iter(&names).map(|name| tables::describe(&desk.connection, &desk.state.follow_ups, name));
    let views: Vec<_> = views.buffered(AT_ONCE).collect().await;
    let views = views.into_iter().collect::<crate::error::Result<Vec<TableView>>>()?;
    if output.is_json() {
        return views.iter().try_for_each(|view| output.line(view));
    }
    let rows = views.iter().map(|view| {
        let key: Vec<_> = view
            .key
            .attributes()
            .map(|key| format!("{} {}", key.name, key.kind.name()))
            .collect();
        vec![
            view.name.clone(),
            view.status.clone(),
            key.join(", "),
            view.item_count.to_string(),
            view.size_bytes.to_string(),
            view.indexes.len().to_string(),
            view.billing_mode.clone(),
        ]
    });
    let head = ["TABLE", "STATE", "KEY", "ITEMS ≈", "BYTES ≈", "INDEXES", "BILLING"];
    output.table(&head, &[3, 4, 5], rows)
}
