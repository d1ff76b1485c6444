//! Charts from Dynadesk's own counters.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::api::monitoring::{Chart, Consumed, Line, MonitoringView, Period, Source, Topic, Unit};
use dynadesk_shared::api::tables::TableView;

use super::{limit, line, parts, title};
use crate::engine::metrics::{Bucket, Counters};

type Points = BTreeMap<usize, Bucket>;

/// The minute that is being counted is the last point: whoever just did something sees it.
pub fn view(counters: &Counters, now: i64, table: &TableView, period: Period) -> MonitoringView {
    let (from, until) = {
        let (from, until) = period.until(now);
        (from + period.step(), until + period.step())
    };
    let points = counters.read(&table.name, from / 60, until / 60, period.step() / 60);
    let since = Some(counters.since() * 60).filter(|since| *since > from);
    let mut charts = capacity(table, &points, period);
    charts.extend(others(&points, period));
    let sum = points.values().map(|bucket| bucket.spent.sum());
    let (read_units, write_units) = sum.fold((0.0, 0.0), |(read, write), spent| (read + spent.read, write + spent.write));
    MonitoringView {
        source: Source::Dynadesk,
        place: "Dynadesk's own counters".to_owned(),
        period,
        from,
        step: period.step(),
        since,
        charts,
        consumed: Consumed {
            read_units,
            write_units,
            // Less than a minute says nothing of a month.
            seconds: (now - since.unwrap_or(from)).max(60),
        },
        notes: vec![
            "Only requests that passed through this server since it started, each of its attempts counted; what others ask of the table is not in here.".to_owned(),
            "Writes report one sum: what they consumed in indexes is counted with the table.".to_owned(),
        ],
        exchange: None,
    }
}

/// Values of all points, nought where nothing passed.
fn counted(points: &Points, period: Period, value: impl Fn(&Bucket) -> f64) -> Vec<Option<f64>> {
    (0..period.points()).map(|at| Some(points.get(&at).map_or(0.0, &value))).collect()
}

fn capacity(table: &TableView, points: &Points, period: Period) -> Vec<Chart> {
    let seconds = period.step() as f64;
    let mut reads = Vec::new();
    let mut writes = Vec::new();
    for (index, throughput) in parts(table) {
        let spent = |bucket: &Bucket| match index {
            None => bucket.spent.table,
            Some(name) => bucket.spent.indexes.get(name).copied().unwrap_or_default(),
        };
        let chart = |topic, of: &str, used: Vec<Option<f64>>, provisioned: Option<u64>| {
            let mut lines = vec![line("Consumed", used)];
            lines.extend(provisioned.map(|units| limit(vec![Some(units as f64); period.points()])));
            Chart {
                topic,
                title: title(of, index),
                unit: Unit::UnitsASecond,
                index: index.map(str::to_owned),
                lines,
            }
        };
        let used = counted(points, period, |bucket| spent(bucket).read / seconds);
        reads.push(chart(
            Topic::ReadCapacity,
            "Read capacity",
            used,
            throughput.map(|units| units.read),
        ));
        let used = counted(points, period, |bucket| spent(bucket).write / seconds);
        writes.push(chart(
            Topic::WriteCapacity,
            "Write capacity",
            used,
            throughput.map(|units| units.write),
        ));
    }
    reads.extend(writes);
    reads
}

fn others(points: &Points, period: Period) -> [Chart; 4] {
    let chart = |topic, title: &str, unit, lines: Vec<Line>| Chart {
        topic,
        title: title.to_owned(),
        unit,
        index: None,
        lines,
    };
    let percentile = |percent| {
        let values = (0..period.points()).map(|at| points.get(&at)?.latencies.percentile(percent));
        line(format!("{percent} of 100 within"), values.collect())
    };
    let operations: BTreeSet<&String> = points.values().flat_map(|bucket| bucket.operations.keys()).collect();
    let of_operation = |operation: &String| {
        let count = |bucket: &Bucket| bucket.operations.get(operation).copied().unwrap_or_default() as f64;
        line(operation, counted(points, period, count))
    };
    [
        chart(
            Topic::Throttles,
            "Throttled",
            Unit::Count,
            vec![line("Attempts", counted(points, period, |bucket| bucket.throttled as f64))],
        ),
        chart(Topic::Latency, "Latency", Unit::Milliseconds, vec![percentile(50), percentile(99)]),
        chart(
            Topic::Errors,
            "Errors",
            Unit::Count,
            vec![
                line("Refused by the engine", counted(points, period, |bucket| bucket.refused as f64)),
                line("Failed in the engine", counted(points, period, |bucket| bucket.failed as f64)),
            ],
        ),
        chart(
            Topic::Requests,
            "Requests",
            Unit::Count,
            operations.into_iter().map(of_operation).collect(),
        ),
    ]
}
