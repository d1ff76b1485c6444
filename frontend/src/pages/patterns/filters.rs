//! Conditions of the filter, all of which must hold.

use dynadesk_shared::ScalarType;
use dynadesk_shared::patterns::{FilterPart, FilterTest, Template};
use leptos::prelude::*;

use super::draft::Draft;
use super::keys::{kind_of, kinds};
use crate::ui::{Button, ButtonVariant, Choice, IconButton, IconName, Select, TextInput};

#[component]
pub fn Filters(draft: Draft) -> impl IntoView {
    let count = Memo::new(move |_| draft.pattern.with(|pattern| pattern.filter.len()));
    let add = move || {
        draft.update(|pattern| {
            pattern.filter.push(FilterPart {
                path: String::new(),
                test: FilterTest::Equal,
                value: Some(Template::s("")),
                high: None,
            });
        });
    };
    view! {
        <fieldset class="patterns-group">
            <legend>"Filter"</legend>
            <p class="ui-hint">"Saves no capacity: what the filter leaves out was read."</p>
            <For each=move || 0..count.get() key=|at| *at let(at)>
                <FilterRow draft at />
            </For>
            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus on_press=move |()| add()>"Condition"</Button>
        </fieldset>
    }
}

#[component]
fn FilterRow(draft: Draft, at: usize) -> impl IntoView {
    let read = move |read: fn(&FilterPart) -> String| {
        Signal::derive(move || draft.pattern.with(|pattern| pattern.filter.get(at).map(read).unwrap_or_default()))
    };
    let change = move |change: &dyn Fn(&mut FilterPart)| {
        draft.update(|pattern| {
            if let Some(part) = pattern.filter.get_mut(at) {
                change(part);
            }
        });
    };
    let symbol = read(|part| part.test.symbol().to_owned());
    let values = Memo::new(move |_| {
        draft
            .pattern
            .with(|pattern| pattern.filter.get(at).map_or(0, |part| part.test.values()))
    });
    let tests: Vec<Choice> = FilterTest::ALL
        .into_iter()
        .map(|test| Choice::new(test.symbol(), test.symbol()))
        .collect();
    let kind = read(|part| part.value.as_ref().map_or(ScalarType::S, |value| value.kind).name().to_owned());
    let fault = move || {
        ["path", "value", "high"]
            .into_iter()
            .find_map(|part| draft.fault(format!("filter[{at}].{part}")).get())
    };
    let number = at + 1;
    view! {
        <div class="patterns-part">
            <TextInput
                mono=true
                value=read(|part| part.path.clone())
                on_input=move |text: String| change(&|part| part.path.clone_from(&text))
                label=format!("Attribute of condition {number}")
                placeholder="attribute or a.b[0]"
            />
            <Select
                value=symbol
                on_change=move |symbol: String| {
                    let test = FilterTest::ALL.into_iter().find(|test| test.symbol() == symbol).unwrap_or_default();
                    change(&|part| {
                        let blank = || Template {
                            kind: part.value.as_ref().map_or(ScalarType::S, |value| value.kind),
                            text: String::new(),
                        };
                        let (value, high) = (part.value.clone().unwrap_or_else(blank), part.high.clone().unwrap_or_else(blank));
                        part.test = test;
                        part.value = (test.values() > 0).then_some(value);
                        part.high = (test.values() > 1).then_some(high);
                    });
                }
                choices=tests
                label=format!("Test of condition {number}")
            />
            <Show when=move || { values.get() > 0 }>
                <Select
                    value=kind
                    on_change=move |name: String| {
                        change(&|part| {
                            for value in [&mut part.value, &mut part.high].into_iter().flatten() {
                                value.kind = kind_of(&name);
                            }
                        });
                    }
                    choices=kinds()
                    label=format!("Type of condition {number}")
                />
                <TextInput
                    mono=true
                    value=read(|part| part.value.as_ref().map(|value| value.text.clone()).unwrap_or_default())
                    on_input=move |text: String| {
                        change(&|part| {
                            if let Some(value) = &mut part.value {
                                value.text.clone_from(&text);
                            }
                        });
                    }
                    label=format!("Value of condition {number}")
                    placeholder="{status}"
                />
            </Show>
            <Show when=move || { values.get() > 1 }>
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
                    label=format!("Upper end of condition {number}")
                    placeholder="{to}"
                />
            </Show>
            <IconButton
                icon=IconName::Close
                label=format!("Remove condition {number}")
                on_press=move |()| {
                    draft.update(|pattern| {
                        if at < pattern.filter.len() {
                            pattern.filter.remove(at);
                        }
                    });
                }
            />
            {move || fault().map(|why| view! { <p class="patterns-fault" role="alert">{why}</p> })}
        </div>
    }
}
