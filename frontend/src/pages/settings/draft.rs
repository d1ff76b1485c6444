//! A change while it is typed: what it would be, and what is wrong with it.

use std::collections::BTreeSet;

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use dynadesk_shared::settings;
use leptos::prelude::*;

use super::desk::{Desk, message_of};

#[derive(Clone, Copy)]
pub struct Draft {
    pub seen: StoredValue<SettingsView>,
    pub change: Memo<SettingsChange>,
    /// What our own rules say of it as the table is now.
    pub faults: Memo<Vec<FieldError>>,
    /// What the server said of the last attempt.
    pub server: RwSignal<Vec<FieldError>>,
    /// Somebody else has changed this setting since the form was opened.
    pub overtaken: Memo<bool>,
    touched: RwSignal<BTreeSet<String>>,
    pub tried: RwSignal<bool>,
}

impl Draft {
    pub fn new(desk: Desk, seen: &SettingsView, change: impl Fn() -> SettingsChange + Send + Sync + 'static) -> Self {
        Self::checked(desk, seen, change, Vec::new)
    }

    /// The same with faults that only the form can see.
    pub fn checked(
        desk: Desk,
        seen: &SettingsView,
        change: impl Fn() -> SettingsChange + Send + Sync + 'static,
        more: impl Fn() -> Vec<FieldError> + Send + Sync + 'static,
    ) -> Self {
        let seen = StoredValue::new(seen.clone());
        let change = Memo::new(move |_| change());
        let capabilities = desk.scope.with_value(|scope| scope.connection.capabilities.clone());
        let overtaken = Memo::new(move |_| {
            let change = change.get();
            let now = desk.view.ready(|view| settings::facet(view, &change));
            now.is_some_and(|now| seen.with_value(|seen| settings::facet(seen, &change)) != now)
        });
        let faults = Memo::new(move |_| {
            let change = change.get();
            let mut faults = more();
            // Where the setting is what was seen, the state of the table around it is the newest one.
            let newest = (!overtaken.get())
                .then(|| desk.view.ready(|view| settings::validate(view, &change, &capabilities)))
                .flatten();
            faults.extend(newest.unwrap_or_else(|| seen.with_value(|seen| settings::validate(seen, &change, &capabilities))));
            faults
        });
        Self {
            seen,
            change,
            faults,
            server: RwSignal::new(Vec::new()),
            overtaken,
            touched: RwSignal::new(BTreeSet::new()),
            tried: RwSignal::new(false),
        }
    }

    /// What a field should say: once it was touched, or once the change was tried.
    pub fn error(self, field: impl Fn() -> String + Send + Sync + 'static) -> Signal<Option<String>> {
        Signal::derive(move || {
            let field = field();
            let speaks = self.tried.get() || self.touched.with(|touched| touched.contains(&field));
            let own = speaks.then(|| self.faults.with(|faults| message_of(faults, &field))).flatten();
            self.server.with(|faults| message_of(faults, &field)).or(own)
        })
    }

    /// The operator changed a field; the server's word on it is no longer true.
    pub fn touch(self, field: &str) {
        self.server.update(|faults| faults.retain(|fault| fault.field != field));
        self.touched.update(|touched| {
            touched.insert(field.to_owned());
        });
    }
}
