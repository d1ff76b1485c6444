//! What every page of a connection or a table begins with.

use dynadesk_shared::access::Role;
use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::key::ScalarType;
use leptos::prelude::*;

use super::failure_panel::FailurePanel;
use crate::api;
use crate::nav;
use crate::state::remote::{Load, Remote};
use crate::state::tables::{Shelf, use_tables};
use crate::state::use_connections;
use crate::ui::{ButtonVariant, EmptyState, IconName, LinkButton, Skeleton};

/// One table of one connection: what its pages share. Cheap to clone.
#[derive(Clone)]
pub struct TableScope {
    pub connection: ConnectionView,
    pub table: String,
    /// What the engine says of the table; `reload()` asks again.
    pub details: Remote<TableView>,
    pub shelf: Shelf,
}

impl TableScope {
    /// Begins a page of a table: remembers the visit and asks for the table's details.
    pub fn enter(connection: ConnectionView, table: String) -> Self {
        let shelf = use_tables().of(&connection.name);
        shelf.visited(&table);
        let details = {
            let (connection, table, shelf) = (connection.name.clone(), table.clone(), shelf.clone());
            Remote::idle(move || {
                let (connection, table, shelf) = (connection.clone(), table.clone(), shelf.clone());
                async move {
                    let answer = api::tables::describe(&connection, &table).await;
                    shelf.put(&table, answer.clone());
                    answer
                }
            })
        };
        // What the list already knows is shown at once, and made sure of behind the scenes.
        if let Some(Ok(known)) = shelf.details.with_untracked(|all| all.get(&table).cloned()) {
            details.set(known);
        }
        details.refresh();
        Self {
            connection,
            table,
            details,
            shelf,
        }
    }

    /// Why nothing can be written, for buttons that write; nothing where writing is allowed.
    pub fn why_not_write(&self) -> Option<String> {
        needs(Role::Operator, self.connection.role_on(&self.table)).or_else(|| read_only(&self.connection))
    }

    /// Why the table itself cannot be changed, for buttons that do.
    pub fn why_not_change(&self) -> Option<String> {
        needs(Role::Admin, self.connection.role_on(&self.table)).or_else(|| read_only(&self.connection))
    }

    /// Why no table can be made of what a bucket has: it may have been exported of any table.
    pub fn why_not_import(&self) -> Option<String> {
        match needs(Role::Admin, self.connection.role_on_all()) {
            Some(_) => Some("This needs the role admin on the whole connection: a bucket may have any table's data".to_owned()),
            None => read_only(&self.connection),
        }
    }

    /// What must be typed, and goes along, before something is done to the table: its name on production.
    pub fn name_to_confirm(&self) -> Option<String> {
        self.connection.production.then(|| self.table.clone())
    }

    /// Whether the table has the keys of a Cruddur messages table, reactive.
    pub fn looks_like_cruddur(&self) -> bool {
        self.details.ready(looks_like_cruddur).unwrap_or(false)
    }
}

/// Why nothing can be written through a connection.
pub fn why_not_write(connection: &ConnectionView) -> Option<String> {
    needs(Role::Operator, connection.role_on_some()).or_else(|| read_only(connection))
}

/// Why no table can be made or dropped on a connection.
pub fn why_not_change(connection: &ConnectionView) -> Option<String> {
    needs(Role::Admin, connection.role_on_some()).or_else(|| read_only(connection))
}

fn read_only(connection: &ConnectionView) -> Option<String> {
    connection
        .read_only
        .then(|| format!("The connection {} is read-only", connection.label))
}

fn needs(role: Role, has: Option<Role>) -> Option<String> {
    if has >= Some(role) {
        return None;
    }
    let has = has.map_or("none", Role::word);
    Some(format!("This needs the role {}, and yours here is {has}", role.word()))
}

/// Whether a table has the keys of a Cruddur messages table: `pk` and `sk`, both strings.
pub fn looks_like_cruddur(table: &TableView) -> bool {
    let keys: Vec<_> = table.key.attributes().map(|key| (key.name.as_str(), key.kind)).collect();
    keys == [("pk", ScalarType::S), ("sk", ScalarType::S)]
}

/// Waits for the connections and shows the page of one, or says that there is none of that name.
pub fn with_connection(name: String, page: impl Fn(ConnectionView) -> AnyView + Send + Sync + 'static) -> AnyView {
    let connections = use_connections();
    // A reload of the list that changes nothing must not build the page anew.
    let state = Memo::new(move |_| {
        connections.list.with(|list| match list {
            Load::Loading => Load::Loading,
            Load::Failed(failure) => Load::Failed(failure.clone()),
            Load::Ready(list) => Load::Ready(list.connections.iter().find(|one| one.name == name).cloned()),
        })
    });
    (move || match state.get() {
        Load::Loading => view! { <div class="page"><Skeleton lines=6 label="Loading the connections" /></div> }.into_any(),
        Load::Failed(failure) => {
            let retry = Callback::new(move |()| connections.list.reload());
            view! { <div class="page"><FailurePanel what="The connections could not be read" failure retry /></div> }.into_any()
        }
        Load::Ready(Some(connection)) => page(connection),
        Load::Ready(None) => view! {
            <div class="page">
                <EmptyState
                    icon=IconName::Plug
                    title="No such connection"
                    text="Dynadesk's server has no connection of this name. It may have been renamed in dynadesk.toml."
                >
                    <LinkButton variant=ButtonVariant::Primary href=nav::home()>"See the connections"</LinkButton>
                </EmptyState>
            </div>
        }
        .into_any(),
    })
    .into_any()
}
