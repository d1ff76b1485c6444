//! `dynadesk scan`

use dynadesk_shared::api::items::ScanRequest;
use dynadesk_shared::filter::Filter;
use dynadesk_shared::value::plain_line;
use dynadesk_shared::{AttributeValue, Item};

use super::Common;
use super::desk::{Desk, Intent, table_name};
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use crate::config::Config;
use crate::error::Error;
use crate::items;

/// Items that one request examines.
const PAGE: u32 = 1000;
/// Columns of a table for people; JSON has all attributes.
const COLUMNS: usize = 8;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    table: String,

    /// Scan this index instead of the table.
    #[arg(long, value_name = "INDEX")]
    index: Option<String>,

    /// Only items that match: a filter as JSON, as docs/API.md has it.
    #[arg(long, value_name = "JSON", value_parser = filter)]
    filter: Option<Filter>,

    /// Only these attributes: paths, separated by commas.
    #[arg(long, value_name = "PATHS", value_delimiter = ',')]
    projection: Vec<String>,

    /// Strongly consistent reads, at twice the capacity.
    #[arg(long)]
    consistent: bool,

    /// How many items to print at most.
    #[arg(long, value_name = "N", default_value_t = 100, conflicts_with = "all")]
    limit: u64,

    /// Print all of them: reads, and costs, the whole table.
    #[arg(long)]
    all: bool,
}

fn filter(text: &str) -> Result<Filter, String> {
    serde_json::from_str(text).map_err(|cause| cause.to_string())
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    table_name(&options.table)?;
    let desk = Desk::open(config, options.common.connection.as_deref(), Intent::Read).await?;
    let most = if options.all { u64::MAX } else { options.limit };
    let mut asked = ScanRequest {
        index: options.index,
        filter: options.filter,
        projection: options.projection,
        consistent: options.consistent,
        ..ScanRequest::default()
    };
    let mut progress = Progress::new();
    let (mut shown, mut printed, mut scanned, mut units) = (Vec::<Item>::new(), 0_u64, 0, 0.0);
    let more = loop {
        // Without a filter every item that is examined is printed, so no more are read than that.
        let left = if asked.filter.is_some() { u64::from(PAGE) } else { most - printed };
        asked.limit = u32::try_from(left).map_or(PAGE, |left| left.clamp(1, PAGE));
        let mut page = items::scan(&desk.connection, &options.table, asked.clone()).await?;
        scanned += page.scanned;
        units += page.exchange.consumed.unwrap_or_default();
        let next = page.next.take();
        let found = page.items.into_items().map_err(Error::from)?;
        let cut = found.len() as u64 > most - printed;
        for item in found.into_iter().take(usize::try_from(most - printed).unwrap_or(usize::MAX)) {
            printed += 1;
            if output.is_json() {
                output.line(&item)?;
            } else {
                shown.push(item);
            }
        }
        progress.say(&format!("{scanned} items examined, {printed} found, {units} capacity units"));
        match next {
            None => break cut,
            Some(_) if printed >= most => break true,
            cursor => asked.cursor = cursor,
        }
    };
    drop(progress);
    if !output.is_json() && !shown.is_empty() {
        let key: Vec<String> = match desk.connection.engine.describe_table_only(&options.table).await {
            Ok(view) => view.key.attributes().map(|key| key.name.clone()).collect(),
            // Who may scan may not always describe; the columns then stand in the order of the alphabet.
            Err(_) => Vec::new(),
        };
        print(output, key, &shown)?;
    }
    output.finish()?;
    let rest = if more { "; there are more: --limit or --all" } else { "" };
    output.note(&format!("{printed} items, {scanned} examined, {units} capacity units{rest}"));
    Ok(())
}

/// The key first, then the attributes that most items have.
fn print(output: &mut Output, mut columns: Vec<String>, items: &[Item]) -> Result<(), Failure> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for name in items.iter().flat_map(Item::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let mut others: Vec<_> = counts.iter().filter(|(name, _)| !columns.iter().any(|key| key == *name)).collect();
    others.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
    let hidden = (columns.len() + others.len()).saturating_sub(COLUMNS);
    columns.extend(others.iter().map(|(name, _)| (**name).to_owned()));
    columns.truncate(COLUMNS);
    let head: Vec<_> = columns.iter().map(String::as_str).collect();
    let rows = items
        .iter()
        .map(|item| columns.iter().map(|name| item.get(name).map_or(String::new(), cell)).collect());
    output.table(&head, &[], rows)?;
    if hidden > 0 {
        output.note(&format!("{hidden} more attributes: --json has them all"));
    }
    Ok(())
}

fn cell(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        other => plain_line::of_value(other),
    }
}
