//! One setting: what it is today, what limits its changes, and its form when it is asked for.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::SettingsView;
use leptos::prelude::*;

use super::desk::{Desk, button_id};
use crate::format::sentence;
use crate::ui::{Button, IconName};

/// Why a setting cannot be changed here, said before anyone tries.
pub fn why_not(desk: Desk, feature: Option<Feature>) -> Option<String> {
    desk.scope.with_value(|scope| {
        let missing = feature.and_then(|feature| scope.connection.capabilities.why_not(feature).map(sentence));
        missing.or_else(|| scope.why_not_change())
    })
}

#[component]
pub fn Card(
    desk: Desk,
    /// Names the form among the others.
    form: &'static str,
    title: &'static str,
    /// What it is now.
    today: fn(&SettingsView) -> AnyView,
    /// What DynamoDB limits.
    limit: &'static str,
    /// What an engine must be able to do.
    #[prop(optional)]
    feature: Option<Feature>,
    /// The label of the button that opens the form.
    #[prop(into)]
    change: Signal<String>,
    /// The form; built when it is opened.
    content: fn(Desk, SettingsView) -> AnyView,
    #[prop(optional, into)] more: ViewFn,
) -> impl IntoView {
    let missing = feature.is_some_and(|feature| {
        desk.scope
            .with_value(|scope| scope.connection.capabilities.why_not(feature).is_some())
    });
    let reason = why_not(desk, feature);
    let said = missing.then(|| reason.clone()).flatten();
    view! {
        <section class="card settings-card" class:is-missing=missing aria-label=title>
            <div class="settings-head">
                <h2>{title}</h2>
                <OpenButton desk form=form.to_owned() reason>{change}</OpenButton>
            </div>
            // What an engine lacks it has no value of, whatever its description leaves out.
            {(!missing).then_some(move || desk.view.ready(today))}
            {move || more.run()}
            {match said {
                Some(reason) => view! { <p class="settings-limit">{reason}</p> }.into_any(),
                None => (!limit.is_empty()).then(|| view! { <p class="settings-limit">{limit}</p> }).into_any(),
            }}
            <Opened desk form=form.to_owned() content />
        </section>
    }
}

/// The button that opens a form, and that the focus comes back to.
#[component]
pub fn OpenButton(
    desk: Desk,
    form: String,
    reason: Option<String>,
    #[prop(default = IconName::Edit)] icon: IconName,
    children: Children,
) -> impl IntoView {
    let id = button_id(&form);
    let (own, opened) = (form.clone(), form.clone());
    let disabled = Signal::derive(move || {
        let open = desk.is_open(&own).then(|| "Its form is open below".to_owned());
        reason.clone().or(open)
    });
    view! {
        <span id=id>
            <Button small=true icon disabled on_press=move |()| desk.begin(opened.clone())>
                {children()}
            </Button>
        </span>
    }
}

/// The form, while it is open.
#[component]
pub fn Opened(desk: Desk, form: String, content: fn(Desk, SettingsView) -> AnyView) -> impl IntoView {
    let open = Memo::new(move |_| desk.is_open(&form));
    move || {
        let seen = open.get().then(|| desk.seen()).flatten()?;
        Some(untrack(|| content(desk, seen)))
    }
}

/// A name and a value of today.
pub fn fact(name: impl Into<String>, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name.into()}</dt><dd>{value.into_any()}</dd></div> }.into_any()
}

pub fn facts(all: Vec<AnyView>) -> AnyView {
    view! { <dl class="facts">{all}</dl> }.into_any()
}
