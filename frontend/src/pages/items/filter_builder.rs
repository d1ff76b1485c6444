//! The filter as a tree of groups and conditions.

use dynadesk_shared::filter::Filter;
use leptos::prelude::*;

use super::conditions::{Condition, DESCRIPTORS, Inputs, Test, ValueType};
use crate::ui::{Button, ButtonVariant, Choice, Icon, IconButton, IconName, Select, TextArea, TextInput};

/// How a group joins its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    All,
    Any,
    Not,
    None,
}

impl Join {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::All, "all", "All of these (AND)"),
        (Self::Any, "any", "Any of these (OR)"),
        (Self::Not, "not", "Not all of these (NOT … AND)"),
        (Self::None, "none", "None of these (NOT … OR)"),
    ];
}

#[derive(Clone, Copy)]
enum Part {
    Condition(RwSignal<Condition>),
    Group(Group),
}

/// A group of the tree, editable. Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Group {
    join: RwSignal<Join>,
    parts: RwSignal<Vec<(u64, Part)>>,
    next: StoredValue<u64>,
}

impl Group {
    fn new(join: Join) -> Self {
        Self {
            join: RwSignal::new(join),
            parts: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// The tree of a filter. Without one: a group with one empty condition.
    pub fn of(filter: Option<&Filter>) -> Self {
        match filter {
            None => {
                let group = Self::new(Join::All);
                group.add(Part::Condition(RwSignal::new(Condition::default())));
                group
            }
            Some(filter) => Self::read(filter),
        }
    }

    fn read(filter: &Filter) -> Self {
        let (join, parts) = match filter {
            Filter::All(parts) => (Join::All, parts.as_slice()),
            Filter::Any(parts) => (Join::Any, parts.as_slice()),
            Filter::Not(inner) => match &**inner {
                Filter::All(parts) => (Join::Not, parts.as_slice()),
                Filter::Any(parts) => (Join::None, parts.as_slice()),
                other => (Join::Not, std::slice::from_ref(other)),
            },
            other => (Join::All, std::slice::from_ref(other)),
        };
        let group = Self::new(join);
        for part in parts {
            group.add(match Condition::of_filter(part) {
                Some(condition) => Part::Condition(RwSignal::new(condition)),
                None => Part::Group(Self::read(part)),
            });
        }
        group
    }

    fn add(self, part: Part) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.parts.update(|parts| parts.push((id, part)));
    }

    fn remove(self, id: u64) {
        self.parts.update(|parts| parts.retain(|(other, _)| *other != id));
    }

    /// The filter of the tree; blank conditions and empty groups vanish. Reactive.
    pub fn to_filter(self) -> Result<Option<Filter>, String> {
        let mut filters = Vec::new();
        for (_, part) in self.parts.get() {
            filters.extend(match part {
                Part::Condition(condition) => {
                    let read = |condition: &Condition| (!condition.is_blank()).then(|| condition.to_filter());
                    condition.with(read).transpose()?
                }
                Part::Group(group) => group.to_filter()?,
            });
        }
        let one = |filters: Vec<Filter>, join: fn(Vec<Filter>) -> Filter| match filters.len() {
            1 => filters.into_iter().next(),
            _ => Some(join(filters)),
        };
        Ok(match self.join.get() {
            _ if filters.is_empty() => None,
            Join::All => one(filters, Filter::All),
            Join::Any => one(filters, Filter::Any),
            Join::Not => one(filters, Filter::All).map(|inner| Filter::Not(Box::new(inner))),
            Join::None => one(filters, Filter::Any).map(|inner| Filter::Not(Box::new(inner))),
        })
    }
}

/// The tree to edit, part of a form.
#[component]
pub fn FilterTree(
    group: Group,
    /// Attribute names seen so far.
    #[prop(into)]
    names: Signal<Vec<String>>,
    /// Whether faults are said already.
    #[prop(into)]
    tried: Signal<bool>,
) -> impl IntoView {
    group_view(group, names, tried, None)
}

fn group_view(group: Group, names: Signal<Vec<String>>, tried: Signal<bool>, remove: Option<Callback<()>>) -> AnyView {
    let name_of = move || {
        let join = group.join.get();
        Join::ALL
            .iter()
            .find(|(other, ..)| *other == join)
            .map_or("all", |(_, name, _)| name)
            .to_owned()
    };
    let choices: Vec<Choice> = Join::ALL.iter().map(|(_, name, label)| Choice::new(*name, *label)).collect();
    view! {
        <fieldset class="filter-group">
            <legend class="ui-hidden">"Group of conditions"</legend>
            <div class="filter-group-head">
                <Select
                    value=Signal::derive(name_of)
                    on_change=move |name: String| {
                        if let Some((join, ..)) = Join::ALL.iter().find(|(_, other, _)| *other == name) {
                            group.join.set(*join);
                        }
                    }
                    choices=choices
                    label="How the group joins its conditions"
                />
                <Button
                    small=true
                    variant=ButtonVariant::Ghost
                    icon=IconName::Plus
                    on_press=move |()| group.add(Part::Condition(RwSignal::new(Condition::default())))
                >
                    "Condition"
                </Button>
                <Button
                    small=true
                    variant=ButtonVariant::Ghost
                    icon=IconName::Plus
                    on_press=move |()| {
                        let inner = Group::of(None);
                        inner.join.set(Join::Any);
                        group.add(Part::Group(inner));
                    }
                >
                    "Group"
                </Button>
                {remove.map(|remove| view! { <IconButton icon=IconName::Trash label="Remove group" on_press=remove /> })}
            </div>
            <div class="filter-parts">
                <For each=move || group.parts.get() key=|(id, _)| *id let((id, part))>
                    {match part {
                        Part::Condition(condition) => {
                            condition_view(condition, names, tried, Callback::new(move |()| group.remove(id)))
                        }
                        Part::Group(inner) => group_view(inner, names, tried, Some(Callback::new(move |()| group.remove(id)))),
                    }}
                </For>
            </div>
        </fieldset>
    }
    .into_any()
}

fn condition_view(condition: RwSignal<Condition>, names: Signal<Vec<String>>, tried: Signal<bool>, remove: Callback<()>) -> AnyView {
    let tests: Vec<Choice> = Test::all()
        .into_iter()
        .map(|test| Choice::new(test.label(), test.label()))
        .collect();
    let inputs = Memo::new(move |_| condition.with(|condition| (condition.test.inputs(), condition.kind)));
    let first = Signal::derive(move || condition.with(|condition| condition.first.clone()));
    let second = Signal::derive(move || condition.with(|condition| condition.second.clone()));
    let set_first = move |text: String| condition.update(|condition| condition.first = text);
    let kind_choices: Vec<Choice> = ValueType::ALL.iter().map(|(_, name, label)| Choice::new(*name, *label)).collect();
    let kinds = move || {
        view! {
            <Select
                value=Signal::derive(move || condition.with(|condition| condition.kind.name().to_owned()))
                on_change=move |name: String| condition.update(|condition| condition.kind = ValueType::of_name(&name))
                choices=kind_choices.clone()
                label="Type of the value"
            />
        }
    };
    let one_value = move |kind: ValueType, label: &'static str, value: Signal<String>, set: Callback<String>| match kind {
        ValueType::Null => ().into_any(),
        ValueType::Bool => {
            if value.with_untracked(|value| value != "true" && value != "false") {
                set.run("true".to_owned());
            }
            let choices = vec![Choice::new("true", "true"), Choice::new("false", "false")];
            view! { <Select value on_change=set choices label /> }.into_any()
        }
        _ => view! { <TextInput value on_input=set label placeholder=label mono=true /> }.into_any(),
    };
    let values = move || {
        let (inputs, kind) = inputs.get();
        match inputs {
            Inputs::None => ().into_any(),
            Inputs::One => (kinds(), one_value(kind, "Value", first, Callback::new(set_first))).into_any(),
            Inputs::Two => {
                let set_second = Callback::new(move |text| condition.update(|condition| condition.second = text));
                (
                    kinds(),
                    one_value(kind, "From", first, Callback::new(set_first)),
                    one_value(kind, "To", second, set_second),
                )
                    .into_any()
            }
            Inputs::Many => {
                let list = view! {
                    <TextArea value=first on_input=set_first rows=2 mono=true label="Values, one a line" placeholder="One value a line" />
                };
                (kinds(), list).into_any()
            }
            Inputs::Descriptor => {
                let choices: Vec<Choice> = DESCRIPTORS.iter().map(|name| Choice::new(*name, *name)).collect();
                view! { <Select value=first on_change=set_first choices label="Type" /> }.into_any()
            }
            Inputs::Count => {
                view! { <TextInput value=first on_input=set_first label="Size in bytes or members" placeholder="Size" inputmode="numeric" /> }
                    .into_any()
            }
        }
    };
    let fault = Memo::new(move |_| {
        let wrong = |condition: &Condition| (!condition.is_blank()).then(|| condition.to_filter().err()).flatten();
        tried.get().then(|| condition.with(wrong)).flatten()
    });
    view! {
        <div class="filter-condition" class:is-invalid=move || fault.with(Option::is_some)>
            <TextInput
                value=Signal::derive(move || condition.with(|condition| condition.path.clone()))
                on_input=move |text| condition.update(|condition| condition.path = text)
                label="Attribute"
                placeholder="attribute or a.b[0]"
                mono=true
                suggestions=names
            />
            <Select
                value=Signal::derive(move || condition.with(|condition| condition.test.label()))
                on_change=move |label: String| {
                    if let Some(test) = Test::of_label(&label) {
                        condition.update(|condition| condition.test = test);
                    }
                }
                choices=tests
                label="Test"
            />
            {values}
            <IconButton icon=IconName::Close label="Remove condition" on_press=remove />
            {move || fault.get().map(|why| view! { <p class="filter-fault" role="alert"><Icon name=IconName::Alert size=14 /> {why}</p> })}
        </div>
    }
    .into_any()
}
