//! One item being edited: as a draft behind the form or as text, what is wrong with it, and whether it
//! differs from what was loaded.

use std::collections::{BTreeMap, HashMap, HashSet};

use dynadesk_shared::Item;
use dynadesk_shared::draft::{Draft, DraftFault, Id, Input, Kind, Node, Part};
use dynadesk_shared::item_faults::Rules;
use dynadesk_shared::item_text::{self, Form};
use dynadesk_shared::value::located::TextFault;
use leptos::prelude::*;

use crate::ui::focus;

/// How the item is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Form,
    Text(Form),
}

/// The item as it stands in the current view.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Nothing where what was typed is no item at all.
    pub item: Option<Item>,
    pub fields: Vec<DraftFault>,
    pub lines: Vec<TextFault>,
}

impl Standing {
    pub fn faults(&self) -> usize {
        self.fields.len() + self.lines.len()
    }
}

/// Cheap to copy; lives as long as the editor.
#[derive(Clone, Copy)]
pub struct Editor {
    draft: StoredValue<Draft>,
    /// What was loaded, or what a new item began with.
    pub base: StoredValue<Item>,
    pub rules: StoredValue<Rules>,
    pub view: RwSignal<View>,
    pub text: RwSignal<String>,
    /// What the text was written from: plain JSON takes its types from it.
    pub text_base: RwSignal<Item>,
    /// Changes with every stroke in a field of the form.
    typed: RwSignal<u64>,
    /// Changes when values come, go, move or change their type.
    pub shape: RwSignal<u64>,
    touched: RwSignal<HashSet<Id>>,
    /// Whether a save was tried: from then on all faults show.
    pub tried: RwSignal<bool>,
    /// Strings that are edited as JSON and are none now.
    broken_json: RwSignal<BTreeMap<Id, String>>,
    /// Values to bring into view, with everything that they lie in.
    pub revealed: RwSignal<Vec<Id>>,
    pub standing: Memo<Standing>,
    shown_faults: Memo<HashMap<(Id, Part), String>>,
}

impl Editor {
    pub fn new(base: Item, rules: Rules) -> Self {
        let keys: Vec<String> = rules.key.attributes().map(|key| key.name.clone()).collect();
        let first: Vec<&str> = keys.iter().map(String::as_str).collect();
        let draft = StoredValue::new(Draft::of(&base, &first));
        let (base, rules) = (StoredValue::new(base), StoredValue::new(rules));
        let view = RwSignal::new(View::Form);
        let (text, text_base) = (RwSignal::new(String::new()), RwSignal::new(Item::new()));
        let (typed, shape) = (RwSignal::new(0), RwSignal::new(0));
        let (touched, tried) = (RwSignal::new(HashSet::<Id>::new()), RwSignal::new(false));
        let broken_json = RwSignal::new(BTreeMap::<Id, String>::new());
        let standing = Memo::new(move |_| match view.get() {
            View::Form => {
                typed.track();
                shape.track();
                let checked = draft.with_value(|draft| rules.with_value(|rules| draft.check(rules)));
                let mut fields = checked.faults;
                broken_json.with(|broken| {
                    fields.extend(broken.iter().map(|(id, message)| DraftFault {
                        id: *id,
                        part: Part::Value,
                        path: String::new(),
                        message: message.clone(),
                    }));
                });
                Standing {
                    item: checked.whole.then_some(checked.item),
                    fields,
                    lines: Vec::new(),
                }
            }
            View::Text(form) => {
                let reading = text.with(|text| text_base.with(|base| rules.with_value(|rules| item_text::read(text, form, base, rules))));
                Standing {
                    item: reading.item,
                    fields: Vec::new(),
                    lines: reading.faults,
                }
            }
        });
        let shown_faults = Memo::new(move |_| {
            let all = tried.get();
            standing.with(|standing| {
                let shown = standing
                    .fields
                    .iter()
                    .filter(|fault| all || touched.with(|touched| touched.contains(&fault.id)));
                shown.map(|fault| ((fault.id, fault.part), fault.message.clone())).collect()
            })
        });
        Self {
            draft,
            base,
            rules,
            view,
            text,
            text_base,
            typed,
            shape,
            touched,
            tried,
            broken_json,
            revealed: RwSignal::new(Vec::new()),
            standing,
            shown_faults,
        }
    }

    /// Reads the draft without following it.
    pub fn draft<T>(self, read: impl FnOnce(&Draft) -> T) -> Option<T> {
        self.draft.try_with_value(read)
    }

    /// What of a value a field is made from.
    pub fn input<T>(self, id: Id, read: impl FnOnce(&Input) -> T) -> Option<T> {
        self.draft(|draft| draft.get(id).map(|node| read(&node.value))).flatten()
    }

    /// Whether a value is of the table's own key.
    pub fn is_key(self, id: Id) -> bool {
        let outermost = |draft: &Draft| draft.way(id).len() == 1;
        let named = |draft: &Draft| draft.name(id).is_some_and(|name| self.rules.with_value(|rules| rules.is_key(name)));
        self.draft(|draft| outermost(draft) && named(draft)).unwrap_or_default()
    }

    /// Takes what was typed into a value.
    pub fn edit(self, id: Id, change: impl FnOnce(&mut Node)) {
        self.draft.update_value(|draft| {
            if let Some(node) = draft.get_mut(id) {
                change(node);
            }
        });
        self.touch(id);
        self.typed.update(|typed| *typed += 1);
    }

    pub fn rename(self, id: Id, name: &str) {
        self.draft.update_value(|draft| draft.rename(id, name));
        self.touch(id);
        self.typed.update(|typed| *typed += 1);
    }

    /// Changes which values there are.
    pub fn reshape<T>(self, change: impl FnOnce(&mut Draft) -> T) -> Option<T> {
        let answer = self.draft.try_update_value(change);
        self.shape.update(|shape| *shape += 1);
        answer
    }

    fn touch(self, id: Id) {
        // A file may have been read when the editor is gone.
        if self.touched.try_with_untracked(|touched| touched.contains(&id)) == Some(false) {
            self.touched.update(|touched| touched.extend([id]));
        }
    }

    /// Gives a value another type.
    pub fn retype(self, id: Id, kind: Kind) {
        self.broken(id, None);
        self.reshape(|draft| draft.retype(id, kind));
    }

    /// Puts another value in the place of one, as from a file.
    pub fn put(self, id: Id, value: Input) {
        self.touch(id);
        self.reshape(|draft| draft.put(id, value));
    }

    /// Says that a string that is edited as JSON is none now, or that it is some again.
    pub fn broken(self, id: Id, reason: Option<String>) {
        let changed = self.broken_json.with_untracked(|broken| broken.get(&id) != reason.as_ref());
        if changed {
            self.broken_json.update(|broken| match reason {
                Some(reason) => drop(broken.insert(id, reason)),
                None => drop(broken.remove(&id)),
            });
        }
    }

    /// What is wrong at a field, once somebody was there or tried to save.
    pub fn fault(self, id: Id, part: Part) -> Signal<Option<String>> {
        Memo::new(move |_| self.shown_faults.with(|faults| faults.get(&(id, part)).cloned())).into()
    }

    /// Shows another view of the same item. What is no item stays where it is, and the first fault is
    /// pointed at.
    pub fn show(self, to: View) -> bool {
        if self.view.get_untracked() == to {
            return true;
        }
        let Some(item) = self.standing.with_untracked(|standing| standing.item.clone()) else {
            self.tried.set(true);
            self.point();
            return false;
        };
        if self.broken_json.with_untracked(|broken| !broken.is_empty()) {
            self.broken_json.update(BTreeMap::clear);
        }
        match to {
            View::Form => {
                let keys: Vec<String> = self
                    .rules
                    .with_value(|rules| rules.key.attributes().map(|key| key.name.clone()).collect());
                let first: Vec<&str> = keys.iter().map(String::as_str).collect();
                self.draft.set_value(Draft::of(&item, &first));
                self.shape.update(|shape| *shape += 1);
            }
            View::Text(form) => {
                self.text.set(item_text::write(&item, form));
                self.text_base.set(item);
            }
        }
        self.view.set(to);
        true
    }

    /// Puts the focus on the first fault.
    pub fn point(self) {
        let (field, line) = self
            .standing
            .with_untracked(|standing| (standing.fields.first().cloned(), standing.lines.first().cloned()));
        if let Some(fault) = field {
            let way = self.draft(|draft| draft.way(fault.id)).unwrap_or_default();
            self.revealed.set(way);
            let row = format!("[data-draft='{}']", fault.id);
            let places = [&format!("{row} [aria-invalid]"), &format!("{row} .ui-control"), ".edit-add button"];
            focus::to(&places);
        } else if let Some(fault) = line {
            super::text_view::point(self, fault.at);
        }
    }

    /// Whether anything is not as it was loaded.
    pub fn is_dirty(self) -> Signal<bool> {
        Memo::new(move |_| {
            self.standing
                .with(|standing| self.base.with_value(|base| standing.item.as_ref() != Some(base)))
        })
        .into()
    }
}
