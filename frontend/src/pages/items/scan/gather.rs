//! Many rows at once, for what is done with a selection: kept ones as they are, dropped ones fetched
//! again and not kept.

use std::collections::HashMap;
use std::ops::Range;

use dynadesk_shared::Item;
use leptos::prelude::*;

use super::Scan;
use super::read::fetch;
use crate::api::ApiFailure;

impl Scan {
    /// The items of rows on the screen; nothing for a row that the table does not have any more.
    pub async fn gather(self, rows: Range<usize>) -> Result<Vec<Option<Item>>, ApiFailure> {
        let read = |places: &[usize]| -> Option<Vec<Option<Item>>> {
            self.state
                .try_with_value(|state| places.iter().map(|place| state.pages.row(*place).cloned()).collect())
        };
        let places: Vec<usize> = self
            .state
            .try_with_value(|state| rows.map(|row| state.place(row)).collect())
            .unwrap_or_default();
        let mut items = read(&places).unwrap_or_default();
        let mut pages: HashMap<usize, Vec<Item>> = HashMap::new();
        for (item, place) in items.iter_mut().zip(&places).filter(|(item, _)| item.is_none()) {
            let Some((first, origin, connection, table, asked)) = self
                .state
                .try_with_value(|state| {
                    let (first, origin) = state.pages.dropped(*place)?;
                    Some((first, origin, state.connection.clone(), state.table.clone(), state.asked.clone()))
                })
                .flatten()
            else {
                continue;
            };
            if let std::collections::hash_map::Entry::Vacant(entry) = pages.entry(first) {
                entry.insert(fetch(&connection, &table, &asked, &origin).await?.items);
            }
            *item = pages.get(&first).and_then(|page| page.get(*place - first)).cloned();
        }
        Ok(items)
    }
}
