//! Charts from CloudWatch's metrics of DynamoDB.

use dynadesk_shared::api::monitoring::{Chart, Consumed, MonitoringView, Period, Source, Topic, Unit};
use dynadesk_shared::api::tables::TableView;

use super::{limit, line, parts, title};
use crate::engine::CloudWatch;
use crate::engine::cloudwatch::{QUERIES, Query, Series};
use crate::error::Result;

/// What a screen follows; each has its own metric of latency and errors.
const OPERATIONS: [&str; 10] = [
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
];

/// A chart before its numbers are known.
struct Plan {
    topic: Topic,
    title: String,
    unit: Unit,
    index: Option<String>,
    lines: Vec<PlannedLine>,
}

struct PlannedLine {
    label: String,
    limit: bool,
    query: Query,
}

/// Reads all charts in one request.
pub async fn view(cloudwatch: &CloudWatch, now: i64, table: &TableView, period: Period) -> Result<MonitoringView> {
    let (plans, left_out) = plans(table);
    let queries: Vec<Query> = plans.iter().flat_map(|plan| &plan.lines).map(|line| line.query.clone()).collect();
    let times = period.until(now);
    let (series, exchange) = cloudwatch.read(&queries, times, period.step()).await?;
    let mut series = series.into_iter();
    let mut consumed = Consumed {
        seconds: period.seconds(),
        ..Consumed::default()
    };
    let charts = plans
        .into_iter()
        .map(|plan| {
            let own: Vec<Series> = series.by_ref().take(plan.lines.len()).collect();
            let used = own.first().map_or(0.0, |used| used.values().sum());
            match plan.topic {
                Topic::ReadCapacity => consumed.read_units += used,
                Topic::WriteCapacity => consumed.write_units += used,
                _ => {}
            }
            chart(plan, &own, times.0, period)
        })
        .collect();
    let mut notes = vec![
        "CloudWatch counts everybody's requests. Its newest minutes may still change.".to_owned(),
        "Errors of the caller (UserErrors) are kept by AWS for the account as a whole and are not shown here.".to_owned(),
    ];
    if left_out > 0 {
        notes.push(format!(
            "One request to CloudWatch has {QUERIES} series at most: {left_out} charts of indexes are left out."
        ));
    }
    Ok(MonitoringView {
        source: Source::CloudWatch,
        place: cloudwatch.place().to_owned(),
        period,
        from: times.0,
        step: period.step(),
        since: None,
        charts,
        consumed,
        notes,
        exchange: Some(exchange),
    })
}

/// All charts, the table's first, and how many do not fit into one request.
fn plans(table: &TableView) -> (Vec<Plan>, usize) {
    let mut all = vec![latency(table), errors(table)];
    for (index, throughput) in parts(table) {
        let about = || {
            let mut about = vec![("TableName", table.name.clone())];
            about.extend(index.map(|index| ("GlobalSecondaryIndexName", index.to_owned())));
            about
        };
        let planned = |label: &str, metric, stat| PlannedLine {
            label: label.to_owned(),
            limit: stat == "Average",
            query: Query {
                metric,
                dimensions: about(),
                stat,
            },
        };
        let plan = |topic, of: &str, unit, lines| Plan {
            topic,
            title: title(of, index),
            unit,
            index: index.map(str::to_owned),
            lines,
        };
        let capacity = |topic, of: &str, used, provisioned| {
            let mut lines = vec![planned("Consumed", used, "Sum")];
            lines.extend(throughput.map(|_| planned("Provisioned", provisioned, "Average")));
            plan(topic, of, Unit::UnitsASecond, lines)
        };
        all.push(capacity(
            Topic::ReadCapacity,
            "Read capacity",
            "ConsumedReadCapacityUnits",
            "ProvisionedReadCapacityUnits",
        ));
        all.push(capacity(
            Topic::WriteCapacity,
            "Write capacity",
            "ConsumedWriteCapacityUnits",
            "ProvisionedWriteCapacityUnits",
        ));
        let throttles = vec![
            planned("Reads", "ReadThrottleEvents", "Sum"),
            planned("Writes", "WriteThrottleEvents", "Sum"),
        ];
        all.push(plan(Topic::Throttles, "Throttled", Unit::Count, throttles));
    }
    let mut room = QUERIES;
    let fits = all
        .iter()
        .take_while(|plan| {
            let fits = plan.lines.len() <= room;
            room = room.saturating_sub(plan.lines.len());
            fits
        })
        .count();
    let left_out = all.len() - fits;
    all.truncate(fits);
    // Stable: capacity first, in the order of table and indexes.
    all.sort_by_key(|plan| (plan.topic as u8, plan.index.is_some()));
    (all, left_out)
}

fn of_operation(table: &TableView, metric: &'static str, operation: &str, stat: &'static str) -> Query {
    Query {
        metric,
        dimensions: vec![("TableName", table.name.clone()), ("Operation", operation.to_owned())],
        stat,
    }
}

fn latency(table: &TableView) -> Plan {
    let planned = |operation: &&str, label: &str, stat| PlannedLine {
        label: format!("{operation}, {label}"),
        limit: false,
        query: of_operation(table, "SuccessfulRequestLatency", operation, stat),
    };
    let both = OPERATIONS
        .iter()
        .flat_map(|operation| [planned(operation, "average", "Average"), planned(operation, "99 of 100", "p99")]);
    Plan {
        topic: Topic::Latency,
        title: "Latency".to_owned(),
        unit: Unit::Milliseconds,
        index: None,
        lines: both.collect(),
    }
}

fn errors(table: &TableView) -> Plan {
    let of_table = |label: &str, metric| PlannedLine {
        label: label.to_owned(),
        limit: false,
        query: Query {
            metric,
            dimensions: vec![("TableName", table.name.clone())],
            stat: "Sum",
        },
    };
    let mut lines = vec![
        of_table("Conditions that did not hold", "ConditionalCheckFailedRequests"),
        of_table("Transaction conflicts", "TransactionConflict"),
    ];
    lines.extend(OPERATIONS.iter().map(|operation| PlannedLine {
        label: format!("{operation}, system errors"),
        limit: false,
        query: of_operation(table, "SystemErrors", operation, "Sum"),
    }));
    Plan {
        topic: Topic::Errors,
        title: "Errors".to_owned(),
        unit: Unit::Count,
        index: None,
        lines,
    }
}

/// Puts the numbers on their times. What was counted and is not there did not happen; what was
/// measured and is not there is unknown.
fn chart(plan: Plan, series: &[Series], from: i64, period: Period) -> Chart {
    let step = period.step();
    let times = || (0..period.points()).map(|at| from + at as i64 * step);
    let capacity = plan.unit == Unit::UnitsASecond;
    let quiet = |series: &Series| series.values().all(|value| *value == 0.0);
    let mut lines = Vec::new();
    for (planned, series) in plan.lines.into_iter().zip(series) {
        // An operation that nobody used would only fill the legend.
        let many = matches!(plan.topic, Topic::Latency) || planned.label.ends_with("system errors");
        if many && quiet(series) {
            continue;
        }
        let missing = match (plan.unit, planned.limit) {
            (Unit::Milliseconds, _) | (_, true) => None,
            _ => Some(0.0),
        };
        let value = |at| {
            let value = series.get(&at).copied();
            let a_second = value.map(|value| if capacity && !planned.limit { value / step as f64 } else { value });
            a_second.or(missing)
        };
        let values = times().map(value).collect();
        lines.push(if planned.limit {
            limit(values)
        } else {
            line(planned.label, values)
        });
    }
    Chart {
        topic: plan.topic,
        title: plan.title,
        unit: plan.unit,
        index: plan.index,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_become_units_a_second_and_gaps_keep_their_meaning() {
        let query = || of_operation(&table(0), "x", "Scan", "Sum");
        let planned = |label: &str, limit| PlannedLine {
            label: label.to_owned(),
            limit,
            query: query(),
        };
        let plan = Plan {
            topic: Topic::ReadCapacity,
            title: String::new(),
            unit: Unit::UnitsASecond,
            index: None,
            lines: vec![planned("Consumed", false), planned("Provisioned", true)],
        };
        let series = [Series::from([(60, 120.0)]), Series::from([(0, 5.0)])];
        let chart = chart(plan, &series, 0, Period::Hour);
        assert_eq!(chart.lines[0].values[..2], [Some(0.0), Some(2.0)]);
        assert_eq!(chart.lines[1].values[..2], [Some(5.0), None]);
        assert_eq!(chart.lines[0].values.len(), 60);
    }

    #[test]
    fn one_request_holds_every_index_that_dynamodb_allows() {
        let (plans, left_out) = plans(&table(20));
        let queries: usize = plans.iter().map(|plan| plan.lines.len()).sum();
        assert!(queries <= QUERIES && left_out == 0, "{queries}");
        assert_eq!(plans[0].index, None);
        assert!(plans[0].topic == Topic::ReadCapacity);
        assert_eq!(plans[1].lines[0].query.dimensions[1].0, "GlobalSecondaryIndexName");
        let (_, left_out) = super::plans(&table(200));
        assert!(left_out > 0);
    }

    fn table(indexes: usize) -> TableView {
        let key = serde_json::json!({"partition": [{"name": "pk", "type": "S"}], "sort": []});
        let index = |at| {
            serde_json::json!({"name": format!("index-{at}"), "kind": "GSI", "key": key, "projection": "ALL", "item_count": 0, "size_bytes": 0,
                "throughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}})
        };
        serde_json::from_value(serde_json::json!({
            "name": "notes", "status": "ACTIVE", "key": key, "item_count": 0, "size_bytes": 0, "billing_mode": "PROVISIONED",
            "throughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, "deletion_protection": false, "table_class": "STANDARD",
            "tags": {}, "indexes": (0..indexes).map(index).collect::<Vec<_>>(),
            "exchange": {"operation": "DescribeTable", "request": {}, "took_ms": 0},
        }))
        .expect("a table")
    }
}
