//! Which attribute, and whether its values are what DynamoDB needs.

use dynadesk_shared::expiry::{Example, Kind, Survey, candidates, survey};
use dynadesk_shared::value::plain_json;
use dynadesk_shared::{AttributeValue, Key};
use leptos::prelude::*;

use super::Expiry;
use crate::format::expiry::relative;
use crate::format::{self, cell};
use crate::ui::{Badge, Button, DataTable, Field, Notice, TextInput, Tone};

/// Attributes that are offered as buttons; the field offers all.
const OFFERED: usize = 6;

impl Expiry {
    /// What the sample says of the attribute, once both are there. Reactive.
    pub fn survey(self) -> Option<Survey> {
        let name = self.attribute.get();
        let schema = self.scope.with_value(|scope| scope.details).ready(|table| table.key.clone())?;
        self.sample.with(|sample| {
            let sample = sample.as_ref().filter(|_| !name.is_empty())?;
            Some(survey(sample.items.iter(), &name, &schema, sample.at))
        })
    }
}

#[component]
pub fn AttributeCheck(page: Expiry) -> impl IntoView {
    let details = page.scope.with_value(|scope| scope.details);
    let found = Memo::new(move |_| {
        let schema = details.ready(|table| table.key.clone()).unwrap_or_default();
        page.sample.with(|sample| {
            let sample = sample.as_ref()?;
            Some(candidates(sample.items.iter(), &schema, sample.at))
        })
    });
    let names = Signal::derive(move || {
        let found = found.get().unwrap_or_default();
        found.into_iter().map(|one| one.name).collect::<Vec<_>>()
    });
    // The likeliest one, where nothing is on and nothing was typed.
    Effect::new(move |_| {
        let first = found.with(|found| {
            found
                .as_ref()?
                .iter()
                .find(|one| one.expiring + one.mistaken > 0)
                .map(|one| one.name.clone())
        });
        let off = page.ttl.ready(|view| view.state.attribute.is_none());
        if let (Some(name), Some(true)) = (first, off) {
            page.propose(name);
        }
    });
    let offered = move || {
        let found = found.get().unwrap_or_default();
        let likely = found.into_iter().filter(|one| one.expiring + one.mistaken > 0).take(OFFERED);
        likely
            .map(|one| {
                let name = one.name.clone();
                let words = match (one.expiring, one.mistaken) {
                    (0, _) => "times, but not in seconds",
                    (_, 0) => "times in seconds",
                    _ => "times, some not in seconds",
                };
                view! { <Button small=true on_press=move |()| page.choose(name.clone())>{format!("{}: {words}", one.name)}</Button> }
            })
            .collect_view()
    };
    let checked = Memo::new(move |_| page.survey());
    view! {
        <section class="card stack" aria-labelledby="expiry-attribute">
            <h2 id="expiry-attribute">"Attribute"</h2>
            <Field
                label="TTL attribute"
                hint=Some("A top-level attribute: a Number (N) of seconds since 1970. Milliseconds and Strings are the classic mistakes.".to_owned())
            >
                <TextInput mono=true value=page.attribute on_input=move |text| page.choose(text) suggestions=names />
            </Field>
            <div class="row expiry-offered">{offered}</div>
            {move || checked.get().map(verdict)}
            {move || checked.get().filter(|survey| survey.sampled > 0).map(kinds)}
        </section>
    }
}

/// The classic mistakes, said plainly.
fn verdict(survey: Survey) -> AnyView {
    let count = |kind| survey.count(kind);
    let items = |number: u64| format::counted(number, "sampled item", "sampled items");
    let mut mistakes = Vec::new();
    if count(Kind::Milliseconds) + count(Kind::TooLarge) > 0 {
        mistakes.push(format!(
            "{} have milliseconds or a smaller unit. DynamoDB reads them as seconds, thousands of years ahead: they never expire. \
            Divide by 1,000 where they are written.",
            items(count(Kind::Milliseconds) + count(Kind::TooLarge))
        ));
    }
    let texts = count(Kind::IsoDate) + count(Kind::Text);
    if texts > 0 {
        mistakes.push(format!(
            "{} have a String. DynamoDB expires only Numbers (N): they never expire, even where the text is digits.",
            items(texts)
        ));
    }
    for (kind, why) in [
        (Kind::FarPast, "are more than five years past. DynamoDB leaves them for ever."),
        (Kind::Fraction, "have a fraction. Write whole seconds."),
        (Kind::Other, "have another type. Only a Number (N) expires."),
    ] {
        if count(kind) > 0 {
            mistakes.push(format!("{} {why}", items(count(kind))));
        }
    }
    if !mistakes.is_empty() {
        let lines = mistakes.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        return view! {
            <Notice tone=Tone::Bad>
                <p>"Not every value is one that expires:"</p>
                <ul class="fault-list">{lines}</ul>
            </Notice>
        }
        .into_any();
    }
    if survey.sampled == 0 {
        return view! { <Notice>"The sample is empty: there is nothing to check the attribute on."</Notice> }.into_any();
    }
    if survey.expiring() == 0 {
        return view! { <Notice tone=Tone::Warning>"No sampled item has this attribute: nothing of them would ever expire."</Notice> }
            .into_any();
    }
    view! {
        <Notice tone=Tone::Good>
            {format!("{} have it as a Number of seconds, as DynamoDB needs it.", items(survey.expiring()))}
        </Notice>
    }
    .into_any()
}

fn kinds(survey: Survey) -> AnyView {
    let rows = Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let found = survey.found.get(&kind)?;
            let tone = if kind.is_mistake() { Tone::Bad } else { Tone::Neutral };
            let examples = found.examples.iter().map(example).collect_view();
            Some(view! {
                <tr>
                    <td><Badge tone>{kind.label()}</Badge></td>
                    <td class="is-numeric num">{format::count(found.count)}</td>
                    <td class="expiry-examples"><ul>{examples}</ul></td>
                    <td class="expiry-meaning">{kind.meaning()}</td>
                </tr>
            })
        })
        .collect_view();
    view! {
        <DataTable label="What the sampled values are">
            <thead>
                <tr>
                    <th scope="col">"Value"</th>
                    <th scope="col" class="is-numeric">"Items"</th>
                    <th scope="col">"Examples"</th>
                    <th scope="col">"What DynamoDB does"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn example(example: &Example) -> AnyView {
    let key = Key(example.key.clone()).to_string();
    let Some(value) = &example.value else {
        return view! { <li><code class="expiry-key">{key}</code></li> }.into_any();
    };
    let text = match value {
        AttributeValue::S(text) => plain_json::to_string(&AttributeValue::S(text.chars().take(60).collect())),
        other => cell::cell(other).text,
    };
    let when = example
        .reading
        .instant()
        .map(|at| format!(" · {}", relative(at, format::expiry::now())));
    view! {
        <li>
            <code>{text}</code>
            <span class="muted">{when}" in "<span class="expiry-key">{key}</span></span>
        </li>
    }
    .into_any()
}
