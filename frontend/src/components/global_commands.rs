//! The commands and shortcuts that every page has.

use leptos::prelude::*;

use super::connection_bar::theme_words;
use crate::nav;
use crate::state::commands::{Command, use_commands};
use crate::state::preferences::{Density, Theme, use_preferences};
use crate::state::shortcuts::use_shortcuts;
use crate::state::{use_connections, use_navigation};
use crate::ui::IconName;

/// Registers them for as long as the console is open.
pub fn register() {
    let (commands, shortcuts, preferences) = (use_commands(), use_shortcuts(), use_preferences());
    let (navigation, connections) = (use_navigation(), use_connections());
    let connection = move || {
        let own = navigation.route().with_untracked(|route| route.connection().map(str::to_owned));
        own.or_else(|| untrack(|| connections.default_one()).map(|one| one.name))
    };
    let go = move |link: fn(&str) -> String| {
        if let Some(name) = connection() {
            navigation.go(&link(&name));
        }
    };
    let home = move || navigation.go(&nav::home());
    let tables = move || go(nav::tables);
    let jobs = move || go(nav::jobs);
    let partiql = move || go(nav::partiql);
    let history = move || go(nav::history);
    let audit = move || navigation.go(&nav::audit());
    let create = move || go(nav::table_new);
    shortcuts.register("g h", "Go to the connections", home);
    shortcuts.register("g t", "Go to the tables", tables);
    shortcuts.register("g p", "Go to PartiQL", partiql);
    shortcuts.register("g i", "Go to the history", history);
    shortcuts.register("g j", "Go to the jobs", jobs);
    shortcuts.register("c", "Create a table", create);
    let mut all = vec![
        Command::new("Go to", "Connections", IconName::Plug, home).keys("g h"),
        Command::new("Go to", "Tables", IconName::Table, tables).keys("g t"),
        Command::new("Go to", "PartiQL", IconName::Command, partiql).keys("g p"),
        Command::new("Go to", "History", IconName::Clock, history).keys("g i"),
        Command::new("Go to", "Jobs", IconName::Jobs, jobs).keys("g j"),
        Command::new("Go to", "Audit log", IconName::Shield, audit),
        Command::new("Actions", "Create a table", IconName::Plus, create).keys("c"),
        Command::new("Actions", "Keyboard shortcuts", IconName::Help, move || commands.help.set(true)).keys("?"),
    ];
    for theme in Theme::ALL {
        let (label, icon) = theme_words(theme);
        let label = format!("Theme: {}", label.to_lowercase());
        all.push(Command::new("Appearance", label, icon, move || preferences.theme.set(theme)));
    }
    for (density, label) in [
        (Density::Comfortable, "Density: comfortable"),
        (Density::Compact, "Density: compact"),
    ] {
        all.push(Command::new("Appearance", label, IconName::Settings, move || {
            preferences.density.set(density)
        }));
    }
    commands.register(all);
}
