//! Three images of one item, attribute by attribute: what was loaded, what I made of it, and what
//! somebody else made of it meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::{AttributeValue, Item, same};

/// One attribute in the three images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub name: String,
    pub base: Option<AttributeValue>,
    pub mine: Option<AttributeValue>,
    pub theirs: Option<AttributeValue>,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody changed it.
    Same,
    MineOnly,
    TheirsOnly,
    /// Both changed it to the same value.
    BothSame,
    /// Both changed it, and not to the same value: somebody has to choose.
    Conflict,
}

/// Whose value an attribute gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Base,
    Mine,
    Theirs,
}

/// Every attribute of the three images, by name.
pub fn merge(base: &Item, mine: &Item, theirs: &Item) -> Vec<Merged> {
    let names: BTreeSet<&String> = base.keys().chain(mine.keys()).chain(theirs.keys()).collect();
    let one = |name: &String| {
        let (base, mine, theirs) = (base.get(name), mine.get(name), theirs.get(name));
        let state = match (same(base, mine), same(base, theirs), same(mine, theirs)) {
            (true, true, _) => State::Same,
            (false, true, _) => State::MineOnly,
            (true, false, _) => State::TheirsOnly,
            (false, false, true) => State::BothSame,
            (false, false, false) => State::Conflict,
        };
        Merged {
            name: name.clone(),
            base: base.cloned(),
            mine: mine.cloned(),
            theirs: theirs.cloned(),
            state,
        }
    };
    names.into_iter().map(one).collect()
}

/// The item that the choices make. Where none was made, a change wins over no change; the names of the
/// conflicts that are still open are an error. It is saved as an edit of `theirs`.
pub fn merged(rows: &[Merged], choices: &BTreeMap<String, Side>) -> Result<Item, Vec<String>> {
    let mut item = Item::new();
    let mut open = Vec::new();
    for row in rows {
        let side = match (choices.get(&row.name), row.state) {
            (Some(side), _) => *side,
            (None, State::MineOnly) => Side::Mine,
            (None, State::Conflict) => {
                open.push(row.name.clone());
                continue;
            }
            // Theirs is what the engine holds, so what is the same keeps its spelling.
            (None, State::Same | State::TheirsOnly | State::BothSame) => Side::Theirs,
        };
        let value = match side {
            Side::Base => &row.base,
            Side::Mine => &row.mine,
            Side::Theirs => &row.theirs,
        };
        if let Some(value) = value {
            item.insert(row.name.clone(), value.clone());
        }
    }
    if open.is_empty() { Ok(item) } else { Err(open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pairs: &[(&str, &str)]) -> Item {
        pairs
            .iter()
            .map(|(name, number)| ((*name).to_owned(), AttributeValue::N((*number).to_owned())))
            .collect()
    }

    #[test]
    fn every_state_is_told_and_a_conflict_waits_for_a_choice() {
        let base = item(&[
            ("same", "1"),
            ("mine", "1"),
            ("theirs", "1"),
            ("both", "1"),
            ("conflict", "1"),
            ("mine-gone", "1"),
            ("edit-delete", "1"),
        ]);
        let mine = item(&[
            ("same", "1.0"),
            ("mine", "2"),
            ("theirs", "1"),
            ("both", "2"),
            ("conflict", "2"),
            ("edit-delete", "2"),
        ]);
        let theirs = item(&[
            ("same", "1"),
            ("mine", "1"),
            ("theirs", "3"),
            ("both", "2.0"),
            ("conflict", "3"),
            ("mine-gone", "1"),
            ("added", "9"),
        ]);
        let rows = merge(&base, &mine, &theirs);
        let states: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.state)).collect();
        assert_eq!(
            states,
            [
                ("added", State::TheirsOnly),
                ("both", State::BothSame),
                ("conflict", State::Conflict),
                ("edit-delete", State::Conflict),
                ("mine", State::MineOnly),
                ("mine-gone", State::MineOnly),
                ("same", State::Same),
                ("theirs", State::TheirsOnly),
            ]
        );
        assert_eq!(
            merged(&rows, &BTreeMap::new()),
            Err(vec!["conflict".to_owned(), "edit-delete".to_owned()])
        );
        let choices = [
            ("conflict".to_owned(), Side::Mine),
            ("edit-delete".to_owned(), Side::Theirs),
            ("both".to_owned(), Side::Base),
        ];
        assert_eq!(
            merged(&rows, &choices.into()),
            Ok(item(&[
                ("added", "9"),
                ("both", "1"),
                ("conflict", "2"),
                ("mine", "2"),
                ("same", "1"),
                ("theirs", "3")
            ]))
        );
    }
}
