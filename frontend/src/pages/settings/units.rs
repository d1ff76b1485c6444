//! Two numbers side by side: for reading and for writing, of the table or of an index.

use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{Field, NumberInput};

/// Two numbers as they are typed.
#[derive(Clone, Copy)]
pub struct Pair {
    pub read: RwSignal<String>,
    pub write: RwSignal<String>,
}

impl Pair {
    pub fn new<T: ToString>(read: Option<T>, write: Option<T>) -> Self {
        let text = |value: Option<T>| RwSignal::new(value.map_or_else(String::new, |value| value.to_string()));
        Self {
            read: text(read),
            write: text(write),
        }
    }

    /// Both, reactive; what is no number becomes 0, which validation refuses in words.
    pub fn numbers(self) -> (u64, u64) {
        let number = |field: RwSignal<String>| field.with(|text| text.trim().parse().unwrap_or(0));
        (number(self.read), number(self.write))
    }

    /// Both where they are given.
    pub fn given(self) -> (Option<i64>, Option<i64>) {
        let number = |field: RwSignal<String>| field.with(|text| (!text.trim().is_empty()).then(|| text.trim().parse().unwrap_or(0)));
        (number(self.read), number(self.write))
    }

    pub fn is_empty(self) -> bool {
        let empty = |field: RwSignal<String>| field.with(|text| text.trim().is_empty());
        empty(self.read) && empty(self.write)
    }
}

#[component]
pub fn Units(
    draft: Draft,
    pair: Pair,
    /// `Table`, or `Index by-time`.
    title: String,
    /// What stands before the sides in the paths of faults: `table`, or `indexes.by-time`.
    path: String,
    /// `capacity units`, `units a second`.
    unit: &'static str,
    #[prop(optional_no_strip, into)] hint: Option<String>,
    /// Why they cannot be changed.
    #[prop(optional_no_strip, into)]
    why_not: Option<String>,
) -> impl IntoView {
    let disabled = why_not.is_some();
    let side = |word: &'static str, name: &str, field: RwSignal<String>| {
        let own = format!("{path}.{word}");
        let error = draft.error({
            let own = own.clone();
            move || own.clone()
        });
        view! {
            <Field label=format!("{name} {unit}") error>
                <NumberInput
                    value=field
                    disabled
                    on_input=move |text| {
                        field.set(text);
                        draft.touch(&own);
                    }
                />
            </Field>
        }
    };
    view! {
        <fieldset class="settings-units">
            <legend>{title}</legend>
            <div class="settings-pair">{side("read", "Read", pair.read)} {side("write", "Write", pair.write)}</div>
            {why_not.or(hint).map(|text| view! { <p class="ui-hint">{text}</p> })}
        </fieldset>
    }
}
