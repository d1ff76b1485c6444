//! A new table: a form that shows the exact request it will send.

mod capacity;
mod draft;
mod faults;
mod follow;
mod indexes;
mod keys;
mod paste;
mod preview;
mod settings;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::create_table::{presets, validate};
use leptos::prelude::*;

use crate::components::scope::why_not_change;
use crate::components::{FailurePanel, Page};
use crate::nav;
use crate::ui::{Button, ButtonVariant, Field, IconName, LinkButton, Menu, MenuItem, Notice, TextInput, Tone, focus};
use draft::Draft;
use faults::Faults;
use follow::{Answer, Creation};
use indexes::Indexes;
use keys::KeySide;
use paste::PasteDialog;
use preview::Preview;
use settings::{Billing, Settings};

#[component]
pub fn TableNewPage(connection: ConnectionView) -> impl IntoView {
    let draft = Draft::blank();
    let request = Memo::new(move |_| draft.request());
    let faults = {
        let engine = connection.capabilities.clone();
        Faults::new(Memo::new(move |_| request.with(|request| validate(request, &engine))))
    };
    let creation = RwSignal::new(Creation::Idle);
    let pasting = RwSignal::new(false);
    let fill = move |create: &_| {
        draft.fill(create);
        faults.reset();
    };
    let presets = Signal::derive(move || {
        let cruddur = |with_index: bool| move || fill(&presets::cruddur_messages(with_index));
        vec![
            MenuItem::new("Cruddur messages with its index", cruddur(true)).icon(IconName::Chat),
            MenuItem::new("Cruddur messages without index", cruddur(false)).icon(IconName::Chat),
            MenuItem::new("Blank", move || fill(&blank())).icon(IconName::Table),
        ]
    });
    let actions = move || {
        view! {
            <Button icon=IconName::Code on_press=move |()| pasting.set(true)>"Paste JSON"</Button>
            <Menu label="Presets" icon=IconName::Box items=presets />
        }
    };
    let read_only = why_not_change(&connection);
    let shown = connection.clone();
    let content = move || {
        let taken = creation.with(|creation| match creation {
            Creation::Taken(created) => Some(created.clone()),
            _ => None,
        });
        match taken {
            Some(created) => view! { <Answer connection=shown.clone() created /> }.into_any(),
            None => view! { <Form connection=shown.clone() draft faults creation /> }.into_any(),
        }
    };
    let taken = Memo::new(move |_| creation.with(|creation| matches!(creation, Creation::Taken(_))));
    view! {
        <Page title="Create a table" actions>
            {read_only.map(|reason| view! { <Notice tone=Tone::Warning>{format!("{reason}: nothing can be created here.")}</Notice> })}
            <div class="table-new">
                <div class="table-new-form">
                    {move || {
                        // Only the answer takes the form's place; a refusal stays beside what was typed.
                        taken.track();
                        untrack(&content)
                    }}
                </div>
                <Preview connection request />
            </div>
            <PasteDialog open=pasting on_take=move |create| fill(&create) />
        </Page>
    }
}

fn blank() -> dynadesk_shared::api::tables::TableCreate {
    let mut blank = dynadesk_shared::api::tables::TableCreate::default();
    blank.request.billing_mode = Some(draft::ON_DEMAND.to_owned());
    blank
}

#[component]
fn Form(connection: ConnectionView, draft: Draft, faults: Faults, creation: RwSignal<Creation>) -> impl IntoView {
    let engine = connection.capabilities.clone();
    let name = connection.name.clone();
    let blocked: Signal<Option<String>> = Signal::stored(why_not_change(&connection));
    let busy = Signal::derive(move || creation.with(|creation| *creation == Creation::Sending));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.tried.set(true);
        if busy.get_untracked() || blocked.with_untracked(Option::is_some) || faults.own.with_untracked(|own| !own.is_empty()) {
            return focus_first_fault();
        }
        follow::create(name.clone(), untrack(|| draft.request()), creation);
    };
    Effect::new(move |_| {
        let refused = creation.with(|creation| match creation {
            Creation::Refused(failure) => Some(failure.fields().to_vec()),
            _ => None,
        });
        if let Some(fields) = refused {
            faults.server.set(fields);
        }
    });
    let refusal = move || {
        creation.with(|creation| match creation {
            Creation::Refused(failure) => {
                let failure = failure.clone();
                Some(view! { <FailurePanel what="The table was not created" failure /> })
            }
            _ => None,
        })
    };
    let side = |word: &'static str| Callback::new(move |at: usize| format!("{word}[{at}].name"));
    view! {
        <form class="stack" novalidate on:submit=send>
            <section class="card form-section">
                <h2>"Table"</h2>
                <Field
                    label="Table name"
                    required=true
                    error=faults.of(|| "name".to_owned())
                    hint=Some("3 to 255 letters, digits, - _ and .".to_owned())
                >
                    <TextInput
                        mono=true
                        autofocus=true
                        value=draft.name
                        on_input=move |text| {
                            draft.name.set(text);
                            faults.touch("name".to_owned());
                        }
                    />
                </Field>
                <KeySide draft label="Partition key" keys=draft.partition path=side("partition") faults required=true />
                <KeySide draft label="Sort key" keys=draft.sort path=side("sort") faults hint="Optional: orders the items of one partition" />
            </section>
            <Billing draft faults engine=engine.clone() />
            <Indexes draft faults engine=engine.clone() />
            <Settings draft faults engine />
            {move || faults.tried.get().then(|| summary(faults))}
            {refusal}
            <div class="form-foot">
                <LinkButton href=nav::tables(&connection.name)>"Cancel"</LinkButton>
                <Button variant=ButtonVariant::Primary submit=true busy disabled=blocked>"Create table"</Button>
            </div>
        </form>
    }
}

/// Every fault once more at the end, so that none hides above the fold or has no field of its own.
fn summary(faults: Faults) -> AnyView {
    let line = |fault: FieldError| view! { <li><code>{fault.field}</code>": "{fault.message}</li> };
    (move || {
        let own = faults.own.get();
        (!own.is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Bad>
                    <p>"The table cannot be created yet:"</p>
                    <ul class="fault-list">{own.into_iter().map(line).collect_view()}</ul>
                </Notice>
            }
        })
    })
    .into_any()
}

/// Puts the focus on the first field that complains.
fn focus_first_fault() {
    focus::soon(|| {
        let field = document().query_selector("main [aria-invalid]").ok().flatten();
        if let Some(field) = field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(field).ok()) {
            // A field that complains is on the page and takes the focus.
            let _ = field.focus();
        }
    });
}
