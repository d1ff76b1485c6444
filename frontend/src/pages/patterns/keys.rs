//! Rows of a key: attribute, test and value with its parameters. Of the pattern itself, or of one step of a
//! write.

use dynadesk_shared::ScalarType;
use dynadesk_shared::patterns::{KeyPart, KeyTest, Pattern, Template};
use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{Checkbox, Choice, IconButton, IconName, Select, TextInput};

/// Where the rows are: the pattern's key, or a step's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Key,
    Step(usize),
}

impl Place {
    fn field(self, at: usize, part: &str) -> String {
        match self {
            Self::Key => format!("key[{at}].{part}"),
            Self::Step(step) => format!("steps[{step}].key[{at}].{part}"),
        }
    }

    pub fn parts(self, pattern: &Pattern) -> &[KeyPart] {
        match self {
            Self::Key => &pattern.key,
            Self::Step(step) => pattern.steps.get(step).map_or(&[], |step| &step.key),
        }
    }

    pub fn parts_mut(self, pattern: &mut Pattern) -> Option<&mut Vec<KeyPart>> {
        match self {
            Self::Key => Some(&mut pattern.key),
            Self::Step(step) => pattern.steps.get_mut(step).map(|step| &mut step.key),
        }
    }
}

pub fn kinds() -> Vec<Choice> {
    ScalarType::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.name(), kind.label()))
        .collect()
}

pub fn kind_of(name: &str) -> ScalarType {
    ScalarType::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
        .unwrap_or(ScalarType::S)
}

#[component]
pub fn KeyRows(
    draft: Draft,
    place: Place,
    /// Attributes of the key that is read.
    names: Signal<Vec<String>>,
) -> impl IntoView {
    let count = Memo::new(move |_| draft.pattern.with(|pattern| place.parts(pattern).len()));
    view! {
        <For each=move || 0..count.get() key=|at| *at let(at)>
            <KeyRow draft place at names />
        </For>
    }
}

#[component]
fn KeyRow(draft: Draft, place: Place, at: usize, names: Signal<Vec<String>>) -> impl IntoView {
    let read = move |read: fn(&KeyPart) -> String| {
        Signal::derive(move || {
            draft
                .pattern
                .with(|pattern| place.parts(pattern).get(at).map(read).unwrap_or_default())
        })
    };
    let change = move |change: &dyn Fn(&mut KeyPart)| {
        draft.update(|pattern| {
            if let Some(part) = place.parts_mut(pattern).and_then(|parts| parts.get_mut(at)) {
                change(part);
            }
        });
    };
    let symbol = read(|part| part.test.symbol().to_owned());
    let between = Memo::new(move |_| symbol.get() == KeyTest::Between.symbol());
    let tests: Vec<Choice> = KeyTest::ALL
        .into_iter()
        .map(|test| Choice::new(test.symbol(), test.symbol()))
        .collect();
    let fault = move || {
        let fields = ["attribute", "value", "high", "optional"];
        fields.into_iter().find_map(|part| draft.fault(place.field(at, part)).get())
    };
    let number = at + 1;
    view! {
        <div class="patterns-part">
            <TextInput
                mono=true
                value=read(|part| part.attribute.clone())
                on_input=move |text: String| change(&|part| part.attribute.clone_from(&text))
                label=format!("Key attribute {number}")
                placeholder="attribute"
                suggestions=names
            />
            {(place == Place::Key)
                .then(|| {
                    view! {
                        <Select
                            value=symbol
                            on_change=move |symbol: String| {
                                let test = KeyTest::ALL.into_iter().find(|test| test.symbol() == symbol).unwrap_or_default();
                                change(&|part| {
                                    part.test = test;
                                    part.high = (test == KeyTest::Between)
                                        .then(|| part.high.clone().unwrap_or(Template { kind: part.value.kind, text: String::new() }));
                                });
                            }
                            choices=tests.clone()
                            label=format!("Test of key attribute {number}")
                        />
                    }
                })}
            <Select
                value=read(|part| part.value.kind.name().to_owned())
                on_change=move |name: String| {
                    change(&|part| {
                        part.value.kind = kind_of(&name);
                        if let Some(high) = &mut part.high {
                            high.kind = kind_of(&name);
                        }
                    });
                }
                choices=kinds()
                label=format!("Type of key attribute {number}")
            />
            <TextInput
                mono=true
                value=read(|part| part.value.text.clone())
                on_input=move |text: String| change(&|part| part.value.text.clone_from(&text))
                label=format!("Value of key attribute {number}")
                placeholder="GRP#{user}"
            />
            <Show when=move || between.get()>
                <TextInput
                    mono=true
                    value=read(|part| part.high.as_ref().map(|high| high.text.clone()).unwrap_or_default())
                    on_input=move |text: String| {
                        change(&|part| {
                            if let Some(high) = &mut part.high {
                                high.text.clone_from(&text);
                            }
                        });
                    }
                    label=format!("Upper end of key attribute {number}")
                    placeholder="{to}"
                />
            </Show>
            {(place == Place::Key && at > 0)
                .then(|| {
                    view! {
                        <Checkbox
                            checked=Signal::derive(move || {
                                draft.pattern.with(|pattern| place.parts(pattern).get(at).is_some_and(|part| part.optional))
                            })
                            on_change=move |on| change(&|part| part.optional = on)
                            label="Optional"
                        />
                    }
                })}
            <IconButton
                icon=IconName::Close
                label=format!("Remove key attribute {number}")
                on_press=move |()| {
                    draft.update(|pattern| {
                        if let Some(parts) = place.parts_mut(pattern).filter(|parts| at < parts.len()) {
                            parts.remove(at);
                        }
                    });
                }
            />
            {move || fault().map(|why| view! { <p class="patterns-fault" role="alert">{why}</p> })}
        </div>
    }
}
