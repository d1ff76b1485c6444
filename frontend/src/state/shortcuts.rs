//! Keys that work wherever the operator is, except while typing. Sequences such as `g t` have a
//! second to be finished.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::commands::use_commands;

const SEQUENCE_MS: f64 = 1_000.0;

/// A shortcut for as long as a page is shown.
#[derive(Clone)]
struct Shortcut {
    id: u64,
    keys: &'static str,
    label: String,
    run: Callback<()>,
}

#[derive(Clone, Copy)]
pub struct Shortcuts {
    all: RwSignal<Vec<Shortcut>>,
    /// Ids, keys and labels of what is only listed.
    told: RwSignal<Vec<(u64, &'static str, String)>>,
    next: StoredValue<u64>,
}

pub fn use_shortcuts() -> Shortcuts {
    expect_context()
}

impl Shortcuts {
    /// Listens for keys: the registered ones, Ctrl/Cmd+K for the palette and `?` for the sheet.
    pub fn provide() -> Self {
        let shortcuts = Self {
            all: RwSignal::new(Vec::new()),
            told: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        let commands = use_commands();
        let before: StoredValue<Option<(String, f64)>> = StoredValue::new(None);
        window_event_listener(ev::keydown, move |event| {
            let key = event.key();
            if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                commands.open.update(|open| *open = !*open);
                return;
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() || is_typing(&event) {
                return;
            }
            if key == "?" {
                event.prevent_default();
                return commands.help.set(true);
            }
            let now = event.time_stamp();
            let sequence = before
                .get_value()
                .filter(|(_, at)| now - at < SEQUENCE_MS)
                .map(|(first, _)| format!("{first} {key}"));
            let found = shortcuts.all.with_untracked(|all| {
                let is = |keys: &str| all.iter().rev().find(|one| one.keys == keys).map(|one| one.run);
                sequence.as_deref().and_then(is).or_else(|| is(&key))
            });
            before.set_value(Some((key, now)));
            if let Some(run) = found {
                before.set_value(None);
                event.prevent_default();
                run.run(());
            }
        });
        provide_context(shortcuts);
        shortcuts
    }

    /// Offers a shortcut for as long as the calling component lives; the newest wins.
    pub fn register(self, keys: &'static str, label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let run = Callback::new(move |()| run());
        let label = label.into();
        self.all.update(|all| all.push(Shortcut { id, keys, label, run }));
        on_cleanup(move || {
            self.all.try_update(|all| all.retain(|one| one.id != id));
        });
    }

    /// Lists keys that a part of the page acts on by itself, for as long as the calling component lives.
    pub fn tell(self, keys: &'static str, label: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let label = label.into();
        self.told.update(|all| all.push((id, keys, label)));
        on_cleanup(move || {
            self.told.try_update(|all| all.retain(|(other, ..)| *other != id));
        });
    }

    /// Keys and what they do, for the sheet.
    pub fn listed(self) -> Vec<(&'static str, String)> {
        let mut listed: Vec<_> = self.all.with(|all| all.iter().map(|one| (one.keys, one.label.clone())).collect());
        self.told
            .with(|told| listed.extend(told.iter().map(|(_, keys, label)| (*keys, label.clone()))));
        listed
    }
}

/// Whether the key belongs to what has the focus: a field, or an open dialog.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    let typing = element
        .closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog, [role=menu]")
        .ok()
        .flatten();
    typing.is_some()
}
