//! Lines over time: read by eye, by pointer, by keyboard, and as the table of numbers behind it.

mod plot;

use std::collections::BTreeSet;

use leptos::html;
use leptos::prelude::*;

use super::data_table::DataTable;
use super::id;

#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    pub label: String,
    /// Drawn as a limit, not as something that happened.
    pub dashed: bool,
    /// One for each time; nothing is a gap.
    pub values: Vec<Option<f64>>,
}

/// The charts whose numbers are shown, by their titles: a page that provides this keeps them open when it draws its
/// charts anew.
#[derive(Clone, Copy)]
pub struct OpenNumbers(StoredValue<BTreeSet<String>>);

impl OpenNumbers {
    pub fn provide() {
        provide_context(Self(StoredValue::default()));
    }

    fn has(self, title: &str) -> bool {
        self.0.with_value(|titles| titles.contains(title))
    }

    fn keep(self, title: &str, is_open: bool) {
        self.0.update_value(|titles| match is_open {
            true => _ = titles.insert(title.to_owned()),
            false => _ = titles.remove(title),
        });
    }
}

/// One chart. It is redrawn by being made anew.
#[component]
pub fn Chart(
    #[prop(into)] title: String,
    /// What a value is: `units a second`.
    #[prop(into)]
    unit: String,
    /// The times, short, one for each value.
    times: Vec<String>,
    lines: Vec<ChartLine>,
    /// How a value reads.
    format: fn(f64) -> String,
    /// Said in the place of lines where there are none.
    #[prop(into)]
    empty: String,
) -> impl IntoView {
    let heading = id::unique("chart");
    let labelled = heading.clone();
    let points = times.len();
    let top = plot::top(lines.iter().flat_map(|line| &line.values));
    let at = RwSignal::new(None::<usize>);
    let (times, lines) = (StoredValue::new(times), StoredValue::new(lines));
    let spoken = move |at: usize| {
        let time = times.with_value(|times| times.get(at).cloned().unwrap_or_default());
        let values = lines.with_value(|lines| lines.iter().map(|line| say(line, at, format)).collect::<Vec<_>>().join(", "));
        format!("{time}: {values}")
    };
    let reading = Signal::derive(move || at.get().map(spoken));
    let nothing = lines.with_value(Vec::is_empty);
    let body = if nothing {
        view! { <p class="muted ui-chart-empty">{empty}</p> }.into_any()
    } else {
        view! {
            <div class="ui-chart-plot">
                <div class="ui-chart-axis" aria-hidden="true">
                    <span>{format(top)}</span>
                    <span>{format(top / 2.0)}</span>
                    <span>{format(0.0)}</span>
                </div>
                <Plot title=title.clone() points top lines at reading=spoken />
            </div>
            <div class="ui-chart-times" aria-hidden="true">
                {[0, points / 2, points.saturating_sub(1)]
                    .map(|at| view! { <span>{times.with_value(|times| times.get(at).cloned())}</span> })
                    .collect_view()}
            </div>
            <p class="ui-chart-reading" aria-hidden="true">
                {move || reading.get().unwrap_or_else(|| "Point at the chart, or use the arrow keys on it, to read its values.".to_owned())}
            </p>
            <Legend lines />
            <Numbers title=title.clone() unit=unit.clone() times lines format />
        }
        .into_any()
    };
    view! {
        <figure class="ui-chart" aria-labelledby=labelled>
            <figcaption class="ui-chart-head">
                <h2 id=heading>{title}</h2>
                <span class="muted">{unit}</span>
            </figcaption>
            {body}
        </figure>
    }
}

fn say(line: &ChartLine, at: usize, format: fn(f64) -> String) -> String {
    let value = line.values.get(at).copied().flatten().map_or_else(|| "no value".to_owned(), format);
    format!("{} {value}", line.label)
}

/// A line's own colour; those after the sixth begin anew and are told apart by their readings.
fn class(at: usize, line: &ChartLine) -> String {
    let dashed = if line.dashed { " is-limit" } else { "" };
    format!("ui-chart-line is-line-{}{dashed}", at % 6)
}

#[component]
fn Plot(
    title: String,
    points: usize,
    top: f64,
    lines: StoredValue<Vec<ChartLine>>,
    at: RwSignal<Option<usize>>,
    reading: impl Fn(usize) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let last = points.saturating_sub(1);
    let pointed = move |event: leptos::ev::PointerEvent| {
        let Some(element) = element.get_untracked() else { return };
        let place = element.get_bounding_client_rect();
        at.set(Some(plot::nearest(
            f64::from(event.client_x()) - place.left(),
            place.width(),
            points,
        )));
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let here = at.get_untracked().unwrap_or(last);
        let there = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => here.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => (here + 1).min(last),
            "PageDown" => here.saturating_sub(10),
            "PageUp" => (here + 10).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(there));
    };
    let drawn = lines.with_value(|lines| {
        let path = |(at, line): (usize, &ChartLine)| view! { <path class=class(at, line) d=plot::path(&line.values, top)></path> };
        lines.iter().enumerate().map(path).collect_view()
    });
    let rules = [0.0, 0.5, 1.0]
        .map(|part| view! { <line class="ui-chart-rule" x1="0" x2=plot::WIDTH y1=plot::HEIGHT * part y2=plot::HEIGHT * part></line> });
    view! {
        <div
            class="ui-chart-area"
            node_ref=element
            tabindex="0"
            role="slider"
            aria-label=format!("{title}, read by time")
            aria-valuemin="0"
            aria-valuemax=last.to_string()
            aria-valuenow=move || at.get().unwrap_or(last).to_string()
            aria-valuetext=move || reading(at.get().unwrap_or(last))
            on:pointermove=pointed
            on:pointerdown=pointed
            on:pointerleave=move |_| at.set(None)
            on:focus=move |_| at.update(|at| *at = at.or(Some(last)))
            on:blur=move |_| at.set(None)
            on:keydown=key
        >
            <svg viewBox=format!("0 0 {} {}", plot::WIDTH, plot::HEIGHT) preserveAspectRatio="none" aria-hidden="true">
                {rules.collect_view()}
                {drawn}
                {move || {
                    at.get()
                        .map(|at| {
                            let x = plot::across(at, points);
                            view! { <line class="ui-chart-cursor" x1=x x2=x y1="0" y2=plot::HEIGHT></line> }
                        })
                }}
            </svg>
        </div>
    }
}

#[component]
fn Legend(lines: StoredValue<Vec<ChartLine>>) -> impl IntoView {
    let item = |(at, line): (usize, &ChartLine)| {
        view! {
            <li>
                <svg class="ui-chart-key" viewBox="0 0 20 8" aria-hidden="true">
                    <path class=class(at, line) d="M1 4H19"></path>
                </svg>
                {line.label.clone()}
            </li>
        }
    };
    let items = lines.with_value(|lines| lines.iter().enumerate().map(item).collect_view());
    view! { <ul class="ui-chart-legend">{items}</ul> }
}

/// The numbers behind the lines, made when they are asked for.
#[component]
fn Numbers(
    title: String,
    unit: String,
    times: StoredValue<Vec<String>>,
    lines: StoredValue<Vec<ChartLine>>,
    format: fn(f64) -> String,
) -> impl IntoView {
    let kept = use_context::<OpenNumbers>();
    let was_open = kept.is_some_and(|kept| kept.has(&title));
    let open = RwSignal::new(was_open);
    let details = NodeRef::<html::Details>::new();
    let of = title.clone();
    let toggled = move |_| {
        // It is told a moment later, when the chart may be gone.
        let Some(Some(details)) = details.try_get_untracked() else { return };
        let is_open = details.has_attribute("open");
        open.try_set(is_open);
        if let Some(kept) = kept {
            kept.keep(&of, is_open);
        }
    };
    let table = move || {
        let head = lines.with_value(|lines| {
            let cell = |line: &ChartLine| view! { <th scope="col" class="is-numeric">{line.label.clone()}</th> };
            lines.iter().map(cell).collect_view()
        });
        let row = |at: usize, time: &String| {
            let cells = lines.with_value(|lines| {
                let cell = |line: &ChartLine| {
                    let value = line.values.get(at).copied().flatten().map_or_else(|| "–".to_owned(), format);
                    view! { <td class="is-numeric">{value}</td> }
                };
                lines.iter().map(cell).collect_view()
            });
            view! { <tr><th scope="row">{time.clone()}</th>{cells}</tr> }
        };
        // The newest stand first.
        let rows = times.with_value(|times| times.iter().enumerate().rev().map(|(at, time)| row(at, time)).collect_view());
        view! {
            <DataTable label=format!("{title}, {unit}")>
                <thead><tr><th scope="col">"Time"</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
    };
    view! {
        <details class="ui-chart-numbers" node_ref=details open=was_open on:toggle=toggled>
            <summary>"Numbers"</summary>
            {move || open.get().then(&table)}
        </details>
    }
}
