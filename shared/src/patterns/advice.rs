//! What stands against a pattern (it scans, or it needs a global index), and a key design that does
//! without. The rules look only at the pattern, at the table's keys and at the other patterns.

use super::{FilterPart, FilterTest, KeyPart, KeyTest, Operation, Pattern, Template};
use crate::api::tables::{IndexKind, TableView};
use crate::key::ScalarType;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Scan,
    GlobalIndex,
}

impl Mark {
    /// As it stands in the sheet.
    pub fn label(self) -> &'static str {
        match self {
            Self::Scan => "Scan",
            Self::GlobalIndex => "Needs a GSI",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub mark: Mark,
    /// What it costs as it is.
    pub why: String,
    /// What to write instead, in words.
    pub instead: String,
    /// The key of one such item: attribute and value.
    pub key: Vec<(String, String)>,
    /// What reads it then.
    pub then: Option<String>,
}

/// What stands against a pattern; nothing where it reads by the table's own key or by a local index.
pub fn advice(pattern: &Pattern, table: &TableView, others: &[Pattern]) -> Option<Advice> {
    if pattern.operation == Operation::Scan {
        return Some(of_scan(pattern, table));
    }
    let name = pattern.index.as_deref()?;
    let local = table.indexes.iter().any(|index| index.name == name && index.kind == IndexKind::Lsi);
    (!local).then(|| of_index(pattern, name, table, others))
}

/// The names of the table's key, where a prefix can be put into it.
fn keys(table: &TableView) -> Result<(&str, &str), String> {
    let text = |key: &&crate::key::KeyAttribute| key.kind == ScalarType::S;
    let Some(partition) = table.key.partition.first().filter(text) else {
        return Err(format!(
            "The partition key of {} is no String, so no prefix can be put into it: keep such lists in a table with a String key.",
            table.name
        ));
    };
    match table.key.sort.first() {
        Some(sort) if sort.kind == ScalarType::S => Ok((&partition.name, &sort.name)),
        Some(sort) => Err(format!(
            "The sort key {} is no String, so it cannot hold the keys of other items: keep such lists in a table with a String sort key.",
            sort.name
        )),
        None => Err(format!(
            "{} has no sort key, so a partition holds one item and no list: a table with a sort key can hold one item for each entry.",
            table.name
        )),
    }
}

fn of_scan(pattern: &Pattern, table: &TableView) -> Advice {
    let about = if pattern.filter.is_empty() {
        "and gives all of it"
    } else {
        "and pays for what the filter leaves out, too"
    };
    let why = format!(
        "A Scan reads the whole {} {about}: its cost grows with the table and not with the answer.",
        if pattern.index.is_some() { "index" } else { "table" }
    );
    let (partition, sort) = match keys(table) {
        Ok(keys) => keys,
        Err(instead) => {
            return Advice {
                mark: Mark::Scan,
                why,
                instead,
                key: Vec::new(),
                then: None,
            };
        }
    };
    // Equality makes the best key.
    let best = pattern
        .filter
        .iter()
        .find(|part| part.test == FilterTest::Equal)
        .or(pattern.filter.first());
    let (instead, values, test) = match best {
        None => list_of_all(partition),
        Some(part) => of_filter(part, partition),
    };
    Advice {
        mark: Mark::Scan,
        why,
        instead,
        then: Some(query(partition, &values.0, sort, test.as_deref())),
        key: example(pattern, partition, sort, values),
    }
}

/// The words, partition and sort key of the items to write, and the test of the sort key that reads them.
type Design = (String, (String, String), Option<String>);

fn list_of_all(partition: &str) -> Design {
    let words = format!(
        "For an export a Scan is right. For a list that is asked for often, write a small item for each entry under a few \
        partitions of its own ({partition} = ALL#0 to ALL#9, chosen by a hash of the key, so that no partition runs hot) and query those."
    );
    (words, ("ALL#0".to_owned(), "<key of the item>".to_owned()), None)
}

fn of_filter(part: &FilterPart, partition: &str) -> Design {
    let (name, value) = (label(&part.path), text(part.value.as_ref()));
    let own = "<key of the item>".to_owned();
    let together = "Write it in the same transaction as the item itself, and move it when the attribute changes.";
    match part.test {
        FilterTest::Equal => (
            format!("Write one more item for each, under the value that is asked for: overload the table's own key with it. {together}"),
            (format!("{name}#{value}"), own),
            None,
        ),
        FilterTest::BeginsWith if part.path == partition => {
            let prefix = value.trim_end_matches('#').to_owned();
            (
                format!("A prefix of {partition} is no key. Write one more item for each under one partition of that kind. {together}"),
                (format!("ALL#{prefix}"), own),
                None,
            )
        }
        FilterTest::BeginsWith => (
            format!("Put the text into the sort key, where a prefix can be queried. {together}"),
            (format!("BY#{name}"), format!("{value}…#{own}")),
            Some(format!("begins_with(@, {value})")),
        ),
        FilterTest::Less | FilterTest::LessOrEqual | FilterTest::Greater | FilterTest::GreaterOrEqual | FilterTest::Between => {
            let test = match (part.test, part.high.as_ref()) {
                (FilterTest::Between, high) => format!("@ BETWEEN {value} AND {}", text(high)),
                (test, _) => format!("@ {} {value}", test.symbol()),
            };
            (
                format!(
                    "Put the value into the sort key, where a range can be queried, under one partition for each month or each kind. \
                    A number needs leading zeros there. {together}"
                ),
                (format!("BY#{name}#<month or kind>"), format!("{value}#{own}")),
                Some(test),
            )
        }
        FilterTest::Contains => (
            format!("No key finds a part of a text. Where it is a set of words or tags, write one more item for each of them. {together}"),
            (format!("{name}#{value}"), own),
            None,
        ),
        FilterTest::Exists => (
            format!("Write one more item only while the attribute is there, so that the list is as short as the answer. {together}"),
            (format!("HAS#{name}"), own),
            None,
        ),
        FilterTest::NotExists => (
            format!("Write one more item only while the attribute is missing, and delete it when it comes. {together}"),
            (format!("WITHOUT#{name}"), own),
            None,
        ),
        FilterTest::NotEqual => (
            format!(
                "\"Not\" finds no key. Write one more item for each entry that is still to be found, and delete it when it is done. {together}"
            ),
            (format!("OPEN#{name}"), own),
            None,
        ),
    }
}

fn of_index(pattern: &Pattern, index: &str, table: &TableView, others: &[Pattern]) -> Advice {
    let why = format!(
        "{index} is a copy of its items: every write to them is paid again, the index has capacity of its own that can throttle the table, \
        and its reads are never strongly consistent."
    );
    let plain = |instead| Advice {
        mark: Mark::GlobalIndex,
        why: why.clone(),
        instead,
        key: Vec::new(),
        then: None,
    };
    let (partition, sort) = match keys(table) {
        Ok(keys) => keys,
        Err(instead) => return plain(instead),
    };
    let Some(asked) = pattern.key.iter().find(|part| part.test == KeyTest::Equal) else {
        return plain("Say in the key condition what the index is asked for, to see a key design without it.".to_owned());
    };
    let range = pattern.key.iter().find(|part| part.attribute != asked.attribute);
    let own = "<key of the item>";
    let then = |value: &str, prefix: &str| {
        let test = match range {
            Some(range) => range_test(range, prefix),
            None => format!("begins_with(@, {prefix})"),
        };
        query(
            partition,
            value,
            sort,
            (!(prefix.is_empty() && range.is_none())).then_some(test.as_str()),
        )
    };
    // Where another pattern reads a collection by the same parameter, the items belong there.
    let home = others
        .iter()
        .filter(|other| other.index.is_none() && other.name != pattern.name)
        .flat_map(|other| &other.key)
        .find(|part| {
            part.attribute == partition && !part.value.parameters().is_empty() && part.value.parameters() == asked.value.parameters()
        });
    match home {
        Some(home) => {
            let value = home.value.text.clone();
            let instead = format!(
                "{} is asked for elsewhere as {partition} = {value}: keep one small item for each entry in that collection, with the key of \
                the item that it points to. It is written in the same transaction, and read strongly consistent.",
                asked.attribute
            );
            let keys = (value.clone(), format!("REF#{own}"));
            Advice {
                mark: Mark::GlobalIndex,
                why,
                instead,
                then: Some(then(&value, "REF#")),
                key: example(pattern, partition, sort, keys),
            }
        }
        None => {
            let value = format!("{}#{}", label(&asked.attribute), asked.value.text);
            let instead =
                "Write one more item for each under the value that is asked for: the table's own key is overloaded with it. It costs \
                the write that the index costs, without its capacity and its delay."
                    .to_owned();
            let entry = range.map_or_else(|| own.to_owned(), |range| format!("<{}>#{own}", range.attribute));
            Advice {
                mark: Mark::GlobalIndex,
                why,
                instead,
                then: Some(then(&value, "")),
                key: example(pattern, partition, sort, (value, entry)),
            }
        }
    }
}

fn range_test(range: &KeyPart, prefix: &str) -> String {
    let first = &range.value.text;
    match range.test {
        KeyTest::BeginsWith | KeyTest::Equal => format!("begins_with(@, {prefix}{first})"),
        KeyTest::Between => format!("@ BETWEEN {prefix}{first} AND {prefix}{}", text(range.high.as_ref())),
        test => format!("@ {} {prefix}{first}", test.symbol()),
    }
}

/// A Query in words; `@` in the test stands for the sort key.
fn query(partition: &str, value: &str, sort: &str, test: Option<&str>) -> String {
    match test {
        Some(test) => format!("Query {partition} = {value} AND {}", test.replace('@', sort)),
        None => format!("Query {partition} = {value}"),
    }
}

/// The key of one item to write, the pattern's examples filled in.
fn example(pattern: &Pattern, partition: &str, sort: &str, (first, second): (String, String)) -> Vec<(String, String)> {
    let fill = |text: String| Template::s(text).fill(&pattern.examples);
    vec![(partition.to_owned(), fill(first)), (sort.to_owned(), fill(second))]
}

fn text(template: Option<&Template>) -> String {
    template.map(|template| template.text.clone()).unwrap_or_default()
}

/// An attribute as the first part of a key: `order.status` is `ORDER_STATUS`.
fn label(path: &str) -> String {
    let plain = path.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    let joined: String = plain.collect();
    joined.trim_matches('_').to_owned()
}

#[cfg(test)]
pub(in crate::patterns) mod tests {
    use super::super::cruddur;
    use super::*;

    /// The Cruddur table as an engine describes it.
    pub fn cruddur_table(with_index: bool) -> TableView {
        let key =
            |partition: &str| serde_json::json!({"partition": [{"name": partition, "type": "S"}], "sort": [{"name": "sk", "type": "S"}]});
        let index = serde_json::json!({
            "name": crate::cruddur::GROUP_INDEX, "kind": "GSI", "key": key("message_group_uuid"), "projection": "ALL", "item_count": 0, "size_bytes": 0,
        });
        serde_json::from_value(serde_json::json!({
            "name": "cruddur-messages", "status": "ACTIVE", "key": key("pk"), "item_count": 0, "size_bytes": 0,
            "billing_mode": "PROVISIONED", "indexes": if with_index { vec![index] } else { vec![] },
            "deletion_protection": false, "table_class": "STANDARD", "tags": {},
            "exchange": {"operation": "DescribeTable", "request": {}, "took_ms": 0},
        }))
        .expect("a table")
    }

    fn scan(test: FilterTest, path: &str, value: &str) -> Pattern {
        Pattern {
            name: "scan".into(),
            operation: Operation::Scan,
            filter: vec![FilterPart {
                path: path.into(),
                test,
                value: Some(Template::s(value)),
                high: None,
            }],
            examples: [("status".to_owned(), "open".to_owned())].into(),
            ..Pattern::default()
        }
    }

    #[test]
    fn a_scan_is_told_which_key_to_overload() {
        let table = cruddur_table(false);
        let advice = |pattern: &Pattern| advice(pattern, &table, &[]).expect("advice");
        let equal = advice(&scan(FilterTest::Equal, "order.status", "{status}"));
        assert_eq!(equal.mark, Mark::Scan);
        assert_eq!(equal.key[0], ("pk".to_owned(), "ORDER_STATUS#open".to_owned()));
        assert_eq!(equal.then.as_deref(), Some("Query pk = ORDER_STATUS#{status}"));
        let range = advice(&scan(FilterTest::Greater, "n", "{status}"));
        assert_eq!(range.then.as_deref(), Some("Query pk = BY#N#<month or kind> AND sk > {status}"));
        let prefix = advice(&scan(FilterTest::BeginsWith, "pk", "USER#"));
        assert_eq!(prefix.key[0].1, "ALL#USER");
        let every = Pattern {
            filter: Vec::new(),
            ..scan(FilterTest::Equal, "a", "b")
        };
        assert_eq!(advice(&every).key[0].1, "ALL#0");
        for test in FilterTest::ALL {
            let advice = advice(&scan(test, "a", "b"));
            assert!(advice.key.len() == 2 && advice.instead.ends_with('.'), "{test:?}");
        }
    }

    #[test]
    fn an_index_is_replaced_by_items_in_the_collection_that_is_read_anyway() {
        let table = cruddur_table(true);
        let all = cruddur::patterns(true);
        let marked: Vec<(&str, Advice)> = all
            .iter()
            .filter_map(|one| Some((one.name.as_str(), advice(one, &table, &all)?)))
            .collect();
        let [(name, found)] = marked.as_slice() else { panic!("{marked:?}") };
        assert_eq!((*name, found.mark), (cruddur::MOVE, Mark::GlobalIndex));
        assert!(
            found.key[0].1.starts_with("MSG#") && found.key[1].1.starts_with("REF#"),
            "{found:?}"
        );
        assert_eq!(found.then.as_deref(), Some("Query pk = MSG#{group} AND begins_with(sk, REF#)"));
        // Alone it gets a partition of its own.
        let alone = advice(&all[4], &table, &[]).expect("advice");
        assert!(alone.key[0].1.starts_with("MESSAGE_GROUP_UUID#"), "{alone:?}");
        assert!(cruddur::patterns(false).iter().all(|one| advice(one, &table, &all).is_none()));
    }

    #[test]
    fn a_table_that_cannot_hold_lists_is_told_so() {
        let mut table = cruddur_table(false);
        table.key.sort.clear();
        let found = advice(&scan(FilterTest::Equal, "a", "b"), &table, &[]).expect("advice");
        assert!(found.instead.contains("no sort key") && found.key.is_empty());
        table.key.partition[0].kind = ScalarType::N;
        let found = advice(&scan(FilterTest::Equal, "a", "b"), &table, &[]).expect("advice");
        assert!(found.instead.contains("no String"));
    }
}
