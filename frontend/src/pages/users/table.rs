//! The table whose rows are meant, on one of the connections.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::state::connections::{Connections, use_connections};
use crate::state::tables::use_tables;
use crate::ui::{Choice, Select};

/// The table that is meant where there is one of this name.
const USUAL: &str = dynadesk_shared::cruddur::TABLE;

/// Cheap to copy; lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Picked {
    connections: Connections,
    chosen: RwSignal<Option<String>>,
    pub name: RwSignal<String>,
}

impl Picked {
    pub fn new() -> Self {
        Self {
            connections: use_connections(),
            chosen: RwSignal::new(None),
            name: RwSignal::new(USUAL.to_owned()),
        }
    }

    /// The connection; nothing until the connections are known.
    pub fn connection(self) -> Option<ConnectionView> {
        match self.chosen.get() {
            Some(name) => self.connections.named(&name),
            None => self.connections.default_one(),
        }
    }

    /// Connection and table, for a request or a link.
    pub fn place(self) -> (String, String) {
        let connection = self.connection().map(|one| one.name).unwrap_or_default();
        (connection, self.name.get())
    }
}

#[component]
pub fn TablePicker(picked: Picked, #[prop(into)] label: String) -> impl IntoView {
    let shelves = use_tables();
    let connections = Signal::derive(move || {
        let all = picked.connections.all().into_iter();
        all.map(|one| Choice::new(one.name, one.label)).collect::<Vec<_>>()
    });
    let current = Memo::new(move |_| picked.connection().map(|one| one.name).unwrap_or_default());
    let tables = Signal::derive(move || {
        let connection = Some(current.get()).filter(|name| !name.is_empty());
        let shelf = connection.map(|name| shelves.of(&name));
        let mut names = shelf.map(|shelf| shelf.names.with(|names| names.list.clone())).unwrap_or_default();
        names.push(picked.name.get());
        names.sort();
        names.dedup();
        names.into_iter().map(|name| Choice::new(name.clone(), name)).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || connections.with(|all| all.len() > 1)>
            <Select label="Connection of the table" value=current choices=connections on_change=move |name: String| picked.chosen.set(Some(name)) />
        </Show>
        <Select label value=picked.name choices=tables on_change=move |name: String| picked.name.set(name) />
    }
}
