//! What is left of the hour's budget for reading whole tables, where a connection has one.

use dynadesk_shared::api::budgets::BudgetHour;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::format;
use crate::state::{use_connections, use_navigation};

/// From here on it is said in the colour of a warning.
const NEARLY: f64 = 0.8;

#[component]
pub fn ScanBudgetNote(
    /// The table that would be read as a whole; nothing while none would be.
    #[prop(into)]
    table: Signal<Option<String>>,
    /// Changes whenever something was read, and is nothing while something is.
    #[prop(into)]
    read: Signal<Option<u64>>,
) -> impl IntoView {
    let (connections, route) = (use_connections(), use_navigation().route());
    let place = Memo::new(move |_| {
        let connection = route.with(|route| route.connection().map(str::to_owned))?;
        let has = connections.named(&connection).is_some_and(|one| one.scan_budget);
        Some((connection, table.get()?)).filter(|_| has)
    });
    let hour = RwSignal::new(None::<BudgetHour>);
    let turn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let (place, read) = (place.get(), read.get());
        turn.update_value(|turn| *turn += 1);
        let Some((connection, table)) = place else {
            hour.set(None);
            return;
        };
        if read.is_none() {
            return;
        }
        let own = turn.get_value();
        spawn_local(async move {
            // What cannot be said now is said after the next page.
            if let Ok(budget) = api::budgets::scan_budget(&connection, &table).await
                && turn.try_get_value() == Some(own)
            {
                hour.try_set(budget.hour);
            }
        });
    });
    move || {
        hour.get().map(|hour| {
            let nearly = hour.used >= hour.units as f64 * NEARLY;
            let text = words(&hour);
            view! { <span class="scan-budget" class:is-nearly=nearly role="status">{text}</span> }
        })
    }
}

fn words(hour: &BudgetHour) -> String {
    let back = format::counted(hour.seconds_left.div_ceil(60), "minute", "minutes");
    match hour.is_spent() {
        true => format!("Scan budget of {} RCU used up, back in {back}", format::count(hour.units)),
        false => format!(
            "Scan budget: {} of {} RCU used this hour",
            format::units(hour.used),
            format::count(hour.units)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_says_what_is_used_and_when_it_is_back() {
        let hour = |used: f64| BudgetHour {
            units: 1000,
            used,
            resets_at: String::new(),
            seconds_left: 61,
        };
        assert_eq!(words(&hour(0.5)), "Scan budget: 0.5 of 1,000 RCU used this hour");
        assert_eq!(words(&hour(1000.0)), "Scan budget of 1,000 RCU used up, back in 2 minutes");
    }
}
