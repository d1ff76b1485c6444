//! What a question can cost, in words, from the sizes that the engine tells.

use dynadesk_shared::api::tables::{IndexKind, IndexView, TableView};
use dynadesk_shared::cost::{Figures, page_at_most};
use dynadesk_shared::filter::path::{self, Step};
use dynadesk_shared::key_condition::{KeyCondition, SortTest};

use crate::format;
use crate::pages::items::query::Asked;

/// How many items a count examines for a page.
const COUNT_PAGE: u32 = 1_000;

fn figures(table: &TableView, index: Option<&IndexView>) -> Figures {
    let (size_bytes, item_count) = index.map_or((table.size_bytes, table.item_count), |index| (index.size_bytes, index.item_count));
    Figures { size_bytes, item_count }
}

fn page(asked: &Asked) -> u32 {
    if asked.count { COUNT_PAGE } else { asked.limit }
}

fn mode(asked: &Asked) -> &'static str {
    if asked.consistent { "consistent" } else { "eventually consistent" }
}

pub fn of_scan(asked: &Asked, table: &TableView, index: Option<&IndexView>, place: &str) -> String {
    let figures = figures(table, index);
    let most = figures.read_at_most(page(asked), asked.consistent);
    let filter = if asked.filter.is_some() {
        " The filter saves none of it."
    } else {
        ""
    };
    format!(
        "To the end of {place} it costs at most about {} RCU ({}, {}, {}).{filter}{}",
        format::units(most),
        format::counted(figures.item_count, "item", "items"),
        format::bytes(figures.size_bytes),
        mode(asked),
        fetches(asked, table, index, page(asked).into()),
    )
}

/// A page and the whole of a Query. How large an item collection is, nobody tells: what its items are on
/// average in the whole table or index makes the page, and everything at once the most.
pub fn of_query(asked: &Asked, key: &KeyCondition, table: &TableView, index: Option<&IndexView>, place: &str) -> String {
    let (figures, consistent) = (figures(table, index), asked.consistent);
    let page = page(asked);
    let examined = u64::from(page).min(asked.stop.items.unwrap_or(u64::MAX));
    let most = format::units(page_at_most(if one_item(key, table, index) { 1 } else { examined }, consistent));
    let average = figures.average().map(format::bytes);
    if one_item(key, table, index) {
        let about = figures.page_about(1, consistent).zip(average);
        return match about {
            Some((about, average)) => format!(
                "The whole key is given, so it is one item at most: about {} RCU (items have {average} on average, {}), and never more than {most}.",
                format::units(about),
                mode(asked)
            ),
            None => format!(
                "The whole key is given, so it is one item at most: never more than {most} RCU ({}).",
                mode(asked)
            ),
        };
    }
    let said = match figures.page_about(examined, consistent).zip(average) {
        Some((about, average)) => {
            let items = format::counted(examined.min(figures.item_count), "item", "items");
            format!(
                "A page costs about {} RCU ({items} of {average} on average, {}), and never more than {most}, because it ends at 1 MB. To its end it costs at most about {} RCU, if all of {place} were in it.",
                format::units(about),
                mode(asked),
                format::units(figures.read_at_most(page, consistent)),
            )
        }
        None => format!(
            "The engine tells no sizes yet: a page never costs more than {most} RCU ({}), because it ends at 1 MB.",
            mode(asked)
        ),
    };
    format!("{said}{}", fetches(asked, table, index, examined))
}

/// Whether a key condition means one item: each key attribute of the table is given.
fn one_item(key: &KeyCondition, table: &TableView, index: Option<&IndexView>) -> bool {
    let equal = |name: &str| {
        key.sort
            .iter()
            .any(|sort| sort.name == name && matches!(sort.test, SortTest::Equal(_)))
    };
    index.is_none() && table.key.sort.iter().all(|attribute| equal(&attribute.name))
}

/// The names of attributes that are asked of an index and that it does not hold.
fn not_held<'a>(asked: &'a Asked, table: &'a TableView, index: &'a IndexView) -> Vec<String> {
    let held = |name: &String| {
        let keys = table.key.attributes().chain(index.key.attributes());
        index.projection == "ALL" || index.projected.contains(name) || keys.into_iter().any(|attribute| attribute.name == *name)
    };
    let names = asked.projection.iter().filter_map(|text| match path::parse(text).ok()?.first() {
        Some(Step::Name(name)) => Some(name.clone()),
        _ => None,
    });
    let mut names: Vec<String> = names.filter(|name| !held(name)).collect();
    names.dedup();
    names
}

/// What attributes add that an index does not hold. A count reads none.
fn fetches(asked: &Asked, table: &TableView, index: Option<&IndexView>, examined: u64) -> String {
    let Some(index) = index.filter(|_| !asked.count) else {
        return String::new();
    };
    let names = not_held(asked, table, index);
    if names.is_empty() {
        return String::new();
    }
    let names = names.join(", ");
    if index.kind == IndexKind::Gsi {
        return format!(
            " The index {} does not hold {names}, and a global index cannot fetch it.",
            index.name
        );
    }
    let whole = figures(table, None);
    let of = |items| whole.fetches_about(items, asked.consistent).map(format::units);
    match of(1).zip(of(examined)) {
        Some((each, all)) => format!(
            " The index {} does not hold {names}: each item that matches is read from the table as well, about {each} RCU more for each, {all} for a page of them.",
            index.name
        ),
        None => format!(
            " The index {} does not hold {names}: each item that matches is read from the table as well.",
            index.name
        ),
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::AttributeValue;
    use dynadesk_shared::key_condition::SortCondition;

    use super::super::plan::plan;
    use super::super::plan::tests::table;
    use super::*;
    use crate::pages::items::scan::Limits;

    fn query(partition: &str, sort: Option<&str>) -> Asked {
        let value = || AttributeValue::S("x".into());
        let sort = sort.map(|name| SortCondition {
            name: name.into(),
            test: SortTest::Equal(value()),
        });
        Asked {
            key: Some(KeyCondition {
                partition: [(partition.to_owned(), value())].into(),
                sort: sort.into_iter().collect(),
            }),
            ..Asked::default()
        }
    }

    #[test]
    fn a_query_says_what_a_page_and_the_whole_cost() {
        let why = plan(&query("pk", None), &table()).why;
        assert!(
            why.contains("A page costs about 64.5 RCU (500 items of 1.0 KB on average, eventually consistent), and never more than 178"),
            "{why}"
        );
        assert!(
            why.contains("To its end it costs at most about 128.5 RCU, if all of the table"),
            "{why}"
        );
        let consistent = Asked {
            consistent: true,
            stop: Limits {
                items: Some(10),
                units: None,
            },
            ..query("pk", None)
        };
        let why = plan(&consistent, &table()).why;
        assert!(why.contains("about 3 RCU (10 items of 1.0 KB on average, consistent)"), "{why}");
        let why = plan(&query("pk", Some("sk")), &table()).why;
        assert!(
            why.contains("one item at most: about 0.5 RCU (items have 1.0 KB on average") && why.contains("never more than 50."),
            "{why}"
        );
    }

    #[test]
    fn without_figures_only_the_bound_is_said() {
        let mut empty = table();
        (empty.item_count, empty.size_bytes) = (0, 0);
        let why = plan(&query("pk", None), &empty).why;
        assert!(
            why.contains("no sizes yet: a page never costs more than 178 RCU (eventually consistent)"),
            "{why}"
        );
        let why = plan(&query("pk", Some("sk")), &empty).why;
        assert!(why.contains("one item at most: never more than 50 RCU"), "{why}");
    }

    #[test]
    fn attributes_that_an_index_does_not_hold_are_fetched_from_the_table() {
        let mut table = table();
        table.indexes[0].kind = IndexKind::Lsi;
        table.indexes[0].projection = "INCLUDE".into();
        table.indexes[0].projected = vec!["held".into()];
        let asked = |projection: &[&str]| Asked {
            index: Some("by-kind".into()),
            projection: projection.iter().map(ToString::to_string).collect(),
            ..query("kind", None)
        };
        assert!(!plan(&asked(&["held.at", "pk", "kind"]), &table).why.contains("does not hold"));
        assert!(!plan(&asked(&[]), &table).why.contains("does not hold"));
        let why = plan(&asked(&["held", "a.b[0]"]), &table).why;
        assert!(
            why.contains("does not hold a: each item that matches is read from the table as well, about 0.5 RCU more for each, 250 for a page of them"),
            "{why}"
        );
        table.indexes[0].kind = IndexKind::Gsi;
        let why = plan(&asked(&["a"]), &table).why;
        assert!(why.contains("a global index cannot fetch it"), "{why}");
    }
}
