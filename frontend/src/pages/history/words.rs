//! What the history says of a write, in words.

use dynadesk_shared::Key;
use dynadesk_shared::api::history::{WriteKind, WriteState, WriteSummary, WriteView};

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

/// How many writes of which table an undo of all of them puts back.
pub fn put_back(items: Option<u64>, table: &str) -> String {
    let writes = match items {
        Some(1) => "1 write".to_owned(),
        Some(items) => format!("{} writes", format::count(items)),
        None => "Many writes, which nobody counted,".to_owned(),
    };
    let are = if items == Some(1) { "is" } else { "are" };
    format!("{writes} to the table {table} {are} put back.")
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
    use super::put_back;

    #[test]
    fn what_is_put_back_is_counted_and_named() {
        assert_eq!(put_back(Some(1), "notes"), "1 write to the table notes is put back.");
        assert_eq!(put_back(Some(1_200), "notes"), "1,200 writes to the table notes are put back.");
        assert_eq!(
            put_back(None, "notes"),
            "Many writes, which nobody counted, to the table notes are put back."
        );
    }
}
