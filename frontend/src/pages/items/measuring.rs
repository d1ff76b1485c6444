//! A run of an access pattern: what its first page cost goes back to the sheet.

use dynadesk_shared::api::patterns::Measured;
use leptos::prelude::*;

use super::View;
use super::scan::Phase;
use crate::components::TableScope;
use crate::components::pattern_cost;
use crate::format;
use crate::nav;
use crate::ui::{IconName, LinkButton, Notice};

/// Keeps the cost once, when the first rows or the count are there.
pub fn measure(view: View, scope: &TableScope) {
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let kept = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let idle = view.scan.phase.get() == Phase::Idle;
        let Some(name) = view.pattern.get().filter(|_| idle) else { return };
        let totals = view.scan.totals.get_untracked();
        if totals.requests == 0 || kept.with_value(|kept| kept.as_deref() == Some(&name)) {
            return;
        }
        kept.set_value(Some(name.clone()));
        let measured = Measured {
            units: totals.units,
            requests: totals.requests,
            scanned: Some(totals.scanned),
            matched: Some(totals.matched),
            at: None,
        };
        pattern_cost::keep(connection.clone(), table.clone(), name, measured);
    });
}

/// Says of which pattern the rows are, with the way back.
#[component]
pub fn PatternNote(view: View, scope: TableScope) -> impl IntoView {
    let back = nav::patterns(&scope.connection.name, &scope.table);
    move || {
        let back = back.clone();
        view.pattern.get().map(|name| {
            let cost = move || {
                let totals = view.scan.totals.get();
                (totals.requests > 0).then(|| format!(": {} RCU so far", format::units(totals.units)))
            };
            view! {
                <Notice>
                    <span class="row">
                        <span>"Run of the access pattern " <strong>{name}</strong> {cost}</span>
                        <LinkButton small=true icon=IconName::ArrowLeft href=back>"Access patterns"</LinkButton>
                    </span>
                </Notice>
            }
        })
    }
}
