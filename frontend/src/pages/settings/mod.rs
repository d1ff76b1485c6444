//! The settings of a table: what each is today, and a form that changes it after showing how.

mod capacity;
mod card;
mod change;
mod desk;
mod difference;
mod draft;
mod encryption;
mod follow;
mod indexes;
mod maximum;
mod new_index;
mod policy;
mod stream;
mod tags;
mod units;
mod warm;
mod words;

use dynadesk_shared::api::settings::SettingsView;
use leptos::prelude::*;

use crate::components::{FailurePanel, RequestButton, TableFrame, TableScope};
use crate::format::sentence;
use crate::nav::{self, Section};
use crate::state::{Load, use_unsaved};
use crate::ui::{Button, IconName, LinkButton, Notice, Skeleton, Tone};
use capacity::CapacityCard;
use card::{fact, facts};
use desk::Desk;
use encryption::EncryptionCard;
use follow::UnderWay;
use indexes::IndexesCard;
use maximum::MaximumCard;
use policy::PolicyCard;
use stream::StreamCard;
use tags::TagsCard;
use warm::WarmCard;
use words::{ClassCard, ProtectionCard};

#[component]
pub fn SettingsPage(scope: TableScope) -> impl IntoView {
    let desk = Desk::new(&scope);
    follow::follow(desk);
    let typed = Signal::derive(move || {
        desk.typed
            .get()
            .then(|| "A form of this table's settings is open; what you typed there would be lost.".to_owned())
    });
    use_unsaved().hold(typed);
    let connection = StoredValue::new(scope.connection.clone());
    let exchange = Signal::derive(move || desk.view.ready(|view| view.exchange.clone()));
    let actions = move || {
        view! {
            <Button icon=IconName::Refresh busy=desk.view.busy() on_press=move |()| desk.view.refresh()>"Describe again"</Button>
            <RequestButton connection=connection.get_value() exchange />
        }
    };
    let read_only = scope.why_not_change();
    // A form that is open stays while the settings cannot be read again.
    let known = desk.view.known();
    let failed = move || {
        // A table that does not exist is said by the frame.
        let failure = desk.view.failure().filter(|failure| !failure.is_not_found())?;
        let retry = Callback::new(move |()| desk.view.reload());
        Some(view! { <FailurePanel what="The settings could not be read" failure retry busy=desk.view.busy() /> })
    };
    let content = move || match known.get() {
        true => view! { <Cards desk /> }.into_any(),
        false => {
            let loading = move || desk.view.with(|state| matches!(state, Load::Loading));
            view! { <Show when=loading><Skeleton lines=10 label="Loading the settings" /></Show> }.into_any()
        }
    };
    view! {
        <TableFrame scope actions>
            {read_only
                .clone()
                .map(|reason| view! { <Notice tone=Tone::Warning>{format!("{reason}: its settings can be seen and not changed.")}</Notice> })}
            {failed}
            {content}
        </TableFrame>
    }
}

#[component]
fn Cards(desk: Desk) -> impl IntoView {
    let unread = move || {
        let all = desk.view.ready(|view| view.unread.clone()).unwrap_or_default();
        all.into_iter()
            .filter(|(part, _)| part != "resource_policy")
            .map(|(part, why)| {
                let text = format!("{} could not be read: {why}", sentence(&part.replace('_', " ")));
                view! { <Notice tone=Tone::Warning>{text}</Notice> }
            })
            .collect_view()
    };
    view! {
        <UnderWay desk />
        {unread}
        <div class="settings">
            <CapacityCard desk />
            <MaximumCard desk />
            <WarmCard desk />
            <IndexesCard desk />
            <StreamCard desk />
            <ExpiryCard desk />
            <ProtectionCard desk />
            <ClassCard desk />
            <TagsCard desk />
            <EncryptionCard desk />
            <PolicyCard desk />
        </div>
    }
}

/// TTL is chosen on a page of its own, with a look at what would expire.
#[component]
fn ExpiryCard(desk: Desk) -> impl IntoView {
    let href = desk
        .scope
        .with_value(|scope| nav::table(&scope.connection.name, &scope.table, Section::Expiry));
    let today = |view: &SettingsView| match view.ttl_attribute.clone() {
        Some(name) => facts(vec![fact("Attribute", view! { <code>{name}</code> })]),
        None => facts(vec![fact("Attribute", "Off")]),
    };
    view! {
        <section class="card settings-card" aria-label="Time to live">
            <div class="settings-head">
                <h2>"Time to live"</h2>
                <LinkButton small=true icon=IconName::Clock href>"Expiry"</LinkButton>
            </div>
            {move || desk.view.ready(today)}
            <p class="settings-limit">"It is switched on the page Expiry, which looks at the items first."</p>
        </section>
    }
}
