//! Changes of cells that wait to be saved, by item. Each item is kept as it was seen, so that pages of
//! rows may come and go, and so that saving can be conditional on it.

use dynadesk_shared::api::writes::{Change, Outcome};
use dynadesk_shared::{AttributeValue, Item, Key};

/// What became of an item's changes so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    Waiting,
    /// Somebody else was faster: what the table holds now, nothing where the item is gone.
    Conflict(Option<Item>),
    /// Refused by the engine, and why.
    Refused(String),
}

/// One item with changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    pub key: Key,
    /// As it was seen; nothing where the operator decided to make the lost item anew.
    pub base: Option<Item>,
    /// As it shall be.
    pub item: Item,
    pub standing: Standing,
}

/// One attribute that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub name: String,
    pub before: Option<AttributeValue>,
    pub after: Option<AttributeValue>,
}

impl Edited {
    /// The attributes that differ, by name.
    pub fn differences(&self) -> Vec<Difference> {
        let nothing = Item::new();
        let base = self.base.as_ref().unwrap_or(&nothing);
        let mut names: Vec<&String> = base.keys().chain(self.item.keys()).collect();
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| {
                let (before, after) = (base.get(name).cloned(), self.item.get(name).cloned());
                let differs = !same(before.as_ref(), after.as_ref());
                let name = name.clone();
                differs.then_some(Difference { name, before, after })
            })
            .collect()
    }

    pub fn change(&self) -> Change {
        let item = self.item.clone();
        match self.base.clone() {
            Some(base) => Change::Edit { base, item },
            None => Change::Create { item },
        }
    }
}

/// One change of one attribute, for the way back.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    key: Key,
    base: Item,
    name: String,
    before: Option<AttributeValue>,
    after: Option<AttributeValue>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    edits: Vec<Edited>,
    done: Vec<Step>,
    undone: Vec<Step>,
}

/// Whether two values are the same to DynamoDB.
fn same(one: Option<&AttributeValue>, other: Option<&AttributeValue>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.same_as(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// An item with changes put over it.
fn over(item: &Item, changes: Vec<Difference>) -> Item {
    let mut item = item.clone();
    for Difference { name, after, .. } in changes {
        match after {
            Some(value) => drop(item.insert(name, value)),
            None => drop(item.remove(&name)),
        }
    }
    item
}

impl Queue {
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    pub fn edits(&self) -> &[Edited] {
        &self.edits
    }

    pub fn get(&self, key: &Key) -> Option<&Edited> {
        self.edits.iter().find(|edited| edited.key == *key)
    }

    /// The changes of the item that a row shows, by the attributes that are its key.
    pub fn of_row(&self, row: &Item) -> Option<&Edited> {
        let is = |edited: &&Edited| edited.key.0.iter().all(|(name, value)| row.get(name) == Some(value));
        self.edits.iter().find(is)
    }

    /// How many attributes and how many items.
    pub fn count(&self) -> (usize, usize) {
        let changes = self.edits.iter().map(|edited| edited.differences().len()).sum();
        (changes, self.edits.len())
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Changes an attribute; nothing takes it out of the item. `base` is the item, whole, as it was seen.
    pub fn put(&mut self, key: &Key, base: &Item, name: &str, after: Option<AttributeValue>) {
        let now = self.get(key).map_or(base, |edited| &edited.item);
        let before = now.get(name).cloned();
        if same(before.as_ref(), after.as_ref()) {
            return;
        }
        let step = Step {
            key: key.clone(),
            base: base.clone(),
            name: name.to_owned(),
            before,
            after,
        };
        self.apply(&step, true);
        self.done.push(step);
        self.undone.clear();
    }

    /// Takes the last change back. True where there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.done.pop() else { return false };
        self.apply(&step, false);
        self.undone.push(step);
        true
    }

    /// Does again what was taken back last. True where there was something.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.undone.pop() else { return false };
        self.apply(&step, true);
        self.done.push(step);
        true
    }

    fn apply(&mut self, step: &Step, forward: bool) {
        let value = if forward { &step.after } else { &step.before };
        let at = self.edits.iter().position(|edited| edited.key == step.key).unwrap_or_else(|| {
            self.edits.push(Edited {
                key: step.key.clone(),
                base: Some(step.base.clone()),
                item: step.base.clone(),
                standing: Standing::Waiting,
            });
            self.edits.len() - 1
        });
        let edited = &mut self.edits[at];
        match value {
            Some(value) => drop(edited.item.insert(step.name.clone(), value.clone())),
            None => drop(edited.item.remove(&step.name)),
        }
        // What the engine refused was another value than this one.
        if matches!(edited.standing, Standing::Refused(_)) {
            edited.standing = Standing::Waiting;
        }
        if edited.base.is_some() && edited.differences().is_empty() {
            self.edits.remove(at);
        }
    }

    /// Forgets an item's changes: they are saved, or given up.
    pub fn settle(&mut self, key: &Key) {
        self.edits.retain(|edited| edited.key != *key);
        self.done.retain(|step| step.key != *key);
        self.undone.retain(|step| step.key != *key);
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts back what was discarded. An item that was changed again since then stays as it is now.
    pub fn restore(&mut self, before: &Self) {
        let again: Vec<Key> = self.edits.iter().map(|edited| edited.key.clone()).collect();
        let is_new = |key: &Key| !again.contains(key);
        // Where nothing waits, the steps since then came to nothing.
        self.done.retain(|step| !is_new(&step.key));
        self.undone.retain(|step| !is_new(&step.key));
        // What comes back is older, so it is taken back later.
        let older = |steps: &[Step]| -> Vec<Step> { steps.iter().filter(|step| is_new(&step.key)).cloned().collect() };
        self.done.splice(0..0, older(&before.done));
        self.undone.splice(0..0, older(&before.undone));
        let back = before.edits.iter().filter(|edited| is_new(&edited.key)).cloned();
        self.edits.splice(0..0, back.collect::<Vec<_>>());
    }

    /// Takes what came of an item's changes, as they were `sent`.
    pub fn heard(&mut self, key: &Key, sent: &Item, outcome: &Outcome) {
        let standing = match outcome {
            Outcome::Written { item, .. } => return self.saved(key, sent, item.as_ref().unwrap_or(sent)),
            Outcome::Unchanged => return self.saved(key, sent, sent),
            Outcome::Conflict { theirs } => Standing::Conflict(theirs.clone()),
            Outcome::Refused { message, engine_code, .. } => Standing::Refused(match engine_code {
                Some(code) => format!("{code}: {message}"),
                None => message.clone(),
            }),
            Outcome::NotWritten => Standing::Waiting,
        };
        if let Some(edited) = self.edits.iter_mut().find(|edited| edited.key == *key) {
            edited.standing = standing;
        }
    }

    /// The item is saved as it was sent. What was changed while that ran waits on, over what was written.
    fn saved(&mut self, key: &Key, sent: &Item, written: &Item) {
        let since = self.get(key).map_or_else(Vec::new, |edited| {
            let since = Edited {
                base: Some(sent.clone()),
                ..edited.clone()
            };
            since.differences()
        });
        let edited = Edited {
            key: key.clone(),
            base: Some(written.clone()),
            item: over(written, since),
            standing: Standing::Waiting,
        };
        let at = self.edits.iter().position(|edited| edited.key == *key).unwrap_or_default();
        // The steps lead back to an image that is no more.
        self.settle(key);
        if !edited.differences().is_empty() {
            self.edits.insert(at, edited);
        }
    }

    /// Puts the operator's changes over what the table holds now; saving is conditional on that from
    /// here on. What the operator did not change is theirs.
    pub fn overwrite(&mut self, key: &Key) {
        let Some(edited) = self.edits.iter_mut().find(|edited| edited.key == *key) else {
            return;
        };
        let Standing::Conflict(theirs) = std::mem::replace(&mut edited.standing, Standing::Waiting) else {
            return;
        };
        if let Some(theirs) = &theirs {
            edited.item = over(theirs, edited.differences());
        }
        edited.base = theirs;
        let done = edited.base.is_some() && edited.differences().is_empty();
        // The steps lead back to an image that is no more.
        self.done.retain(|step| step.key != *key);
        self.undone.retain(|step| step.key != *key);
        if done {
            self.settle(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> Option<AttributeValue> {
        Some(AttributeValue::S(text.to_owned()))
    }

    fn item(pk: &str, note: &str) -> Item {
        [("pk", s(pk)), ("note", s(note))]
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
            .collect()
    }

    fn key(pk: &str) -> Key {
        Key(item(pk, "").into_iter().filter(|(name, _)| name == "pk").collect())
    }

    fn note(queue: &Queue, pk: &str) -> Option<AttributeValue> {
        queue.get(&key(pk)).and_then(|edited| edited.item.get("note").cloned())
    }

    #[test]
    fn changes_gather_by_item_and_go_when_nothing_differs() {
        let (mut queue, base) = (Queue::default(), item("a", "old"));
        queue.put(&key("a"), &base, "note", s("old"));
        assert!(queue.is_empty() && !queue.can_undo(), "the same value changes nothing");
        queue.put(&key("a"), &base, "note", s("new"));
        queue.put(&key("a"), &base, "more", s("x"));
        queue.put(&key("b"), &item("b", "old"), "note", None);
        assert_eq!(queue.count(), (3, 2));
        assert_eq!(
            queue.of_row(&item("a", "as the page has it")).map(|edited| &edited.key),
            Some(&key("a"))
        );
        assert_eq!(queue.of_row(&item("c", "old")), None);
        queue.put(&key("a"), &base, "note", s("old"));
        queue.put(&key("a"), &base, "more", None);
        assert_eq!(queue.count(), (1, 1));
    }

    #[test]
    fn every_step_goes_back_and_forth() {
        let (mut queue, base) = (Queue::default(), item("a", "0"));
        for text in ["1", "2", "3"] {
            queue.put(&key("a"), &base, "note", s(text));
        }
        assert!(queue.undo() && queue.undo());
        assert_eq!(note(&queue, "a"), s("1"));
        assert!(queue.redo());
        assert_eq!(note(&queue, "a"), s("2"));
        queue.put(&key("a"), &base, "note", s("4"));
        assert!(!queue.can_redo(), "another way was taken");
        while queue.undo() {}
        assert!(queue.is_empty());
        while queue.redo() {}
        assert_eq!(note(&queue, "a"), s("4"));
    }

    #[test]
    fn a_change_is_conditional_on_what_was_seen_first() {
        let mut queue = Queue::default();
        queue.put(&key("a"), &item("a", "seen"), "note", s("mine"));
        // The page was fetched again, and holds something newer.
        queue.put(&key("a"), &item("a", "newer"), "more", s("x"));
        let Some(Change::Edit { base, item: mine }) = queue.get(&key("a")).map(Edited::change) else {
            panic!("an edit");
        };
        assert_eq!(base, item("a", "seen"));
        assert_eq!((mine.get("note").cloned(), mine.get("more").cloned()), (s("mine"), s("x")));
    }

    #[test]
    fn outcomes_settle_or_say_what_stands_in_the_way() {
        let mut queue = Queue::default();
        for pk in ["saved", "lost", "refused"] {
            queue.put(&key(pk), &item(pk, "old"), "note", s("new"));
        }
        let sent = |pk| item(pk, "new");
        queue.heard(&key("saved"), &sent("saved"), &Outcome::Written { item: None, write: None });
        queue.heard(&key("lost"), &sent("lost"), &Outcome::Conflict { theirs: None });
        let refused = Outcome::Refused {
            code: "invalid".into(),
            message: "too large".into(),
            engine_code: Some("ValidationException".into()),
        };
        queue.heard(&key("refused"), &sent("refused"), &refused);
        let standings: Vec<&Standing> = queue.edits().iter().map(|edited| &edited.standing).collect();
        assert_eq!(
            standings,
            [
                &Standing::Conflict(None),
                &Standing::Refused("ValidationException: too large".into())
            ]
        );
        queue.put(&key("refused"), &item("refused", "old"), "note", s("shorter"));
        assert_eq!(queue.edits()[1].standing, Standing::Waiting);
        queue.overwrite(&key("lost"));
        assert_eq!(queue.edits()[0].change(), Change::Create { item: item("lost", "new") });
    }

    #[test]
    fn a_change_made_while_saving_waits_on() {
        let mut queue = Queue::default();
        for pk in ["a", "b", "c"] {
            queue.put(&key(pk), &item(pk, "old"), "note", s("sent"));
        }
        // While it is saved: one is changed further, and one is taken back.
        queue.put(&key("a"), &item("a", "old"), "more", s("x"));
        queue.put(&key("b"), &item("b", "old"), "note", s("old"));
        for pk in ["a", "b", "c"] {
            let written = Outcome::Written {
                item: Some(item(pk, "sent")),
                write: None,
            };
            queue.heard(&key(pk), &item(pk, "sent"), &written);
        }
        let mut further = item("a", "sent");
        further.insert("more".into(), AttributeValue::S("x".into()));
        let waits: Vec<Change> = queue.edits().iter().map(Edited::change).collect();
        assert_eq!(
            waits,
            [Change::Edit {
                base: item("a", "sent"),
                item: further
            }]
        );
        assert!(!queue.can_undo(), "the way back would lead to an image that is no more");
    }

    #[test]
    fn what_is_restored_leaves_what_was_changed_since() {
        let mut queue = Queue::default();
        queue.put(&key("a"), &item("a", "old"), "note", s("before"));
        queue.put(&key("b"), &item("b", "old"), "note", s("before"));
        let before = queue.clone();
        queue.clear();
        let mut alone = queue.clone();
        alone.restore(&before);
        assert_eq!(alone, before, "nothing was changed since");
        queue.put(&key("b"), &item("b", "old"), "note", s("since"));
        queue.put(&key("c"), &item("c", "old"), "note", s("since"));
        queue.restore(&before);
        let notes = ["a", "b", "c"].map(|pk| note(&queue, pk));
        assert_eq!(notes, [s("before"), s("since"), s("since")]);
        // The newest goes first.
        assert!(queue.undo() && queue.undo());
        let notes = ["a", "b", "c"].map(|pk| note(&queue, pk));
        assert_eq!(notes, [s("before"), None, None]);
        assert!(queue.undo() && !queue.undo() && queue.is_empty());
    }

    #[test]
    fn overwriting_keeps_what_they_changed_elsewhere() {
        let mut queue = Queue::default();
        queue.put(&key("a"), &item("a", "old"), "note", s("mine"));
        let mut theirs = item("a", "theirs");
        theirs.insert("more".into(), AttributeValue::Bool(true));
        queue.heard(
            &key("a"),
            &item("a", "mine"),
            &Outcome::Conflict {
                theirs: Some(theirs.clone()),
            },
        );
        queue.overwrite(&key("a"));
        let mut mine = theirs.clone();
        mine.insert("note".into(), AttributeValue::S("mine".into()));
        assert_eq!(
            queue.get(&key("a")).map(Edited::change),
            Some(Change::Edit { base: theirs, item: mine })
        );
        assert!(!queue.can_undo(), "the way back would lead to an image that is no more");
        // They changed it to the very same.
        queue.put(&key("b"), &item("b", "old"), "note", s("same"));
        queue.heard(
            &key("b"),
            &item("b", "same"),
            &Outcome::Conflict {
                theirs: Some(item("b", "same")),
            },
        );
        queue.overwrite(&key("b"));
        assert_eq!(queue.get(&key("b")), None);
    }

    #[test]
    fn two_spellings_of_a_number_are_no_difference() {
        let mut queue = Queue::default();
        let base: Item = [("pk", AttributeValue::S("a".into())), ("n", AttributeValue::N("1".into()))]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        for text in ["1.0", "2", "1.00"] {
            queue.put(&key("a"), &base, "n", Some(AttributeValue::N(text.into())));
        }
        assert!(queue.is_empty());
    }
}
