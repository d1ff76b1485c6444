//! What a table consumes and how it answers: from CloudWatch, or from what passed through here.

mod cloud;
mod own;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::monitoring::{Line, MonitoringView, Period, Source};
use dynadesk_shared::api::tables::{IndexKind, TableView, Throughput};

use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::tables::of_table;

/// The charts of a table. Without a wish they are CloudWatch's where the connection has it.
pub async fn view(connection: &Connection, now: i64, table: &str, period: Period, wanted: Option<Source>) -> Result<MonitoringView> {
    let engine = &connection.engine;
    let described = engine.describe_table_only(table).await.map_err(|error| of_table(table, error))?;
    match (wanted, engine.cloudwatch()) {
        (None | Some(Source::CloudWatch), Some(cloudwatch)) => cloud::view(cloudwatch, now, &described, period).await,
        (Some(Source::CloudWatch), None) => {
            let why = engine.capabilities().why_not(Feature::Metrics).unwrap_or("it has none");
            Err(Error::invalid(
                "unsupported_by_engine",
                format!("there is no CloudWatch here: {why}"),
            ))
        }
        (None | Some(Source::Dynadesk), _) => Ok(own::view(engine.counters(), now, &described, period)),
    }
}

/// What of a table has capacity of its own: the table first, then its global indexes.
fn parts(table: &TableView) -> impl Iterator<Item = (Option<&str>, Option<Throughput>)> {
    let indexes = table.indexes.iter().filter(|index| index.kind == IndexKind::Gsi);
    std::iter::once((None, table.throughput)).chain(indexes.map(|index| (Some(index.name.as_str()), index.throughput)))
}

fn title(of: &str, index: Option<&str>) -> String {
    index.map_or_else(|| of.to_owned(), |index| format!("{of}, index {index}"))
}

fn line(label: impl Into<String>, values: Vec<Option<f64>>) -> Line {
    Line {
        label: label.into(),
        limit: false,
        values,
    }
}

fn limit(values: Vec<Option<f64>>) -> Line {
    Line {
        label: "Provisioned".to_owned(),
        limit: true,
        values,
    }
}
