//! Whether TTL is on, followed while the engine works on a change, and the way to change it.

use std::time::Duration;

use dynadesk_shared::api::expiry::{ExpiryChange, TtlStatus};
use dynadesk_shared::expiry::check_attribute;
use leptos::prelude::*;

use super::Expiry;
use super::switching::Switching;
use crate::ui::{Button, ButtonVariant, IconName, StatusDot, Tone};

/// How often a change under way is looked at again.
const AGAIN: Duration = Duration::from_secs(5);

#[component]
pub fn Status(page: Expiry, unable: Option<String>) -> impl IntoView {
    let state = Memo::new(move |_| page.ttl.ready(|view| view.state.clone()));
    let timer = set_interval_with_handle(
        move || {
            if page.ttl.ready_untracked(|view| view.state.status.is_under_way()) == Some(true) {
                page.ttl.poll();
            }
        },
        AGAIN,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    // Grids and the overview know TTL from the table's details.
    let details = page.scope.with_value(|scope| scope.details);
    Effect::new(move |before: Option<Option<_>>| {
        let now = state.get();
        if before.flatten().is_some_and(|before| Some(before) != now) {
            details.refresh();
        }
        now
    });
    let why_not = page.scope.with_value(super::TableScope::why_not_change);
    let blocked = Signal::derive(move || unable.clone().or_else(|| why_not.clone()));
    let asking = RwSignal::new(None::<ExpiryChange>);
    let change = Memo::new(move |_| {
        let seen = state.get()?;
        let (attribute, enabled) = match seen.status {
            TtlStatus::Enabled => (seen.attribute.clone()?, false),
            _ => (page.attribute.get(), true),
        };
        Some(ExpiryChange {
            seen,
            attribute,
            enabled,
            confirm: None,
        })
    });
    let not_now = Signal::derive(move || {
        blocked.get().or_else(|| {
            let change = change.get()?;
            if change.seen.status.is_under_way() {
                return Some("The engine still works on the last change".to_owned());
            }
            check_attribute(&change.attribute)
                .err()
                .map(|fault| format!("First {}", fault.message))
        })
    });
    let standing = move || {
        state.get().map(|state| {
            let (tone, words) = match (&state.status, &state.attribute) {
                (TtlStatus::Enabled, Some(name)) => (Tone::Good, format!("On, by {name}")),
                (TtlStatus::Enabled, None) => (Tone::Good, "On".to_owned()),
                (TtlStatus::Enabling, name) => (Tone::Accent, format!("Being turned on, by {}", name.clone().unwrap_or_default())),
                (TtlStatus::Disabling, _) => (Tone::Accent, "Being turned off".to_owned()),
                (TtlStatus::Disabled, _) => (Tone::Neutral, "Off".to_owned()),
            };
            let pulsing = state.status.is_under_way();
            view! { <StatusDot tone label=words pulsing /> }
        })
    };
    let verb = move || {
        change.get().map(|change| match (change.enabled, change.attribute.as_str()) {
            (false, name) => format!("Turn off {name}"),
            (true, "") => "Turn on".to_owned(),
            (true, name) => format!("Turn on, by {name}"),
        })
    };
    let advice = move || {
        let state = state.get()?;
        let chosen = page.attribute.get();
        let current = state.attribute.clone().unwrap_or_default();
        Some(match state.status {
            TtlStatus::Enabling | TtlStatus::Disabling => {
                let then = match state.status {
                    TtlStatus::Disabling if !chosen.is_empty() && chosen != current => {
                        format!(" When it is off, turn {chosen} on here: the second of the two changes.")
                    }
                    _ => String::new(),
                };
                format!(
                    "The engine works on it: on AWS this takes up to an hour, and no other change is taken meanwhile. This page looks again by itself.{then}"
                )
            }
            TtlStatus::Enabled if !chosen.is_empty() && chosen != current => format!(
                "To use {chosen} instead takes two changes: turn {current} off, wait until it is off, then turn {chosen} on. AWS takes up to an \
                hour between two changes; items of both kinds stay meanwhile."
            ),
            TtlStatus::Enabled => "Items are deleted within a few days of their time, without using write capacity.".to_owned(),
            TtlStatus::Disabled => "Nothing expires. Check the attribute below on a sample before you turn it on.".to_owned(),
        })
    };
    view! {
        <section class="card stack" aria-labelledby="expiry-status">
            <h2 id="expiry-status">"Time to live"</h2>
            <div class="expiry-standing" role="status">
                {standing}
                {move || page.ttl.failure().is_some().then(|| view! { <span class="muted">"Not known: it could not be read."</span> })}
            </div>
            <p>{advice}</p>
            <div class="row">
                {move || {
                    change
                        .get()
                        .map(|change| {
                            let variant = if change.enabled { ButtonVariant::Primary } else { ButtonVariant::Secondary };
                            let icon = if change.enabled { IconName::Clock } else { IconName::Stop };
                            view! {
                                <Button variant icon disabled=not_now on_press=move |()| asking.set(Some(change.clone()))>
                                    {verb}
                                </Button>
                            }
                        })
                }}
            </div>
            <Switching page asking />
        </section>
    }
}
