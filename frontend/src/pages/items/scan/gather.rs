//! Many rows at once, for what is done with a selection: kept ones as they are, dropped ones fetched
//! again and not kept. A row that is not what the operator saw is left out.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

use dynadesk_shared::value::number;
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use super::Scan;
use super::read::fetch;
use super::state::State;
use crate::grid::pages::{Print, Spot, stand};
use crate::pages::items::selection::Ended;

impl Scan {
    /// Remembers which items rows on the screen stand for.
    pub fn pin(self, rows: impl Iterator<Item = usize>) -> Vec<Spot> {
        let spot = |state: &State, row| Spot {
            walk: state.pages.walk(),
            row,
            place: state.place(row),
        };
        self.state
            .try_with_value(|state| rows.map(|row| spot(state, row)).collect())
            .unwrap_or_default()
    }

    /// The connection and the table; nothing once the page is gone.
    pub fn table(self) -> Option<(String, String)> {
        self.state.try_with_value(|state| (state.connection.clone(), state.table.clone()))
    }

    /// Whether rows still stand for the same items.
    pub fn stand<'a>(self, spots: impl IntoIterator<Item = &'a Spot>) -> Result<(), Ended> {
        let same = self
            .state
            .try_with_value(|state| stand(spots, state.pages.walk(), |row| state.place(row)));
        match same {
            Some(true) => Ok(()),
            Some(false) => Err(Ended::Moved),
            None => Err(Ended::Left),
        }
    }

    /// The items of rows; nothing for one that changed or left the table since it was seen.
    pub async fn gather(self, spots: &[Spot]) -> Result<Vec<Option<Item>>, Ended> {
        self.stand(spots)?;
        let mut pages: HashMap<usize, Vec<Option<Item>>> = HashMap::new();
        let mut items = Vec::with_capacity(spots.len());
        for spot in spots {
            let dropped = self.state.try_with_value(|state| {
                let page = state.pages.page_of(spot.place)?;
                let (first, origin) = state.pages.dropped(spot.place)?;
                Some((
                    page,
                    first,
                    origin,
                    state.connection.clone(),
                    state.table.clone(),
                    state.asked.clone(),
                ))
            });
            let Some((page, first, origin, connection, table, asked)) = dropped.ok_or(Ended::Left)? else {
                items.push(self.kept(spot.place));
                continue;
            };
            if let Entry::Vacant(entry) = pages.entry(page) {
                let answer = fetch(&connection, &table, &asked, &origin).await?;
                // The walk may have begun anew meanwhile; then the page is another one.
                self.stand(spots)?;
                let known = self.state.try_with_value(|state| state.pages.known(page, answer.items));
                entry.insert(known.ok_or(Ended::Left)?);
            }
            items.push(pages[&page].get(spot.place - first).cloned().flatten());
        }
        Ok(items)
    }

    /// A kept row, where it is the one that was seen.
    fn kept(self, place: usize) -> Option<Item> {
        self.state
            .try_with_value(|state| state.pages.row(place).filter(|_| !state.pages.differs(place)).cloned())
            .flatten()
    }

    /// The rows on the screen that are not what was seen there; from now on they count as seen.
    pub fn take_differing(self) -> Vec<usize> {
        self.state
            .try_update_value(|state| {
                let places = state.pages.take_differing();
                match &state.order {
                    Some(order) if !places.is_empty() => (0..order.len()).filter(|row| places.contains(&order[*row])).collect(),
                    _ => places,
                }
            })
            .unwrap_or_default()
    }
}

impl Print for Item {
    fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        take_members(self, &mut hasher);
        hasher.finish()
    }
}

fn take_members(members: &Item, hasher: &mut DefaultHasher) {
    members.len().hash(hasher);
    for (name, value) in members {
        name.hash(hasher);
        take(value, hasher);
    }
}

fn take(value: &AttributeValue, hasher: &mut DefaultHasher) {
    use AttributeValue::{B, Bool, Bs, L, M, N, Ns, Null, S, Ss};
    value.type_name().hash(hasher);
    match value {
        S(text) => text.hash(hasher),
        // What was just written is the operator's text, and the engine may write the number otherwise.
        N(text) => number::canonical(text).hash(hasher),
        B(bytes) => bytes.hash(hasher),
        Bool(yes) => yes.hash(hasher),
        Null => {}
        L(list) => {
            list.len().hash(hasher);
            list.iter().for_each(|inner| take(inner, hasher));
        }
        M(members) => take_members(members, hasher),
        Ss(set) => sorted(set).hash(hasher),
        Ns(set) => {
            let numbers: Vec<String> = set.iter().map(|text| number::canonical(text)).collect();
            sorted(&numbers).hash(hasher);
        }
        Bs(set) => sorted(set).hash(hasher),
    }
}

/// A set has no order, and an engine may give it in another one.
fn sorted<T: Ord>(set: &[T]) -> Vec<&T> {
    let mut all: Vec<&T> = set.iter().collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, value: AttributeValue) -> Item {
        Item::from([("id".to_owned(), AttributeValue::S("1".into())), (name.to_owned(), value)])
    }

    #[test]
    fn items_are_told_apart_by_all_they_hold() {
        use AttributeValue::{L, M, N, Null, S, Ss};
        let all = [
            item("a", S("1".into())),
            item("a", N("1".into())),
            item("b", N("1".into())),
            item("a", L(vec![Null])),
            item("a", L(vec![L(vec![Null])])),
            item("a", M(item("a", Null))),
            item("a", Ss(vec!["x".into(), "y".into()])),
        ];
        let prints: std::collections::BTreeSet<u64> = all.iter().map(Print::print).collect();
        assert_eq!(prints.len(), all.len());
        assert_eq!(all[0].print(), all[0].clone().print());
        assert_eq!(all[1].print(), item("a", N("1.0".into())).print());
        assert_eq!(all[6].print(), item("a", Ss(vec!["y".into(), "x".into()])).print());
    }
}
