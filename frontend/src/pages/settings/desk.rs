//! What the page holds: the settings as they are, which form is open, and the change being followed.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::settings::{SettingsChange, SettingsUpdate, SettingsView};
use dynadesk_shared::settings;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::Draft;
use crate::api::{self, ApiFailure};
use crate::components::TableScope;
use crate::state::remote::Remote;
use crate::state::toasts::{ToastQueue, use_toasts};
use crate::ui::focus;

/// A change that the engine took and that is not yet seen to be in effect.
#[derive(Clone, PartialEq)]
pub struct Following {
    pub change: SettingsChange,
    /// The part of the settings that it replaces, as it was.
    pub seen: serde_json::Value,
    /// What it is, for a person: `Capacity`.
    pub title: String,
    pub exchanges: Vec<Exchange>,
    /// How often the table was looked at since it was active, and did not have it.
    pub looks: u32,
}

/// How sending a change stands.
#[derive(Clone, PartialEq)]
pub enum Sending {
    Idle,
    Busy,
    Refused(ApiFailure),
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub scope: StoredValue<TableScope>,
    pub view: Remote<SettingsView>,
    /// The form that is open; one at a time.
    pub open: RwSignal<Option<String>>,
    /// The settings when the form was opened: what the operator saw.
    seen: RwSignal<Option<SettingsView>>,
    pub following: RwSignal<Option<Following>>,
    pub sending: RwSignal<Sending>,
    /// Something was typed into the open form.
    pub typed: RwSignal<bool>,
    /// Counts the forms that were opened and closed: an answer that comes late is no word of another form.
    turn: StoredValue<u64>,
    toasts: ToastQueue,
}

impl Desk {
    pub fn new(scope: &TableScope) -> Self {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Self {
            scope: StoredValue::new(scope.clone()),
            view: Remote::new(move || {
                let (connection, table) = (connection.clone(), table.clone());
                async move { api::settings::get(&connection, &table).await }
            }),
            open: RwSignal::new(None),
            seen: RwSignal::new(None),
            following: RwSignal::new(None),
            sending: RwSignal::new(Sending::Idle),
            typed: RwSignal::new(false),
            turn: StoredValue::new(0),
            toasts: use_toasts(),
        }
    }

    /// Opens a form on the settings as they are shown now.
    pub fn begin(self, form: String) {
        // A form stands on what is there now; the cards stay though it could not be read again.
        let Some(seen) = self.view.ready_untracked(SettingsView::clone) else {
            return self.toasts.note("The settings could not be read: describe them again first");
        };
        self.next_turn();
        self.seen.set(Some(seen));
        self.sending.set(Sending::Idle);
        self.typed.set(false);
        self.open.set(Some(form));
    }

    fn next_turn(self) -> u64 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    /// Closes the form and gives the focus back to the button that opened it.
    pub fn close(self) {
        self.next_turn();
        let form = self.open.get_untracked();
        self.open.set(None);
        self.typed.set(false);
        if let Some(form) = form {
            focus::back(&[&format!("[id='{}'] button", button_id(&form))]);
        }
    }

    /// Whether a form is open, reactive.
    pub fn is_open(self, form: &str) -> bool {
        self.open.with(|open| open.as_deref() == Some(form))
    }

    /// What the operator saw when the form was opened. A form is built only after that.
    pub fn seen(self) -> Option<SettingsView> {
        self.seen.get_untracked()
    }

    /// Forgets what was typed and begins again on what the engine describes now.
    pub fn begin_again(self) {
        let Some(form) = self.open.get_untracked() else { return };
        let turn = self.next_turn();
        self.open.set(None);
        self.typed.set(false);
        let (connection, table) = self.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            match api::settings::get(&connection, &table).await {
                Ok(view) => {
                    let Some(now) = self.turn.try_get_value() else { return };
                    self.view.set(view);
                    // Another form that was opened meanwhile stays.
                    if now == turn {
                        self.begin(form);
                    }
                }
                Err(_) => self.view.refresh(),
            }
        });
    }

    /// Sends a change and follows it.
    pub fn send(self, draft: Draft, title: &'static str, confirm: Option<String>) {
        let change = draft.change.get_untracked();
        let update = SettingsUpdate {
            seen: draft.seen.with_value(|seen| settings::facet(seen, &change)),
            change: change.clone(),
            confirm,
        };
        let title = match &change {
            SettingsChange::AddIndex(new) => format!("New index {}", new.index.index_name),
            SettingsChange::RemoveIndex(name) => format!("Removal of {name}"),
            _ => title.to_owned(),
        };
        let turn = self.turn.get_value();
        self.sending.set(Sending::Busy);
        let (connection, table) = self.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let answer = api::settings::change(&connection, &table, &update).await;
            // The form may be closed by now, and another one open; or the page is gone, and its signals with it.
            let now = self.turn.try_get_value();
            match answer {
                Ok(changed) => {
                    let Some(now) = now else { return };
                    self.following.set(Some(Following {
                        change,
                        seen: update.seen,
                        title,
                        exchanges: changed.exchanges,
                        looks: 0,
                    }));
                    if now == turn {
                        self.sending.set(Sending::Idle);
                        self.close();
                    }
                    self.view.refresh();
                    self.scope.with_value(|scope| scope.details.refresh());
                }
                Err(failure) if now == Some(turn) => {
                    draft.server.try_set(failure.fields().to_vec());
                    self.sending.set(Sending::Refused(failure));
                }
                Err(failure) => self.toasts.failed(&format!("{title}: not changed"), &failure),
            }
        });
    }
}

/// The place of a form's button.
pub fn button_id(form: &str) -> String {
    format!("change-{}", form.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"))
}

/// The message of the first fault of a field.
pub fn message_of(faults: &[FieldError], field: &str) -> Option<String> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone())
}
