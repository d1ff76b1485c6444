//! The resource policy: who else may do what with this table.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use dynadesk_shared::settings::policy::MOST_BYTES;
use leptos::prelude::*;

use super::card::{Card, OpenButton, Opened, fact, facts, why_not};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use crate::format;
use crate::ui::{Button, Field, Notice, TextArea, Tone};

const REMOVE: &str = "remove-policy";

#[component]
pub fn PolicyCard(desk: Desk) -> impl IntoView {
    let remove = move || {
        let there = desk.view.ready(|view| view.resource_policy.is_some()) == Some(true);
        let reason = why_not(desk, Some(Feature::ResourcePolicy));
        there.then(|| view! { <OpenButton desk form=REMOVE.to_owned() reason>"Remove policy"</OpenButton> })
    };
    view! {
        <Card
            desk
            form="policy"
            title="Resource policy"
            today
            limit="A policy has at most 20 KB with its white space. It comes into effect within moments, and reading it at once may still show the one before."
            feature=Feature::ResourcePolicy
            change="Edit policy"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
            more=remove
        />
        <Opened desk form=REMOVE.to_owned() content=|desk, seen| view! { <Remove desk seen /> }.into_any() />
    }
}

fn today(view: &SettingsView) -> AnyView {
    if let Some(why) = view.unread.get("resource_policy") {
        let text = format!("It could not be read: {why}");
        return view! { <Notice tone=Tone::Warning>{text}</Notice> }.into_any();
    }
    match &view.resource_policy {
        None => view! { <p class="muted">"None: only the account's own permissions count."</p> }.into_any(),
        Some(policy) => {
            let size = fact("Size", format::bytes(policy.policy.len() as u64));
            let facts = facts(vec![size, fact("Revision", policy.revision.clone())]);
            view! {
                {facts}
                <pre class="settings-policy" tabindex="0" role="region" aria-label="Resource policy as it is">{policy.policy.clone()}</pre>
            }
            .into_any()
        }
    }
}

/// A policy that lets one role read: a place to begin.
fn example(arn: &str) -> String {
    let account = arn.split(':').nth(4).unwrap_or("111122223333");
    let text = |value: String| serde_json::Value::from(value).to_string();
    // Written by hand, since policies have an order that readers know.
    format!(
        r#"{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Sid": "Readers",
      "Effect": "Allow",
      "Principal": {{ "AWS": {role} }},
      "Action": ["dynamodb:GetItem", "dynamodb:Query"],
      "Resource": [{table}, {indexes}]
    }}
  ]
}}"#,
        role = text(format!("arn:aws:iam::{account}:role/reader")),
        table = text(arn.to_owned()),
        indexes = text(format!("{arn}/index/*")),
    )
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = seen.resource_policy.as_ref().map(|policy| policy.policy.clone());
    let text = RwSignal::new(now.unwrap_or_default());
    let arn = StoredValue::new(seen.arn.clone().unwrap_or_default());
    let draft = Draft::new(desk, &seen, move || SettingsChange::ResourcePolicy(Some(text.get())));
    let hint = Signal::derive(move || {
        let bytes = text.with(String::len);
        Some(format!("{} of {}", format::bytes(bytes as u64), format::bytes(MOST_BYTES as u64)))
    });
    let write = move |now: String| {
        text.set(now);
        draft.touch("policy");
    };
    view! {
        <ChangeForm desk draft title="Resource policy" verb="Save policy">
            <Field label="Policy" error=draft.error(|| "policy".to_owned()) hint>
                <TextArea mono=true rows=14 value=text on_input=write />
            </Field>
            <Show when=move || text.with(|text| text.trim().is_empty())>
                <div>
                    <Button small=true on_press=move |()| write(arn.with_value(|arn| example(arn)))>"Begin with an example"</Button>
                </div>
            </Show>
            <Notice>"A policy can also lock its author out. Keep a statement that lets you change it, or permissions in IAM that do."</Notice>
        </ChangeForm>
    }
}

#[component]
fn Remove(desk: Desk, seen: SettingsView) -> impl IntoView {
    let draft = Draft::new(desk, &seen, || SettingsChange::ResourcePolicy(None));
    view! {
        <section class="card settings-card" aria-label="Remove the resource policy">
            <h2>"Remove the resource policy"</h2>
            <ChangeForm desk draft title="Resource policy" verb="Remove policy" danger=true>
                <p>"Whoever has access only by this policy has none any more."</p>
            </ChangeForm>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_policy() {
        let policy = example("arn:aws:dynamodb:eu-west-1:123456789012:table/a.b-c_d");
        assert_eq!(dynadesk_shared::settings::policy::fault(&policy), None);
        assert!(policy.contains("arn:aws:iam::123456789012:role/reader"), "{policy}");
    }
}
