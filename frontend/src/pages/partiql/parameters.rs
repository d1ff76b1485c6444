//! The values for a text's `?`, each with its type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::item_check::check_alone;
use leptos::prelude::*;

use crate::ui::{Choice, Field, Select, TextInput};

/// The types that have a field of their own; everything else is written as DynamoDB JSON.
const TYPES: [(&str, &str); 6] = [
    ("S", "String"),
    ("N", "Number"),
    ("BOOL", "Boolean"),
    ("NULL", "Null"),
    ("B", "Binary (base64)"),
    ("JSON", "DynamoDB JSON"),
];

/// One value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// One of [`TYPES`].
    pub kind: &'static str,
    pub text: String,
}

impl Default for Parameter {
    fn default() -> Self {
        Self {
            kind: "S",
            text: String::new(),
        }
    }
}

impl Parameter {
    /// One as it was written before; an unknown type is a text.
    pub fn written(kind: &str, text: &str) -> Self {
        let known = TYPES.iter().map(|(known, _)| *known).find(|known| *known == kind);
        Self {
            kind: known.unwrap_or("S"),
            text: text.to_owned(),
        }
    }

    pub fn of(value: &AttributeValue) -> Self {
        let (kind, text) = match value {
            AttributeValue::S(text) => ("S", text.clone()),
            AttributeValue::N(text) => ("N", text.clone()),
            AttributeValue::Bool(flag) => ("BOOL", flag.to_string()),
            AttributeValue::Null => ("NULL", String::new()),
            AttributeValue::B(bytes) => ("B", STANDARD.encode(bytes)),
            other => ("JSON", serde_json::to_string(other).unwrap_or_default()),
        };
        Self { kind, text }
    }

    /// The value, or what is wrong with it.
    pub fn value(&self) -> Result<AttributeValue, String> {
        let text = self.text.as_str();
        let value = match self.kind {
            "N" => AttributeValue::N(text.trim().to_owned()),
            "BOOL" => AttributeValue::Bool(text == "true"),
            "NULL" => AttributeValue::Null,
            "B" => AttributeValue::B(
                STANDARD
                    .decode(text.trim())
                    .map_err(|why| format!("binary must be base64: {why}"))?,
            ),
            "JSON" => serde_json::from_str(text).map_err(|why| format!("this is no DynamoDB JSON such as {{\"SS\": [\"a\"]}}: {why}"))?,
            _ => AttributeValue::S(text.to_owned()),
        };
        check_alone(&value)?;
        Ok(value)
    }
}

#[component]
pub fn Parameters(parameters: RwSignal<Vec<Parameter>>) -> impl IntoView {
    // Rows are made anew only when their number or a type changes, so that typing keeps the focus.
    let kinds = Memo::new(move |_| parameters.with(|all| all.iter().map(|one| one.kind).collect::<Vec<_>>()));
    move || {
        let kinds = kinds.get();
        (!kinds.is_empty()).then(|| {
            let rows = kinds.into_iter().enumerate().map(|(at, kind)| row(parameters, at, kind));
            view! {
                <fieldset class="partiql-parameters">
                    <legend>"Parameters, one for each ?"</legend>
                    {rows.collect_view()}
                </fieldset>
            }
        })
    }
}

fn row(parameters: RwSignal<Vec<Parameter>>, at: usize, kind: &'static str) -> impl IntoView {
    let number = at + 1;
    let text = Signal::derive(move || parameters.with(|all| all.get(at).map(|one| one.text.clone()).unwrap_or_default()));
    let error = Signal::derive(move || parameters.with(|all| all.get(at).and_then(|one| one.value().err())));
    let set = move |text: String| {
        parameters.update(|all| {
            if let Some(one) = all.get_mut(at) {
                one.text = text;
            }
        });
    };
    let change = move |wanted: String| {
        let found = TYPES.iter().find(|(kind, _)| *kind == wanted);
        parameters.update(|all| {
            if let (Some(one), Some((kind, _))) = (all.get_mut(at), found) {
                one.kind = kind;
            }
        });
    };
    let types = TYPES.map(|(value, label)| Choice::new(value, label)).to_vec();
    let input = match kind {
        "NULL" => view! { <span class="partiql-null">"NULL"</span> }.into_any(),
        "BOOL" => {
            let choices = vec![Choice::new("false", "false"), Choice::new("true", "true")];
            let value = Signal::derive(move || {
                if text.get() == "true" {
                    "true".to_owned()
                } else {
                    "false".to_owned()
                }
            });
            view! {
                <Field label=format!("Value of parameter {number}") hide_label=true>
                    <Select value choices on_change=set />
                </Field>
            }
            .into_any()
        }
        _ => view! {
            <Field label=format!("Value of parameter {number}") hide_label=true error>
                <TextInput mono=true value=text on_input=set />
            </Field>
        }
        .into_any(),
    };
    view! {
        <div class="partiql-parameter">
            <span class="partiql-number" aria-hidden="true">{format!("{number}.")}</span>
            <Select label=format!("Type of parameter {number}") value=kind choices=types on_change=change />
            {input}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_written_and_read() {
        for json in [
            r#"{"S":"a"}"#,
            r#"{"N":"1.50"}"#,
            r#"{"BOOL":true}"#,
            r#"{"NULL":true}"#,
            r#"{"B":"AP8="}"#,
            r#"{"L":[{"SS":["a"]},{"M":{}}]}"#,
        ] {
            let value: AttributeValue = serde_json::from_str(json).expect("valid");
            assert_eq!(Parameter::of(&value).value(), Ok(value));
        }
        for (kind, text) in [("N", "1x"), ("B", "%"), ("JSON", "{}"), ("JSON", "{\"N\":\"\"}")] {
            let wrong = Parameter {
                kind,
                text: text.to_owned(),
            };
            assert!(wrong.value().is_err(), "{kind} {text}");
        }
    }
}
