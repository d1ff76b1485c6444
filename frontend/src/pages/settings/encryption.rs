//! The key that encrypts the table.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{Encryption, EncryptionKind, SettingsChange, SettingsView};
use leptos::prelude::*;

use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use crate::ui::{Choice, Field, Notice, Select, TextInput, Tone};

#[component]
pub fn EncryptionCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="encryption"
            title="Encryption at rest"
            today
            limit="A key that AWS owns costs nothing; KMS keys are charged for. Without access to its KMS key a table cannot be read, and after seven days it is archived."
            feature=Feature::Encryption
            change="Change key"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
        />
    }
}

fn today(view: &SettingsView) -> AnyView {
    let encryption = &view.encryption;
    let words = match encryption.kind {
        EncryptionKind::AwsOwned => "A key that AWS owns",
        EncryptionKind::AwsManaged => "The account's key alias/aws/dynamodb",
        EncryptionKind::Kms => "A KMS key",
    };
    let key = encryption
        .key
        .clone()
        .map(|key| view! { <div class="settings-wide"><dt>"KMS key"</dt><dd><code>{key}</code></dd></div> }.into_any());
    facts(std::iter::once(fact("Key", words)).chain(key).collect())
}

fn kind_of(word: &str) -> EncryptionKind {
    match word {
        "aws_managed" => EncryptionKind::AwsManaged,
        "kms" => EncryptionKind::Kms,
        _ => EncryptionKind::AwsOwned,
    }
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = &seen.encryption;
    let word = match now.kind {
        EncryptionKind::AwsOwned => "aws_owned",
        EncryptionKind::AwsManaged => "aws_managed",
        EncryptionKind::Kms => "kms",
    };
    let (kind, key) = (RwSignal::new(word.to_owned()), RwSignal::new(now.key.clone().unwrap_or_default()));
    let draft = Draft::new(desk, &seen, move || {
        let kind = kind.with(|word| kind_of(word));
        let key = Some(key.get().trim().to_owned()).filter(|_| kind == EncryptionKind::Kms);
        SettingsChange::Encryption(Encryption { kind, key })
    });
    let choices = vec![
        Choice::new("aws_owned", "A key that AWS owns"),
        Choice::new("aws_managed", "The account's key alias/aws/dynamodb"),
        Choice::new("kms", "A KMS key of your own"),
    ];
    view! {
        <ChangeForm desk draft title="Encryption" verb="Change key">
            <Field label="Encryption key">
                <Select value=kind choices on_change=move |word| kind.set(word) />
            </Field>
            <Show when=move || kind.with(|word| word == "kms")>
                <Field
                    label="KMS key"
                    required=true
                    error=draft.error(|| "key".to_owned())
                    hint=Some("Its id, its ARN, or an alias such as alias/orders".to_owned())
                >
                    <TextInput
                        mono=true
                        value=key
                        on_input=move |text| {
                            key.set(text);
                            draft.touch("key");
                        }
                    />
                </Field>
                <Notice tone=Tone::Warning>"If this key is disabled or deleted, the table cannot be read any more."</Notice>
            </Show>
        </ChangeForm>
    }
}
