//! A value that was clicked: filter by it, leave it out, or follow it as a key.

use dynadesk_shared::api::tables::{IndexKind, TableView};
use dynadesk_shared::filter::path::of_name;
use dynadesk_shared::filter::{Comparison, Filter};
use dynadesk_shared::key::KeySchema;
use dynadesk_shared::key_condition::{KeyCondition, key_in_filter};
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use super::builder::draft::find;
use super::query::Asked;
use super::words::short;
use super::{View, run_elsewhere};
use crate::components::TableScope;
use crate::format::cell::copied;
use crate::ui::{Button, CopyButton, Dialog, IconName};

/// The value of an attribute of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    pub attribute: String,
    pub value: AttributeValue,
    /// The item around it: an index over several attributes needs the others.
    pub item: Item,
}

/// Lets parts of the page offer their values to [`UseValueDialog`].
#[derive(Clone, Copy)]
pub struct UseValue(pub Callback<Used>);

/// A way to read with a value as the partition key.
#[derive(Clone, Debug, PartialEq)]
struct Follow {
    label: String,
    asked: Asked,
    /// Whether the attribute itself is in that key, so that the value surely belongs there.
    own: bool,
}

/// Every table or index whose partition key the value fits, its own first.
fn follows(used: &Used, table: &TableView) -> Vec<Follow> {
    let indexes = table.indexes.iter().map(|index| {
        let kind = if index.kind == IndexKind::Gsi { "GSI" } else { "LSI" };
        (Some(index.name.clone()), format!("the {kind} {}", index.name), &index.key)
    });
    let all = [(None, "the table".to_owned(), &table.key)].into_iter().chain(indexes);
    let mut found: Vec<Follow> = all
        .filter_map(|(index, place, schema)| {
            let key = key_of(used, schema)?;
            let tests: Vec<String> = key
                .partition
                .iter()
                .map(|(name, value)| format!("{name} = {}", short(value)))
                .collect();
            Some(Follow {
                label: format!("Query {place}: {}", tests.join(", ")),
                own: key.partition.contains_key(&used.attribute),
                asked: Asked {
                    index,
                    key: Some(key),
                    ..Asked::default()
                },
            })
        })
        .collect();
    found.sort_by_key(|follow| !follow.own);
    found
}

/// The key condition in which the value is the partition key, or one part of it beside the item's own.
fn key_of(used: &Used, schema: &KeySchema) -> Option<KeyCondition> {
    let partition = match schema.partition.as_slice() {
        [one] => [(one.name.clone(), used.value.clone())].into(),
        many if many.iter().any(|attribute| attribute.name == used.attribute) => many
            .iter()
            .map(|attribute| Some((attribute.name.clone(), used.item.get(&attribute.name)?.clone())))
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let key = KeyCondition {
        partition,
        sort: Vec::new(),
    };
    key.validate(schema).is_empty().then_some(key)
}

/// The question with one more condition; none where a Query may not test the attribute.
fn narrowed(asked: &Asked, used: &Used, operator: Comparison, table: &TableView) -> Option<Asked> {
    let condition = Filter::Compare {
        path: of_name(&used.attribute),
        operator,
        value: used.value.clone(),
    };
    let schema = asked
        .index
        .as_deref()
        .and_then(|name| find(table, name))
        .map_or(&table.key, |index| &index.key);
    if asked.key.is_some() && key_in_filter(&condition, schema).is_some() {
        return None;
    }
    let filter = match asked.filter.clone() {
        None => condition,
        Some(Filter::All(mut parts)) => {
            parts.push(condition);
            Filter::All(parts)
        }
        Some(other) => Filter::All(vec![other, condition]),
    };
    Some(Asked {
        filter: Some(filter),
        ..asked.clone()
    })
}

#[component]
pub fn UseValueDialog(view: View, scope: TableScope) -> impl IntoView {
    let used = view.used;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if used.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            used.set(None);
        }
        now
    });
    let go = move |asked: Asked| {
        open.set(false);
        run_elsewhere(view, asked);
    };
    let details = scope.details;
    let content = move || {
        let used = used.get()?;
        let ways = details.ready(|table| {
            let asked = view.asked.get_untracked();
            let filters = [(Comparison::Equal, "Filter by it"), (Comparison::NotEqual, "Leave it out")].map(|(operator, label)| {
                let tests = format!("{label}: {} {} {}", used.attribute, operator.symbol(), short(&used.value));
                (tests, narrowed(&asked, &used, operator, table))
            });
            (filters, follows(&used, table))
        });
        let (filters, follows) = ways?;
        let filters = filters.map(|(label, asked)| {
            let blocked = asked.is_none().then(|| "The filter of a Query cannot test its key".to_owned());
            view! {
                <Button
                    icon=IconName::Filter
                    disabled=blocked
                    on_press=move |()| {
                        if let Some(asked) = asked.clone() {
                            go(asked);
                        }
                    }
                >
                    {label}
                </Button>
            }
        });
        let follows = follows
            .into_iter()
            .map(|follow| {
                view! { <Button icon=IconName::Key on_press=move |()| go(follow.asked.clone())>{follow.label}</Button> }
            })
            .collect_view();
        Some(view! {
            <div class="use-value">
                <dl class="facts">
                    <div><dt>"Attribute"</dt><dd>{used.attribute.clone()}</dd></div>
                    <div><dt>{format!("Value ({})", used.value.type_name())}</dt><dd class="use-value-text">{short(&used.value)}</dd></div>
                </dl>
                {filters.into_iter().collect_view()}
                {follows}
                <CopyButton text=copied(&used.value) label="Copy the value" labelled=true />
            </div>
        })
    };
    view! { <Dialog open title="Use this value">{content}</Dialog> }
}

#[cfg(test)]
mod tests {
    use super::super::builder::plan::tests::table;
    use super::*;

    fn used(attribute: &str, value: AttributeValue) -> Used {
        Used {
            attribute: attribute.into(),
            item: [(attribute.to_owned(), value.clone())].into(),
            value,
        }
    }

    #[test]
    fn a_value_is_followed_where_its_type_fits_its_own_key_first() {
        let text = |text: &str| AttributeValue::S(text.into());
        let labels = |used: &Used| -> Vec<String> { follows(used, &table()).into_iter().map(|follow| follow.label).collect() };
        assert_eq!(
            labels(&used("kind", text("a"))),
            ["Query the GSI by-kind: kind = \"a\"", "Query the table: pk = \"a\""]
        );
        assert_eq!(labels(&used("n", AttributeValue::N("1".into()))), [""; 0]);
        assert_eq!(labels(&used("kind", text(""))), [""; 0], "no key is empty");
    }

    #[test]
    fn a_filter_grows_and_never_tests_the_key_of_a_query() {
        let asked = Asked {
            filter: Some(Filter::Exists { path: "a".into() }),
            ..Asked::default()
        };
        let more = narrowed(&asked, &used("b.c", AttributeValue::Null), Comparison::NotEqual, &table()).expect("a filter");
        let Some(Filter::All(parts)) = more.filter else { panic!("a group") };
        assert_eq!(parts.len(), 2);
        assert!(matches!(&parts[1], Filter::Compare { path, .. } if path == "\"b.c\""));
        let query = follows(&used("pk", AttributeValue::S("a".into())), &table()).remove(0).asked;
        assert_eq!(
            narrowed(&query, &used("sk", AttributeValue::S("b".into())), Comparison::Equal, &table()),
            None
        );
    }
}
