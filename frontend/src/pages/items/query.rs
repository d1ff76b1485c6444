//! The view that the URL holds: paste it and see the same.

use dynadesk_shared::Key;
use dynadesk_shared::filter::Filter;
use dynadesk_shared::token;

use crate::grid::columns::Remembered;
use crate::nav::{query_value, with_query};

/// Page sizes to choose from: how many items the engine examines for one page.
pub const PAGE_SIZES: [u32; 4] = [100, 250, 500, 1_000];
pub const PAGE_SIZE: u32 = 500;

/// What of a table is looked at, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemsQuery {
    pub asked: Asked,
    /// The item that is open beside the grid.
    pub item: Option<Key>,
    /// The first row in view.
    pub row: usize,
    /// Columns as the operator arranged them.
    pub columns: Option<Remembered>,
}

/// The part of the view that decides which items come.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub index: Option<String>,
    pub filter: Option<Filter>,
    pub limit: u32,
    pub consistent: bool,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            index: None,
            filter: None,
            limit: PAGE_SIZE,
            consistent: false,
        }
    }
}

impl ItemsQuery {
    /// Reads a query; what is damaged or unknown is left out.
    pub fn read(query: &str) -> Self {
        let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty());
        Self {
            asked: Asked {
                index: value("index"),
                filter: value("filter").and_then(|text| token::decode(&text).ok()),
                limit: value("limit")
                    .and_then(|text| text.parse().ok())
                    .filter(|limit| (1..=1_000).contains(limit))
                    .unwrap_or(PAGE_SIZE),
                consistent: value("consistent").is_some(),
            },
            item: value("item").and_then(|text| Key::from_token(&text).ok()),
            row: value("row").and_then(|text| text.parse().ok()).unwrap_or_default(),
            columns: value("columns").and_then(|text| token::decode(&text).ok()),
        }
    }

    /// The link that holds this view.
    pub fn href(&self, path: &str) -> String {
        let asked = &self.asked;
        with_query(
            path,
            &[
                ("index", asked.index.clone()),
                ("filter", asked.filter.as_ref().map(token::encode)),
                ("limit", (asked.limit != PAGE_SIZE).then(|| asked.limit.to_string())),
                ("consistent", asked.consistent.then(|| "1".to_owned())),
                ("item", self.item.as_ref().map(Key::to_token)),
                ("row", (self.row > 0).then(|| self.row.to_string())),
                (
                    "columns",
                    self.columns.as_ref().filter(|columns| !columns.is_empty()).map(token::encode),
                ),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::AttributeValue;

    #[test]
    fn a_view_survives_its_link() {
        let view = ItemsQuery {
            asked: Asked {
                index: Some("by-group".into()),
                filter: Some(Filter::Not(Box::new(Filter::BeginsWith {
                    path: "\"a.b\"".into(),
                    prefix: AttributeValue::B(vec![0, 255]),
                }))),
                limit: 100,
                consistent: true,
            },
            item: Some(Key([("pk".to_owned(), AttributeValue::B(vec![1, 2]))].into())),
            row: 1_234,
            columns: Some(Remembered {
                hidden: vec!["<b>".into()],
                ..Remembered::default()
            }),
        };
        let link = view.href("/c/local/tables/t/items");
        assert_eq!(ItemsQuery::read(link.split_once('?').expect("a query").1), view);
    }

    #[test]
    fn the_plain_view_has_a_plain_link_and_damage_is_left_out() {
        assert_eq!(ItemsQuery::default().href("/x"), "/x");
        assert_eq!(
            ItemsQuery::read("filter=%%%&item=zz&limit=9999999&row=x&columns=1"),
            ItemsQuery::default()
        );
    }
}
