//! The connections that the server offers: asked for once, shared by every page.

use dynadesk_shared::api::connections::{ConnectionList, ConnectionView};
use leptos::prelude::*;

use super::remote::Remote;
use crate::api;

#[derive(Clone, Copy)]
pub struct Connections {
    pub list: Remote<ConnectionList>,
}

pub fn use_connections() -> Connections {
    expect_context()
}

impl Connections {
    pub fn provide() -> Self {
        let connections = Self {
            list: Remote::new(api::connections::list),
        };
        provide_context(connections);
        connections
    }

    /// A connection by its name, reactive.
    pub fn named(self, name: &str) -> Option<ConnectionView> {
        self.list
            .ready(|list| list.connections.iter().find(|connection| connection.name == name).cloned())
            .flatten()
    }

    /// All of them, reactive; empty until they are known.
    pub fn all(self) -> Vec<ConnectionView> {
        self.list.ready(|list| list.connections.clone()).unwrap_or_default()
    }

    /// The one that opens first, reactive.
    pub fn default_one(self) -> Option<ConnectionView> {
        let all = self.all();
        all.iter().find(|connection| connection.is_default).or(all.first()).cloned()
    }
}
