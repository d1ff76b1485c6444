//! The charts, the table's before those of its indexes.

use dynadesk_shared::api::monitoring::{Chart as ChartView, MonitoringView, Topic, Unit};
use leptos::prelude::*;

use crate::format;
use crate::format::time::{Style, local};
use crate::ui::{Chart, ChartLine};

#[component]
pub fn Charts(view: MonitoringView) -> impl IntoView {
    let style = if view.step >= 3_600 { Style::Short } else { Style::Clock };
    let points = view
        .charts
        .first()
        .and_then(|chart| chart.lines.first())
        .map_or(0, |line| line.values.len());
    let times: Vec<String> = (0..points)
        .map(|at| local((view.from + at as i64 * view.step) * 1_000_000, style))
        .collect();
    let step = match view.step {
        60 => "a minute",
        300 => "in 5 minutes",
        _ => "an hour",
    };
    let mut charts = view.charts;
    charts.sort_by_key(|chart| chart.index.is_some());
    let drawn = charts.into_iter().map(|chart| one(chart, times.clone(), step)).collect_view();
    view! { <section class="monitoring-charts" aria-label="Charts">{drawn}</section> }
}

fn one(chart: ChartView, times: Vec<String>, step: &str) -> AnyView {
    let (unit, format): (String, fn(f64) -> String) = match chart.unit {
        Unit::UnitsASecond => ("capacity units a second".to_owned(), rate),
        Unit::Count => (format!("times {step}"), rate),
        Unit::Milliseconds => ("milliseconds".to_owned(), rate),
    };
    let empty = match chart.topic {
        Topic::Latency => "Nothing was measured in this period.",
        Topic::Requests => "Nothing was asked in this period.",
        _ => "Nothing happened in this period.",
    };
    let lines = chart
        .lines
        .into_iter()
        .map(|line| ChartLine {
            label: line.label,
            dashed: line.limit,
            values: line.values,
        })
        .collect();
    view! { <Chart title=chart.title unit times lines format empty /> }.into_any()
}

/// Three digits that matter: measurements have no more.
fn rate(value: f64) -> String {
    match value {
        _ if value == 0.0 => "0".to_owned(),
        _ if value.fract() == 0.0 || value >= 100.0 => format::count(value.round() as u64),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ if value >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_the_digits_that_matter() {
        let all = [0.0, 0.0083, 0.25, 12.34, 5.0, 1234.5].map(rate);
        assert_eq!(all, ["0", "0.0083", "0.25", "12.3", "5", "1,235"]);
    }
}
