//! Ctrl/Cmd+K: every action, every table, every connection, by a few letters of its name.

use leptos::prelude::*;

use crate::nav::{self, Section};
use crate::state::commands::{Command, use_commands};
use crate::state::tables::use_tables;
use crate::state::{use_connections, use_navigation};
use crate::ui::{Dialog, Icon, IconName, KeyHint};

/// How many lines are shown; more letters find the rest.
const SHOWN: usize = 60;

#[component]
pub fn CommandPalette() -> impl IntoView {
    let commands = use_commands();
    view! {
        <Dialog open=commands.open title="Search or run" bare=true>
            <Palette />
        </Dialog>
    }
}

#[component]
fn Palette() -> impl IntoView {
    let commands = use_commands();
    let wanted = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let everything = on_offer();
    let found = Memo::new_with_compare(
        move |_| {
            let wanted = wanted.get().to_lowercase();
            let mut found: Vec<(u32, Command)> = everything
                .get()
                .into_iter()
                .filter_map(|command| score(&command, &wanted).map(|score| (score, command)))
                .collect();
            found.sort_by_key(|(score, _)| *score);
            found.truncate(SHOWN);
            found.into_iter().map(|(_, command)| command).collect::<Vec<_>>()
        },
        |_, _| true,
    );
    let run = move |command: Command| {
        commands.open.set(false);
        // After the dialog gave the focus back, so that a command can put it elsewhere.
        request_animation_frame(move || command.run.run(()));
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(command) = found.with_untracked(|found| found.get(at.get_untracked()).cloned()) {
                    run(command);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    Effect::new(move |_| {
        let line = document().get_element_by_id(&line_id(at.get()));
        if let Some(line) = line {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            line.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let lines = move || {
        let mut heading = String::new();
        let all = found.get();
        let line = move |(place, command): (usize, Command)| {
            let first = command.group != heading;
            heading.clone_from(&command.group);
            let group = first.then(|| view! { <li class="palette-group" role="presentation">{command.group.clone()}</li> });
            let chosen = command.clone();
            view! {
                {group}
                <li
                    class="palette-line"
                    role="option"
                    id=line_id(place)
                    aria-selected=move || (at.get() == place).to_string()
                    on:mousemove=move |_| at.set(place)
                    on:click=move |_| run(chosen.clone())
                >
                    <Icon name=command.icon />
                    <span>{command.label.clone()}</span>
                    {command.keys.map(|keys| view! { <KeyHint keys /> })}
                </li>
            }
        };
        all.into_iter().enumerate().map(line).collect_view()
    };
    view! {
        <div class="palette">
            <div class="palette-search">
                <Icon name=IconName::Search />
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-label="Search or run"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant=move || line_id(at.get())
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Search tables, connections and actions"
                    prop:value=wanted
                    on:input=move |event| {
                        wanted.set(event_target_value(&event));
                        at.set(0);
                    }
                    on:keydown=keys
                />
                <KeyHint keys="Esc" />
            </div>
            <ul class="palette-list" id="palette-list" role="listbox" aria-label="Found">{lines}</ul>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="palette-none" role="status">"Nothing of that name"</p> })}
        </div>
    }
}

fn line_id(at: usize) -> String {
    format!("palette-{at}")
}

/// Registered commands, then tables and connections as commands.
fn on_offer() -> Memo<Vec<Command>> {
    let (commands, navigation, connections, tables) = (use_commands(), use_navigation(), use_connections(), use_tables());
    Memo::new_with_compare(
        move |_| {
            let mut all = commands.all();
            let own = navigation.route().with(|route| route.connection().map(str::to_owned));
            if let Some(name) = own.or_else(|| connections.default_one().map(|one| one.name)) {
                for table in tables.of(&name).names.with(|names| names.list.clone()) {
                    let href = nav::table(&name, &table, Section::Items);
                    all.push(Command::new("Tables", table, IconName::Table, move || navigation.go(&href)));
                }
            }
            for connection in connections.all() {
                let href = nav::tables(&connection.name);
                all.push(Command::new("Connections", connection.label, IconName::Plug, move || {
                    navigation.go(&href)
                }));
            }
            all
        },
        |_, _| true,
    )
}

/// How well a command fits the letters typed: smaller is better, nothing where it does not.
fn score(command: &Command, wanted: &str) -> Option<u32> {
    if wanted.is_empty() {
        return Some(0);
    }
    let label = command.label.to_lowercase();
    match label.find(wanted) {
        Some(0) => Some(1),
        Some(at) if !label.as_bytes()[at - 1].is_ascii_alphanumeric() => Some(2),
        Some(_) => Some(3),
        None => {
            let whole = format!("{} {label}", command.group.to_lowercase());
            let mut letters = whole.chars();
            let all = wanted
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .all(|letter| letters.any(|other| other == letter));
            all.then_some(4)
        }
    }
}
