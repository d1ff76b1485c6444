//! What came of a deletion that did not delete everything.

use leptos::prelude::*;

use super::super::View;
use super::{Failed, Report};
use crate::format;
use crate::ui::{DataTable, Dialog, DialogWidth};

/// More lines than this are not read by anybody.
const SHOWN: usize = 500;

#[component]
pub fn ReportDialog(view: View) -> impl IntoView {
    let report = view.chosen.report;
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(report.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            report.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        report.with(|report| match report {
            Some(report) => format!(
                "{} of {} deleted",
                format::count(report.done as u64),
                format::counted(report.of as u64, "item", "items")
            ),
            None => "Deleted".to_owned(),
        })
    });
    view! {
        <Dialog open title width=DialogWidth::Wide>
            {move || report.get().map(content)}
        </Dialog>
    }
}

fn content(report: Report) -> impl IntoView {
    let more = report.failed.len().saturating_sub(SHOWN);
    let any = !report.failed.is_empty();
    let changed = report.changed;
    let line = |Failed { key, reason }: Failed| view! { <tr><td class="mono">{format::short(&key.to_string())}</td><td>{reason}</td></tr> };
    let lines = report.failed.into_iter().take(SHOWN).map(line).collect_view();
    view! {
        <div class="stack chosen-report">
            {report.stopped.then(|| view! { <p>"You stopped it. The rest was not tried."</p> })}
            {(changed > 0)
                .then(|| {
                    let rows = format::counted(changed as u64, "row", "rows");
                    view! { <p>{format!("Not tried, because it changed since you saw it or is gone: {rows}")}</p> }
                })}
            {any
                .then(|| {
                    view! {
                        <DataTable label="Items that stay">
                            <thead><tr><th scope="col">"Key"</th><th scope="col">"Why it stays"</th></tr></thead>
                            <tbody>{lines}</tbody>
                        </DataTable>
                    }
                })}
            {(more > 0).then(|| view! { <p class="muted">{format!("and {} more", format::count(more as u64))}</p> })}
        </div>
    }
}
