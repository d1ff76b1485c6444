//! A button that opens a short list of actions.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use super::id;

#[derive(Clone)]
pub struct MenuItem {
    pub label: String,
    pub icon: Option<IconName>,
    pub danger: bool,
    /// For an item that is one of several: whether it is the one.
    pub checked: Option<bool>,
    /// Why it is not possible now.
    pub disabled: Option<String>,
    pub run: Callback<()>,
}

impl MenuItem {
    pub fn new(label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            icon: None,
            danger: false,
            checked: None,
            disabled: None,
            run: Callback::new(move |()| run()),
        }
    }

    pub fn icon(self, icon: IconName) -> Self {
        Self { icon: Some(icon), ..self }
    }

    pub fn checked(self, checked: bool) -> Self {
        Self {
            checked: Some(checked),
            ..self
        }
    }
}

#[component]
pub fn Menu(
    /// What the button says, or what is read out where only the icon shows.
    #[prop(into)]
    label: String,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Shows the icon alone.
    #[prop(optional)]
    icon_only: bool,
    /// Lines above the items.
    #[prop(optional, into)]
    head: Signal<Vec<String>>,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let root = NodeRef::<html::Div>::new();
    let trigger = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let list_id = id::unique("menu");
    let controls = list_id.clone();
    let focus_item = move |step: i32| {
        let Some(list) = list.get_untracked() else { return };
        let items = list.query_selector_all("[role^=menuitem]").ok();
        let items: Vec<web_sys::HtmlElement> = items.map_or_else(Vec::new, |all| {
            (0..all.length()).filter_map(|at| all.get(at)?.dyn_into().ok()).collect()
        });
        if items.is_empty() {
            return;
        }
        let active = document().active_element();
        let at = items
            .iter()
            .position(|item| active.as_ref().is_some_and(|active| item.is_same_node(Some(active))));
        let next = match (at, step) {
            (_, i32::MIN) | (None, 1) => 0,
            (_, i32::MAX) | (None, _) => items.len() - 1,
            (Some(at), step) => (at as i32 + step).rem_euclid(items.len() as i32) as usize,
        };
        let _ = items[next].focus();
    };
    let close = move || {
        open.set(false);
        if let Some(trigger) = trigger.get_untracked() {
            let _ = trigger.focus();
        }
    };
    Effect::new(move |_| {
        if open.get() && list.get().is_some() {
            focus_item(i32::MIN);
        }
    });
    let keys = move |event: leptos::ev::KeyboardEvent| {
        match (event.key().as_str(), open.get_untracked()) {
            ("ArrowDown", false) => open.set(true),
            ("ArrowDown", true) => focus_item(1),
            ("ArrowUp", true) => focus_item(-1),
            ("Home", true) => focus_item(i32::MIN),
            ("End", true) => focus_item(i32::MAX),
            ("Escape", true) => close(),
            ("Tab", true) => return open.set(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let left = move |event: leptos::ev::FocusEvent| {
        let to: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        // The focus also leaves while the page goes, when nothing of it is there any more.
        if !root.try_get_untracked().flatten().is_some_and(|root| root.contains(to.as_ref())) {
            open.try_set(false);
        }
    };
    let text = label.clone();
    view! {
        <div class="ui-menu" node_ref=root on:keydown=keys on:focusout=left>
            <button
                type="button"
                class=if icon_only { "ui-icon-button" } else { "ui-button is-secondary" }
                node_ref=trigger
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-controls=controls
                aria-label=icon_only.then_some(label)
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon.map(|name| view! { <Icon name /> })}
                {(!icon_only).then(|| view! { <span>{text}</span><Icon name=IconName::ChevronDown /> })}
            </button>
            <Show when=move || open.get()>
                <div class="ui-menu-list">
                    {move || head.get().into_iter().map(|line| view! { <p class="ui-menu-head">{line}</p> }).collect_view()}
                    <div role="menu" id=list_id.clone() node_ref=list>
                        <For each=move || places(items.get()) key=MenuPlace::key children=move |place| entry(place, items, close) />
                    </div>
                </div>
            </Show>
        </div>
    }
}

/// An item, and how many of its label come before it: a list that changes while somebody aims at an item leaves that
/// item what it is.
struct MenuPlace {
    item: MenuItem,
    nth: usize,
}

impl MenuPlace {
    /// All that is on the screen of it.
    fn key(&self) -> impl Eq + std::hash::Hash + use<> {
        let item = &self.item;
        (
            item.label.clone(),
            self.nth,
            item.icon,
            item.danger,
            item.checked,
            item.disabled.clone(),
        )
    }
}

fn places(items: Vec<MenuItem>) -> Vec<MenuPlace> {
    let mut seen = std::collections::HashMap::<String, usize>::new();
    let place = |item: MenuItem| {
        let count = seen.entry(item.label.clone()).or_default();
        let nth = *count;
        *count += 1;
        MenuPlace { item, nth }
    };
    items.into_iter().map(place).collect()
}

fn entry(place: MenuPlace, items: Signal<Vec<MenuItem>>, close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let MenuPlace { item, nth } = place;
    let MenuItem {
        label,
        icon,
        danger,
        checked,
        disabled,
        ..
    } = item;
    let own = label.clone();
    // What it does may be something else by now, under the same words.
    let run = move || {
        let found = items.with_untracked(|items| items.iter().filter(|item| item.label == own).nth(nth).map(|item| item.run));
        if let Some(run) = found {
            run.run(());
        }
    };
    let blocked = disabled.is_some();
    view! {
        <button
            type="button"
            class="ui-menu-item"
            class:is-danger=danger
            role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=checked.map(|checked| checked.to_string())
            aria-disabled=blocked.then_some("true")
            tabindex="-1"
            on:click=move |_| {
                if !blocked {
                    close();
                    run();
                }
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="ui-menu-text">
                {label}
                {disabled.map(|reason| view! { <small>{reason}</small> })}
            </span>
            {(checked == Some(true)).then(|| view! { <Icon name=IconName::Check /> })}
        </button>
    }
}
