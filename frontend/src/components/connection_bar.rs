//! Names the connection on every page: its colour, what it is and where its data lies, and
//! unmistakably when it is production or read-only.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::identity::IdentityView;
use leptos::prelude::*;

use super::unlock::{LockState, UsersLockState};
use super::who_menu::WhoMenu;
use crate::nav;
use crate::state::commands::use_commands;
use crate::state::preferences::{Density, Theme, use_preferences};
use crate::state::users::use_users;
use crate::state::{use_connections, use_navigation};
use crate::ui::{Badge, Icon, IconButton, IconName, KeyHint, Menu, MenuItem, Tone, Tooltip};

#[component]
pub fn ConnectionBar(
    /// Whether the sidebar is open on a phone.
    drawer: RwSignal<bool>,
) -> impl IntoView {
    let (route, connections, commands) = (use_navigation().route(), use_connections(), use_commands());
    let current = Memo::new(move |_| route.with(|route| connections.named(route.connection()?)));
    let users = use_users();
    // The users belong to no connection, and are marked where they are production.
    let users = Memo::new(move |_| users.here().filter(|view| view.production || view.read_only));
    let of_users = move || users.with(|view| view.as_ref().is_some_and(|view| view.production));
    let color = move || match current.with(|one| one.as_ref().map(|one| one.color.clone())) {
        Some(color) => color,
        None if users.with(Option::is_some) => "slate".to_owned(),
        None => "none".to_owned(),
    };
    let production = move || of_users() || current.with(|one| one.as_ref().is_some_and(|one| one.production));
    view! {
        <header class="bar" data-color=color class:is-production=production>
            <button
                type="button"
                class="ui-icon-button bar-menu"
                aria-label="Menu"
                aria-expanded=move || drawer.get().to_string()
                on:click=move |_| drawer.update(|open| *open = !*open)
            >
                <Icon name=IconName::Menu />
            </button>
            <a class="bar-brand" href=nav::home() aria-label="Dynadesk, all connections">
                <Mark />
                <span class="bar-brand-word">"Dynadesk"</span>
            </a>
            {move || current.get().map(|connection| view! { <Connection connection /> })}
            {move || users.get().map(|view| view! { <UsersPlace view /> })}
            <div class="bar-actions">
                <button type="button" class="bar-search" aria-label="Search or run" on:click=move |_| commands.open.set(true)>
                    <Icon name=IconName::Search />
                    <span>"Search or run"</span>
                    <KeyHint keys="Ctrl K" />
                </button>
                <WhoMenu />
                <ThemeMenu />
                <IconButton icon=IconName::Help label="Keyboard shortcuts" on_press=move |()| commands.help.set(true) />
            </div>
        </header>
    }
}

/// The sign of Dynadesk: three rows of a table, the first one its key.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="bar-mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <rect x="1" y="1" width="20" height="20" rx="6" />
            <path d="M6 7h3M6 11h3M6 15h3" />
            <path d="M11.5 7h4.5M11.5 11h4.5M11.5 15h2.5" />
        </svg>
    }
}

#[component]
fn Connection(connection: ConnectionView) -> impl IntoView {
    let source = connection.endpoint_source.clone();
    let place = connection.place.clone();
    let full = match &source {
        Some(source) => format!("{place}, set by {source}"),
        None => place.clone(),
    };
    let region = connection.region.clone().filter(|region| !place.contains(region.as_str()));
    view! {
        <div class="bar-connection">
            <span class="bar-swatch" aria-hidden="true"></span>
            <a class="bar-label" href=nav::tables(&connection.name)>{connection.label.clone()}</a>
            {connection.production.then(|| view! { <strong class="bar-production">"PRODUCTION"</strong> })}
            {connection
                .read_only
                .then(|| view! { <span class="bar-read-only"><Icon name=IconName::Lock size=12 />"READ-ONLY"</span> })}
            <LockState connection=connection.clone() />
            <span class="bar-engine">{connection.engine.clone()}</span>
            <Tooltip text=full>
                <span class="bar-place" tabindex="0">
                    <code>{place}</code>
                    {source.map(|source| view! { <small>"from " {source}</small> })}
                </span>
            </Tooltip>
            {region.map(|region| view! { <Badge tone=Tone::Neutral mono=true>{region}</Badge> })}
        </div>
    }
}

#[component]
fn UsersPlace(view: IdentityView) -> impl IntoView {
    let place = view.database.as_ref().map(|database| database.place.clone());
    view! {
        <div class="bar-connection">
            <span class="bar-swatch" aria-hidden="true"></span>
            <a class="bar-label" href=nav::people()>"Users"</a>
            {view.production.then(|| view! { <strong class="bar-production">"PRODUCTION"</strong> })}
            {view.read_only.then(|| view! { <span class="bar-read-only"><Icon name=IconName::Lock size=12 />"READ-ONLY"</span> })}
            <UsersLockState view=view.clone() />
            {place.map(|place| view! { <Tooltip text=place.clone()><span class="bar-place" tabindex="0"><code>{place}</code></span></Tooltip> })}
        </div>
    }
}

#[component]
fn ThemeMenu() -> impl IntoView {
    let preferences = use_preferences();
    let items = Signal::derive(move || {
        let (now, density) = (preferences.theme.get(), preferences.density.get());
        let themes = Theme::ALL.map(|theme| {
            let (label, icon) = theme_words(theme);
            MenuItem::new(label, move || preferences.theme.set(theme))
                .icon(icon)
                .checked(now == theme)
        });
        let densities = Density::ALL.map(|one| {
            let label = if one == Density::Compact {
                "Compact rows"
            } else {
                "Comfortable rows"
            };
            MenuItem::new(label, move || preferences.density.set(one))
                .icon(IconName::Menu)
                .checked(density == one)
        });
        themes.into_iter().chain(densities).collect::<Vec<_>>()
    });
    view! { <Menu label="Theme" icon=IconName::Sun icon_only=true items /> }
}

/// How a theme reads.
pub fn theme_words(theme: Theme) -> (&'static str, IconName) {
    match theme {
        Theme::System => ("As the system", IconName::Monitor),
        Theme::Light => ("Light", IconName::Sun),
        Theme::Dark => ("Dark", IconName::Moon),
    }
}
