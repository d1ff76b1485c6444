//! What is wrong with the draft, field by field. A field complains once it was touched, or once
//! the operator tried to create the table.

use std::collections::BTreeSet;

use dynadesk_shared::api::error::FieldError;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Faults {
    /// What our own rules say of the request as it stands.
    pub own: Memo<Vec<FieldError>>,
    /// What the server said of the last attempt.
    pub server: RwSignal<Vec<FieldError>>,
    touched: RwSignal<BTreeSet<String>>,
    pub tried: RwSignal<bool>,
}

impl Faults {
    pub fn new(own: Memo<Vec<FieldError>>) -> Self {
        Self {
            own,
            server: RwSignal::new(Vec::new()),
            touched: RwSignal::new(BTreeSet::new()),
            tried: RwSignal::new(false),
        }
    }

    /// The operator changed a field; the server's word on it is no longer true.
    pub fn touch(self, field: String) {
        self.server.update(|faults| faults.retain(|fault| fault.field != field));
        if !self.touched.with_untracked(|touched| touched.contains(&field)) {
            self.touched.update(|touched| {
                touched.insert(field);
            });
        }
    }

    /// Forgets what was touched: another request took the draft's place.
    pub fn reset(self) {
        self.server.set(Vec::new());
        self.touched.set(BTreeSet::new());
        self.tried.set(false);
    }

    /// What a field should say. The path may change as lists grow and shrink.
    pub fn of(self, field: impl Fn() -> String + Send + Sync + 'static) -> Signal<Option<String>> {
        Signal::derive(move || {
            let field = field();
            let message = |faults: &Vec<FieldError>| faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone());
            let said = self.server.with(message);
            said.or_else(|| {
                let speaks = self.tried.get() || self.touched.with(|touched| touched.contains(&field));
                speaks.then(|| self.own.with(message)).flatten()
            })
        })
    }
}
