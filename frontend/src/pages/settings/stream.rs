//! The stream: off, or on with one of four views.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use leptos::prelude::*;

use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use crate::ui::{Choice, CopyButton, Field, Notice, Select, Tone};

#[component]
pub fn StreamCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="stream"
            title="Stream"
            today
            limit="A stream keeps its records for 24 hours. Its view cannot be changed: another view is another stream, with an ARN of its own."
            feature=Feature::Streams
            change="Change stream"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
        />
    }
}

fn words(view: &str) -> &str {
    match view {
        "KEYS_ONLY" => "Keys only",
        "NEW_IMAGE" => "New image",
        "OLD_IMAGE" => "Old image",
        "NEW_AND_OLD_IMAGES" => "New and old images",
        other => other,
    }
}

fn today(view: &SettingsView) -> AnyView {
    let Some(stream) = &view.stream else {
        return facts(vec![fact("View", "Off")]);
    };
    let arn = stream.arn.clone().map(|arn| {
        let text = arn.clone();
        view! { <div class="settings-wide"><dt>"ARN"</dt><dd><code>{arn}</code><CopyButton text label="Copy stream ARN" /></dd></div> }
            .into_any()
    });
    let all = std::iter::once(fact("View", words(&stream.view).to_owned())).chain(arn);
    facts(all.collect())
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = seen.stream.as_ref().map(|stream| stream.view.clone());
    let wanted = RwSignal::new(now.clone().unwrap_or_default());
    let draft = Draft::new(desk, &seen, move || {
        SettingsChange::Stream(Some(wanted.get()).filter(|view| !view.is_empty()))
    });
    let mut choices = vec![Choice::new("", "Off")];
    choices.extend(["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"].map(|view| Choice::new(view, words(view))));
    let warning = move || {
        let (now, wanted) = (now.clone()?, wanted.get());
        let text = match wanted.as_str() {
            "" => "Nothing is written to the stream any more. Records that are in it can be read for 24 hours, under its ARN.",
            wanted if wanted != now => {
                "The stream is switched off, and a new one on when the table is ready: what happens in between is in neither. Whoever reads the old ARN must be pointed to the new one."
            }
            _ => return None,
        };
        Some(view! { <Notice tone=Tone::Warning>{text}</Notice> })
    };
    view! {
        <ChangeForm desk draft title="Stream" verb="Change stream">
            <Field label="Stream view" error=draft.error(|| "stream".to_owned())>
                <Select
                    value=wanted
                    choices
                    on_change=move |view| {
                        wanted.set(view);
                        draft.touch("stream");
                    }
                />
            </Field>
            {warning}
        </ChangeForm>
    }
}
