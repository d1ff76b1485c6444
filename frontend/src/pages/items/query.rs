//! The view that the URL holds: paste it and see the same.

use dynadesk_shared::Key;
use dynadesk_shared::token;

use super::scan::Sort;
use crate::grid::columns::Remembered;
pub use crate::nav::asked::{Asked, PAGE_SIZE, PAGE_SIZES};
use crate::nav::{query_value, with_query};

/// What of a table is looked at, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemsQuery {
    pub asked: Asked,
    /// The item that is open beside the grid.
    pub item: Option<Key>,
    /// Whether it is being edited.
    pub edit: bool,
    /// The first row in view.
    pub row: usize,
    /// How the rows are sorted on the screen.
    pub sort: Option<Sort>,
    /// Columns as the operator arranged them.
    pub columns: Option<Remembered>,
    /// The access pattern that this is a run of.
    pub pattern: Option<String>,
}

impl ItemsQuery {
    /// Reads a query; what is damaged or unknown is left out.
    pub fn read(query: &str) -> Self {
        let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty());
        Self {
            asked: Asked::read(value),
            item: value("item").and_then(|text| Key::from_token(&text).ok()),
            edit: value("edit").is_some(),
            row: value("row").and_then(|text| text.parse().ok()).unwrap_or_default(),
            sort: value("sort").map(|attribute| Sort {
                attribute,
                descending: value("sorted").as_deref() == Some("descending"),
            }),
            columns: value("columns").and_then(|text| token::decode(&text).ok()),
            pattern: value("pattern"),
        }
    }

    /// The link that holds this view.
    pub fn href(&self, path: &str) -> String {
        let sort = self.sort.as_ref();
        let mut pairs: Vec<(&str, Option<String>)> = self.asked.pairs().into();
        pairs.extend([
            ("item", self.item.as_ref().map(Key::to_token)),
            ("edit", (self.edit && self.item.is_some()).then(|| "1".to_owned())),
            ("row", (self.row > 0).then(|| self.row.to_string())),
            ("sort", sort.map(|sort| sort.attribute.clone())),
            ("sorted", sort.filter(|sort| sort.descending).map(|_| "descending".to_owned())),
            (
                "columns",
                self.columns.as_ref().filter(|columns| !columns.is_empty()).map(token::encode),
            ),
            ("pattern", self.pattern.clone()),
        ]);
        with_query(path, &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::AttributeValue;
    use dynadesk_shared::api::items::Segment;
    use dynadesk_shared::filter::Filter;
    use dynadesk_shared::key_condition::{KeyCondition, SortCondition, SortTest};

    use crate::nav::asked::Limits;

    fn everything() -> Asked {
        Asked {
            index: Some("by-group".into()),
            key: Some(KeyCondition {
                partition: [("p&k=".to_owned(), AttributeValue::B(vec![0, 255]))].into(),
                sort: vec![SortCondition {
                    name: "sk".into(),
                    test: SortTest::Between {
                        low: AttributeValue::N("-1E+125".into()),
                        high: AttributeValue::N("99999999999999999999999999999999999999".into()),
                    },
                }],
            }),
            filter: Some(Filter::Not(Box::new(Filter::BeginsWith {
                path: "\"a.b\"".into(),
                prefix: AttributeValue::B(vec![0, 255]),
            }))),
            projection: vec!["a[0].\"b,c\"".into(), "d".into()],
            limit: 100,
            descending: true,
            consistent: true,
            count: true,
            stop: Limits {
                items: Some(10_000),
                units: Some(25),
            },
        }
    }

    #[test]
    fn a_view_survives_its_link() {
        let view = ItemsQuery {
            asked: everything(),
            item: Some(Key([("pk".to_owned(), AttributeValue::B(vec![1, 2]))].into())),
            edit: true,
            row: 1_234,
            sort: Some(Sort {
                attribute: "a&b #1".into(),
                descending: true,
            }),
            columns: Some(Remembered {
                hidden: vec!["<b>".into()],
                ..Remembered::default()
            }),
            pattern: Some("List & read #1".into()),
        };
        let link = view.href("/c/local/tables/t/items");
        assert_eq!(ItemsQuery::read(link.split_once('?').expect("a query").1), view);
        assert_eq!(ItemsQuery::read(&view.asked.to_query()).asked, view.asked);
    }

    #[test]
    fn the_plain_view_has_a_plain_link_and_damage_is_left_out() {
        assert_eq!(ItemsQuery::default().href("/x"), "/x");
        assert_eq!(Asked::default().to_query(), "");
        assert_eq!(
            ItemsQuery::read("filter=%%%&key=zz&read=1&item=zz&limit=9999999&row=x&columns=1&order=up&stop_units=-1"),
            ItemsQuery::default()
        );
    }

    #[test]
    fn requests_carry_the_whole_question() {
        let asked = everything();
        let key = asked.key.clone().expect("a key");
        let query = asked.query(&key, 7, Some("c".into()));
        assert_eq!((query.limit, query.descending, query.count), (7, true, true));
        let scan = asked.scan(9, None, Some(Segment { number: 1, of: 2 }));
        assert_eq!((scan.projection.len(), scan.segment.map(|segment| segment.of)), (2, Some(2)));
        assert!(!asked.whole() && Asked::default().whole());
    }
}
