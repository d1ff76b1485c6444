//! What the command palette can do: pages register their actions while they are shown.

use leptos::prelude::*;

use crate::ui::icon::IconName;

/// One action: its name, where it belongs, and what it does.
#[derive(Clone)]
pub struct Command {
    /// As on its button: `Seed data`.
    pub label: String,
    /// The heading in the palette: `Go to`, `cruddur-messages`, `Appearance`.
    pub group: String,
    pub icon: IconName,
    /// Its keys, as in the shortcut sheet: `g t`.
    pub keys: Option<&'static str>,
    pub run: Callback<()>,
}

impl Command {
    pub fn new(group: impl Into<String>, label: impl Into<String>, icon: IconName, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            group: group.into(),
            icon,
            keys: None,
            run: Callback::new(move |()| run()),
        }
    }

    /// Names the keys that do the same.
    pub fn keys(self, keys: &'static str) -> Self {
        Self { keys: Some(keys), ..self }
    }
}

#[derive(Clone, Copy)]
pub struct Commands {
    registered: RwSignal<Vec<(u64, Vec<Command>)>>,
    next: StoredValue<u64>,
    /// Whether the palette is open.
    pub open: RwSignal<bool>,
    /// Whether the shortcut sheet is open.
    pub help: RwSignal<bool>,
}

pub fn use_commands() -> Commands {
    expect_context()
}

impl Commands {
    pub fn provide() -> Self {
        let commands = Self {
            registered: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            open: RwSignal::new(false),
            help: RwSignal::new(false),
        };
        provide_context(commands);
        commands
    }

    /// Offers commands for as long as the calling component lives.
    pub fn register(self, commands: Vec<Command>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.registered.update(|all| all.push((id, commands)));
        on_cleanup(move || {
            self.registered.try_update(|all| all.retain(|(other, _)| *other != id));
        });
    }

    /// Everything on offer, the newest page's actions first.
    pub fn all(self) -> Vec<Command> {
        self.registered
            .with(|all| all.iter().rev().flat_map(|(_, commands)| commands.iter().cloned()).collect())
    }
}
