//! One item beside the grid: as a tree, as plain JSON and as DynamoDB JSON, with its size and price.

use dynadesk_shared::expiry::{Reading, read};
use dynadesk_shared::size::{eventual_read_units, item_bytes, write_units};
use dynadesk_shared::value::plain_json;
use dynadesk_shared::{AttributeValue, Item, Key};
use leptos::prelude::*;

use super::View;
use super::item_actions::ItemActions;
use super::tree::tree;
use crate::components::item_editor::{self, ItemEditor, Patches, Task};
use crate::components::{FailurePanel, RequestButton, TableScope};
use crate::format::{self, expiry};
use crate::state::clock::ticks;
use crate::state::remote::{Load, Remote};
use crate::ui::{CodeBlock, EmptyState, IconButton, IconName, Notice, SidePanel, Skeleton, Tab, Tabs, Tone};

pub const WIDTH: &str = "item-panel-width";

/// What the panel shows: the key, and the item where the page already has it whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub key: Key,
    pub item: Option<Item>,
    /// Its row in the grid, where it came from one.
    pub row: Option<usize>,
}

#[component]
pub fn ItemPanel(
    view: View,
    scope: TableScope,
    opened: Opened,
    width: RwSignal<f64>,
    /// The form that the item is shown in; it stays from one item to the next.
    tab: RwSignal<String>,
    /// Whether the table's key is known: without it nothing can be edited.
    known: Memo<bool>,
    on_patch: Callback<Patches>,
    on_written: Callback<Patches>,
    #[prop(into)] on_close: Callback<()>,
    /// To the next row or the one before.
    #[prop(into)]
    on_step: Callback<isize>,
) -> impl IntoView {
    item_editor::fetch_ahead();
    let exchange = RwSignal::new(None);
    let remote = {
        let (connection, table, key) = (scope.connection.name.clone(), scope.table.clone(), opened.key.clone());
        Remote::idle(move || {
            let (connection, table, key) = (connection.clone(), table.clone(), key.clone());
            async move {
                let answer = crate::api::items::get(&connection, &table, key).await?;
                exchange.try_set(Some(answer.exchange));
                Ok(answer.item)
            }
        })
    };
    match opened.item {
        Some(item) => remote.set(Some(item)),
        None => remote.reload(),
    }
    let ttl = scope.details.ready_untracked(|view| view.ttl_attribute.clone()).flatten();
    let title = opened.key.to_string();
    let title: String = if title.chars().count() > 120 {
        title.chars().take(120).chain(['…']).collect()
    } else {
        title
    };
    let stepping = opened.row.is_some();
    let connection = scope.connection.clone();
    let actions = move || {
        view! {
            {stepping
                .then(|| {
                    view! {
                        <IconButton icon=IconName::ArrowUp label="Previous row (k)" on_press=move |()| on_step.run(-1) />
                        <IconButton icon=IconName::ArrowDown label="Next row (j)" on_press=move |()| on_step.run(1) />
                    }
                })}
            <IconButton icon=IconName::Refresh label="Read this item again" on_press=move |()| remote.reload() />
            {
                let connection = connection.clone();
                move || exchange.get().is_some().then(|| view! { <RequestButton connection=connection.clone() exchange /> })
            }
        }
    };
    let item = Memo::new(move |_| remote.ready(Clone::clone).flatten());
    let for_editor = scope.clone();
    let panel = move || {
        let (scope, ttl) = (scope.clone(), ttl.clone());
        view! {
            <SidePanel title=title.clone() on_close width actions=actions.clone()>
                {move || {
                    remote
                        .with(|state| match state {
                            Load::Loading => view! { <Skeleton lines=8 label="Loading the item" /> }.into_any(),
                            Load::Failed(failure) => {
                                let retry = Callback::new(move |()| remote.reload());
                                view! { <FailurePanel what="The item could not be read" failure=failure.clone() retry /> }.into_any()
                            }
                            Load::Ready(None) => {
                                view! {
                                    <EmptyState
                                        icon=IconName::Box
                                        title="No such item"
                                        text="No item has this key any more. It may have been deleted, or its time to live is over."
                                    />
                                }
                                    .into_any()
                            }
                            Load::Ready(Some(item)) => {
                                let actions = view! { <ItemActions view scope=scope.clone() item=item.clone() on_patch on_written on_stale=move |()| remote.reload() /> };
                                view! { {actions} {content(item.clone(), ttl.as_deref(), tab)} }.into_any()
                            }
                        })
                }}
            </SidePanel>
        }
    };
    // The item is edited as it was read whole; until it is here, the panel says how far that is.
    let edited = Memo::new(move |_| view.editing.get() && known.get() && item.with(Option::is_some));
    move || {
        // Followed even while there is no item yet.
        let edit = edited.get();
        match item.get_untracked().filter(|_| edit) {
            Some(item) => view! {
                <ItemEditor scope=for_editor.clone() task=Task::Edit(item) width dirty=view.dirty on_patch on_written on_close />
            }
            .into_any(),
            None => panel().into_any(),
        }
    }
}

fn content(item: Item, ttl: Option<&str>, tab: RwSignal<String>) -> AnyView {
    let size = item_bytes(&item);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let lives = ttl.and_then(|name| item.get(name).cloned()).map(lifetime);
    let item = StoredValue::new(item);
    let panel = move || {
        item.with_value(|item| match tab.get().as_str() {
            "plain" => view! { <CodeBlock label="Item as plain JSON" text=plain_json::item_to_string(item) wrap=true /> }.into_any(),
            "dynamo" => {
                let text = serde_json::to_string_pretty(item).unwrap_or_default();
                view! { <CodeBlock label="Item as DynamoDB JSON" text wrap=true /> }.into_any()
            }
            _ => tree(item.iter().map(|(name, value)| (name.clone(), value)), item.len(), 0),
        })
    };
    view! {
        <div class="item-panel">
            <dl class="facts">
                {fact("Size", format::bytes(size as u64))} {fact("To read", format!("{} RCU", format::units(eventual_read_units(size))))}
                {fact("Strongly", format!("{} RCU", format::units(eventual_read_units(size) * 2.0)))}
                {fact("To write", format!("{} WCU", format::count(write_units(size))))}
            </dl>
            {lives}
            <Tabs
                label="Form of the item"
                tabs=vec![Tab::new("tree", "Tree"), Tab::new("plain", "Plain JSON"), Tab::new("dynamo", "DynamoDB JSON")]
                selected=tab
                panel
            />
        </div>
    }
    .into_any()
}

/// Until when the item lives, by its TTL attribute; followed while it is open.
fn lifetime(value: AttributeValue) -> AnyView {
    let older = ticks(|| true);
    let read = Memo::new(move |_| {
        older.track();
        let now = expiry::now();
        let expired = matches!(read(Some(&value), now), Reading::Expired(_));
        (expired, expiry::ttl_words(&value, now))
    });
    let expired = Memo::new(move |_| read.with(|(expired, _)| *expired));
    let words = move || read.with(|(_, words)| words.clone());
    let said = move || match expired.get() {
        true => view! {
            <Notice tone=Tone::Warning>
                {move || format!("{}. The engine deletes such items some time later.", words())}
            </Notice>
        }
        .into_any(),
        false => view! { <p class="item-panel-lives muted">{words}</p> }.into_any(),
    };
    said.into_any()
}
