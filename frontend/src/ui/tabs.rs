//! Tabs that switch a part of a page, and tabs that are links to pages.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, IconName};
use super::id;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub id: String,
    pub label: String,
}

impl Tab {
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
        }
    }
}

/// One tab is in the tab order, the arrows move between them. `children` is given the chosen id.
#[component]
pub fn Tabs(
    /// What the tabs switch, read out.
    #[prop(into)]
    label: String,
    tabs: Vec<Tab>,
    selected: RwSignal<String>,
    #[prop(into)] panel: ViewFn,
) -> impl IntoView {
    let base = id::unique("tabs");
    let ids: Vec<String> = tabs.iter().map(|tab| tab.id.clone()).collect();
    let panel_id = format!("{base}-panel");
    let tab_id = {
        let base = base.clone();
        move |id: &str| format!("{base}-{id}")
    };
    let keys = {
        let tab_id = tab_id.clone();
        move |event: leptos::ev::KeyboardEvent| {
            let at = ids.iter().position(|id| *id == selected.get_untracked()).unwrap_or(0);
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % ids.len(),
                "ArrowLeft" => (at + ids.len() - 1) % ids.len(),
                "Home" => 0,
                "End" => ids.len() - 1,
                _ => return,
            };
            event.prevent_default();
            selected.set(ids[next].clone());
            let tab = document().get_element_by_id(&tab_id(&ids[next]));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = tab.focus();
            }
        }
    };
    let list = tabs
        .into_iter()
        .map(|tab| {
            let (own, chosen) = (tab.id.clone(), tab.id.clone());
            let is_selected = move || selected.with(|selected| *selected == own);
            let in_order = is_selected.clone();
            view! {
                <button
                    type="button"
                    role="tab"
                    class="ui-tab"
                    id=tab_id(&tab.id)
                    aria-controls=panel_id.clone()
                    aria-selected=move || is_selected().to_string()
                    tabindex=move || if in_order() { "0" } else { "-1" }
                    on:click=move |_| selected.set(chosen.clone())
                >
                    {tab.label}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="ui-tabs">
            <div class="ui-tablist" role="tablist" aria-label=label on:keydown=keys>{list}</div>
            <div class="ui-tabpanel" role="tabpanel" id=panel_id.clone() aria-labelledby=move || selected.with(|id| tab_id(id))>
                {move || {
                    selected.track();
                    panel.run()
                }}
            </div>
        </div>
    }
}

/// A tab that is a page of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavTab {
    pub label: String,
    pub icon: IconName,
    pub href: String,
    pub current: bool,
}

#[component]
pub fn NavTabs(#[prop(into)] label: String, #[prop(into)] tabs: Signal<Vec<NavTab>>) -> impl IntoView {
    // A tab that comes later than the others leaves each of them what it is.
    let link = move |tab: NavTab| {
        let own = tab.href.clone();
        let current = move || tabs.with(|tabs| tabs.iter().any(|tab| tab.current && tab.href == own));
        view! {
            <a class="ui-tab" href=tab.href aria-current=move || current().then_some("page")>
                <Icon name=tab.icon />
                {tab.label}
            </a>
        }
    };
    view! {
        <nav class="ui-tablist" aria-label=label>
            <For each=move || tabs.get() key=|tab| (tab.href.clone(), tab.label.clone()) children=link />
        </nav>
    }
}
