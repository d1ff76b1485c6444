//! Changes of cells that wait to be saved, by item. Each item is kept as it was seen, so that pages of
//! rows may come and go, and so that saving can be conditional on it.

use dynadesk_shared::api::writes::{Change, Outcome};
use dynadesk_shared::value::same;
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
mod tests;
