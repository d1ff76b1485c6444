//! What the history says of a write, in words.

use std::collections::BTreeSet;

use dynadesk_shared::Key;
use dynadesk_shared::api::history::{GroupRow, WriteKind, WriteState, WriteSummary, WriteView};

use crate::format;
use crate::ui::Tone;

/// What was done.
pub fn kind(kind: WriteKind) -> &'static str {
    match kind {
        WriteKind::Create => "Created",
        WriteKind::Replace => "Replaced",
        WriteKind::Edit => "Edited",
        WriteKind::Delete => "Deleted",
        WriteKind::PartiQl => "PartiQL",
        WriteKind::Message => "Message",
        WriteKind::Undo => "Undo",
        WriteKind::Seed => "Seed",
        WriteKind::Names => "Names",
    }
}

/// What came of it.
pub fn state(state: WriteState) -> (&'static str, Tone) {
    match state {
        WriteState::Begun => ("Not known", Tone::Warning),
        WriteState::Done => ("Done", Tone::Good),
        WriteState::Failed => ("Failed", Tone::Bad),
        WriteState::Undone => ("Undone", Tone::Neutral),
    }
}

/// How many items a group has, where somebody counted them.
pub fn items(items: Option<u64>) -> String {
    items.map_or_else(|| "many items".to_owned(), |items| format::counted(items, "item", "items"))
}

/// How many writes of which tables an undo of all of them puts back, where all rows are here; else how many at most.
pub fn put_back(rows: &[GroupRow], is_whole: bool, items: Option<u64>) -> String {
    if !is_whole {
        let most = items.map_or_else(
            || "Many writes, which nobody counted,".to_owned(),
            |items| format!("Up to {} writes", format::count(items)),
        );
        return format!("{most} are put back.");
    }
    let open = rows.iter().filter(|row| row.state.is_open());
    let tables: BTreeSet<&str> = open.clone().map(|row| row.table.as_str()).collect();
    let tables: Vec<&str> = tables.into_iter().collect();
    let (writes, are) = match open.count() {
        1 => ("1 write".to_owned(), "is"),
        count => (format!("{} writes", format::count(count as u64)), "are"),
    };
    match tables.as_slice() {
        [] => "Nothing is left to put back.".to_owned(),
        [table] => format!("{writes} to the table {table} {are} put back."),
        several => format!("{writes} to the tables {} {are} put back.", several.join(", ")),
    }
}

/// The names of what changed, as far as a line has room for them.
pub fn changed(summary: &WriteSummary) -> String {
    match summary.changed.as_slice() {
        _ if summary.state == WriteState::Failed => "nothing".to_owned(),
        [] => "nothing".to_owned(),
        some if some.len() > 4 => format!("{} and {} more", some[..3].join(", "), some.len() - 3),
        all => all.join(", "),
    }
}

/// What an undo would do.
pub fn way_back(view: &WriteView) -> String {
    let same_key = |key: &Key| {
        let after = view.after.as_ref();
        after.is_some_and(|after| {
            key.0
                .iter()
                .all(|(name, value)| after.get(name).is_some_and(|other| value.same_as(other)))
        })
    };
    match (&view.before, &view.after) {
        (None, _) => "Undo deletes the item, if it is still as this write left it.".to_owned(),
        (Some(_), None) => "Undo puts the item back as it was, if nothing has its key by now.".to_owned(),
        (Some(_), Some(_)) if same_key(&view.summary.key) => {
            "Undo puts back what this write changed, if the item is still as this write left it.".to_owned()
        }
        (Some(_), Some(_)) => {
            "Undo puts the item back under its old key and takes the new one away, if the item is still as this write left it.".to_owned()
        }
    }
}

/// Why a write cannot be undone, if so.
pub fn why_not_undo(view: &WriteView) -> Option<&'static str> {
    match view.summary.state {
        WriteState::Undone => Some("It was undone already"),
        WriteState::Failed => Some("The engine refused this write: nothing changed"),
        WriteState::Begun | WriteState::Done => None,
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::AttributeValue;

    use super::*;

    #[test]
    fn what_is_put_back_is_counted_and_named() {
        let row = |table: &str, state| GroupRow {
            write: "w".to_owned(),
            table: table.to_owned(),
            key: Key([("pk".to_owned(), AttributeValue::S("a".to_owned()))].into_iter().collect()),
            kind: WriteKind::Edit,
            state,
        };
        let (done, undone) = (row("notes", WriteState::Done), row("notes", WriteState::Undone));
        let all = [done.clone(), undone.clone()];
        assert_eq!(put_back(&all, true, Some(2)), "1 write to the table notes is put back.");
        let two = [done, undone.clone(), row("drafts", WriteState::Begun)];
        assert_eq!(put_back(&two, true, Some(3)), "2 writes to the tables drafts, notes are put back.");
        assert_eq!(put_back(&[undone], true, Some(1)), "Nothing is left to put back.");
        assert_eq!(put_back(&all, false, Some(1_200)), "Up to 1,200 writes are put back.");
        assert_eq!(put_back(&all, false, None), "Many writes, which nobody counted, are put back.");
    }
}
