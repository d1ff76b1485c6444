//! The page's state: what is written, what was run, and what came back.

use dynadesk_shared::Item;
use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::history::Run;
use dynadesk_shared::api::partiql::{Mode, PartiQlResult, PartiQlRun, StatementResult};
use dynadesk_shared::key::{KeyAttribute, KeySchema};
use dynadesk_shared::partiql::{self, Piece};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::parameters::Parameter;
use super::pieces::{Chosen, Question, Refusal, choose, fits, writes};
use crate::api::{self, ApiFailure};
use crate::components::code_editor::EditorHandle;
use crate::components::scope::why_not_write;
use crate::components::undo;
use crate::format::{self, cell};
use crate::grid::columns::{Columns, Remembered};
use crate::nav;
use crate::state::navigation::{Navigation, use_navigation};
use crate::state::store;
use crate::state::tables::{Shelf, use_tables};
use crate::state::toasts::{ToastQueue, use_toasts};

/// How many items a page of a SELECT examines.
const PAGE: u32 = 100;

/// What one statement gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub text: String,
    pub result: StatementResult,
}

/// Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Desk {
    navigation: Navigation,
    toasts: ToastQueue,
    pub shelf: StoredValue<Shelf>,
    pub connection: StoredValue<ConnectionView>,
    pub text: RwSignal<String>,
    pub parameters: RwSignal<Vec<Parameter>>,
    pub mode: RwSignal<Mode>,
    pub consistent: RwSignal<bool>,
    pub editor: EditorHandle,
    pub pieces: Memo<Vec<Piece>>,
    pub busy: RwSignal<bool>,
    /// Why nothing was sent.
    pub refusal: RwSignal<Option<Refusal>>,
    pub failure: RwSignal<Option<ApiFailure>>,
    /// What would be written, while the operator is asked.
    pub asking: RwSignal<Question>,
    pub answers: RwSignal<Vec<Answer>>,
    pub items: StoredValue<Vec<Item>, LocalStorage>,
    pub rows: RwSignal<usize>,
    /// The item that lies open beside the grid.
    pub opened: RwSignal<Option<usize>>,
    pub version: RwSignal<u64>,
    pub columns: RwSignal<Columns>,
    pub next: RwSignal<Option<String>>,
    pub exchange: RwSignal<Option<Exchange>>,
    pub units: RwSignal<Option<f64>>,
    pub unkept: RwSignal<Option<String>>,
    /// The one table that the items are of.
    pub table: RwSignal<Option<String>>,
    /// The run whose items are on the screen, for its next page.
    asked: StoredValue<Option<PartiQlRun>>,
    /// What is sent once the operator agrees. What is on the screen stays what it is until then.
    waiting: StoredValue<Option<PartiQlRun>>,
    /// A later run makes answers of an earlier one void.
    turn: StoredValue<u64>,
}

impl Desk {
    pub fn new(connection: ConnectionView) -> Self {
        let text = RwSignal::new(String::new());
        Self {
            navigation: use_navigation(),
            toasts: use_toasts(),
            shelf: StoredValue::new(use_tables().of(&connection.name)),
            connection: StoredValue::new(connection),
            text,
            parameters: RwSignal::new(Vec::new()),
            mode: RwSignal::new(Mode::Single),
            consistent: RwSignal::new(false),
            editor: EditorHandle::new(text),
            pieces: Memo::new(move |_| text.with(|text| partiql::script(text))),
            busy: RwSignal::new(false),
            refusal: RwSignal::new(None),
            failure: RwSignal::new(None),
            asking: RwSignal::new(Question::default()),
            answers: RwSignal::new(Vec::new()),
            items: StoredValue::new_local(Vec::new()),
            rows: RwSignal::new(0),
            opened: RwSignal::new(None),
            version: RwSignal::new(0),
            columns: RwSignal::new(Columns::default()),
            next: RwSignal::new(None),
            exchange: RwSignal::new(None),
            units: RwSignal::new(None),
            unkept: RwSignal::new(None),
            table: RwSignal::new(None),
            asked: StoredValue::new(None),
            waiting: StoredValue::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// Runs the selection, the statement at the cursor, or all; production is asked about first.
    pub fn run(self) {
        if self.busy.get_untracked() {
            return self.toasts.note("Not run: the statement before it is still running");
        }
        match self.chosen() {
            Err(refusal) => {
                if let Some((from, to)) = refusal.place {
                    self.editor.select(from, to);
                }
                // What came of another statement would seem to be this one's.
                self.clear();
                self.failure.set(None);
                self.refusal.set(Some(refusal));
            }
            Ok(chosen) => self.begin(&chosen),
        }
    }

    fn chosen(self) -> Result<Vec<Chosen>, Refusal> {
        let values: Vec<_> = self.parameters.with_untracked(|all| all.iter().map(Parameter::value).collect());
        let mode = self.mode.get_untracked();
        let selection = self.editor.selection();
        let chosen = self.text.with_untracked(|text| choose(text, selection, mode, &values))?;
        fits(&chosen, mode)?;
        let writing = writes(&chosen);
        if let (Some(why), Some(first)) = (self.connection.with_value(why_not_write), writing.first()) {
            return Err(Refusal::new(format!("{why}, nothing was run: {first}")));
        }
        Ok(chosen)
    }

    fn begin(self, chosen: &[Chosen]) {
        self.refusal.set(None);
        let asked = PartiQlRun {
            statements: chosen.iter().map(|one| one.statement.clone()).collect(),
            mode: self.mode.get_untracked(),
            limit: PAGE,
            cursor: None,
            consistent: self.consistent.get_untracked(),
            confirmed: false,
            confirm: None,
        };
        self.remember();
        let read = chosen.iter().map(|one| &one.read);
        let question = self.connection.with_value(|connection| Question::of(read, &connection.name));
        if self.connection.with_value(|connection| connection.production) && !question.is_empty() {
            self.ask(question, asked);
        } else {
            self.send(asked);
        }
    }

    fn ask(self, question: Question, about: PartiQlRun) {
        self.waiting.set_value(Some(about));
        self.asking.set(question);
    }

    /// The operator agreed to what would be written, and typed a name where something is deleted.
    pub fn confirm(self, typed: Option<String>) {
        self.asking.set(Question::default());
        if let Some(asked) = self.waiting.try_update_value(Option::take).flatten() {
            self.send(PartiQlRun {
                confirmed: true,
                confirm: typed,
                ..asked
            });
        }
    }

    /// Reads the next page of a SELECT.
    pub fn more(self) {
        let (asked, cursor) = (self.asked.get_value(), self.next.get_untracked());
        if let (Some(asked), Some(_), false) = (asked, &cursor, self.busy.get_untracked()) {
            self.send(PartiQlRun {
                cursor,
                confirmed: false,
                confirm: None,
                ..asked
            });
        }
    }

    /// Puts what is written into the URL, so that it can be linked to.
    fn remember(self) {
        let name = self.connection.with_value(|connection| connection.name.clone());
        let values: Vec<_> = self
            .parameters
            .with_untracked(|all| all.iter().filter_map(|one| one.value().ok()).collect());
        let href = self.text.with_untracked(|text| nav::partiql_of(&name, text, &values));
        self.navigation.replace(&href);
    }

    fn send(self, asked: PartiQlRun) {
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        let name = self.connection.with_value(|connection| connection.name.clone());
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::partiql::run(&name, &asked).await;
            // The page may be gone by now, and then so are its signals.
            if self.turn.try_get_value() != turn {
                return;
            }
            self.busy.try_set(false);
            match answer {
                Ok(result) => {
                    if asked.cursor.is_none() {
                        write_down(name, &asked, &result);
                    }
                    self.take(&asked, result);
                }
                Err(failure) if failure.code() == "confirmation_needed" => {
                    let read: Vec<_> = asked.statements.iter().flat_map(|one| partiql::statement(&one.text)).collect();
                    self.ask(Question::of(read.iter(), &name), asked);
                }
                Err(failure) => {
                    if asked.cursor.is_none() {
                        self.clear();
                    }
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn take(self, asked: &PartiQlRun, result: PartiQlResult) {
        if asked.cursor.is_none() {
            self.clear();
            self.asked.set_value(Some(asked.clone()));
        }
        let mut found = Vec::new();
        for result in &result.results {
            if let StatementResult::Done { items } = result {
                found.extend(items.iter().cloned());
            }
        }
        if asked.cursor.is_none() {
            // A projection may leave the key out: a column of nothing would only take room.
            let keys = self
                .keys()
                .into_iter()
                .filter(|(name, _)| found.iter().any(|item| item.contains_key(name)));
            self.columns.set(Columns::new(keys, Remembered::default()));
        }
        self.table.set(self.target());
        self.see(&found);
        self.items.update_value(|items| items.extend(found));
        self.rows.set(self.items.with_value(Vec::len));
        self.version.update(|version| *version += 1);
        let texts = asked.statements.iter().map(|statement| statement.text.clone());
        let answers = texts.zip(result.results).map(|(text, result)| Answer { text, result });
        self.answers.set(answers.collect());
        self.next.set(result.next);
        let more = result.exchange.consumed;
        self.units.update(|units| {
            if let Some(more) = more {
                *units = Some(units.unwrap_or_default() + more);
            }
        });
        self.exchange.set(Some(result.exchange));
        if !result.writes.is_empty() {
            let name = self.connection.with_value(|connection| connection.name.clone());
            let said = format!("{} written", format::counted(result.writes.len() as u64, "item", "items"));
            undo::offer(self.toasts, name, said, result.writes, |_| ());
        }
        self.unkept.set(result.unkept);
    }

    fn clear(self) {
        // An item is open by its place, which holds another one from now on.
        self.opened.set(None);
        self.items.set_value(Vec::new());
        self.rows.set(0);
        self.columns.set(Columns::default());
        self.answers.set(Vec::new());
        self.table.set(None);
        self.next.set(None);
        self.units.set(None);
        self.unkept.set(None);
    }

    /// The one table that was read, with its key, where that is known. A part of an attribute has the
    /// name of its last step in the answer, so a projection must name the key's attributes as such.
    pub fn read_from(self) -> Option<(String, KeySchema)> {
        let statement = self.asked.with_value(|asked| match asked.as_ref()?.statements.as_slice() {
            [only] => partiql::statement(&only.text).ok(),
            _ => None,
        })?;
        let partiql::Body::Select(select) = &statement.body else {
            return None;
        };
        let (name, key) = self.table_of(&statement)?;
        let plain = |attribute: &KeyAttribute| {
            let ends_so =
                |path: &&partiql::ast::Path| matches!(path.0.last(), Some(partiql::ast::Step::Name(name)) if *name == attribute.name);
            select.projection.iter().filter(ends_so).all(|path| path.attribute().is_some())
        };
        let whole = key.attributes().all(plain);
        whole.then_some((name, key))
    }

    fn table_of(self, statement: &partiql::Statement) -> Option<(String, KeySchema)> {
        let name = statement.target().table.clone();
        let details = self.shelf.with_value(|shelf| shelf.details.clone());
        details.with_untracked(|details| match details.get(&name) {
            Some(Ok(table)) => Some((name.clone(), table.key.clone())),
            _ => None,
        })
    }

    /// The one table that is read.
    fn target(self) -> Option<String> {
        self.asked.with_value(|asked| {
            let [only] = asked.as_ref()?.statements.as_slice() else {
                return None;
            };
            Some(partiql::statement(&only.text).ok()?.target().table.clone())
        })
    }

    /// The key of the one table that is read, where it is known: its columns come first.
    fn keys(self) -> Vec<(String, &'static str)> {
        let asked = self.asked.with_value(|asked| match asked.as_ref()?.statements.as_slice() {
            [only] => partiql::statement(&only.text).ok(),
            _ => None,
        });
        let Some(statement) = asked else { return Vec::new() };
        let found = self.table_of(&statement).map(|(_, key)| key);
        let key = found.unwrap_or_default();
        let partition = key.partition.into_iter().map(|one| (one.name, "partition key"));
        partition.chain(key.sort.into_iter().map(|one| (one.name, "sort key"))).collect()
    }

    /// Learns the columns from items.
    fn see(self, items: &[Item]) {
        let first_time = self.rows.get_untracked() == 0;
        self.columns.update(|columns| {
            for item in items {
                for (name, value) in item {
                    columns.see(name, value.type_name());
                }
            }
            if first_time {
                for (name, value) in items.iter().take(40).flatten() {
                    columns.fit(name, cell::cell(value).text.chars().take(60).count());
                }
            }
            columns.arrange();
        });
    }
}

/// Puts a run into the history. Nobody waits for it, and nothing is lost where it fails.
fn write_down(name: String, asked: &PartiQlRun, result: &PartiQlResult) {
    let texts: Vec<_> = asked.statements.iter().map(|statement| statement.text.as_str()).collect();
    let run = Run::PartiQl {
        text: texts.join(";\n"),
        parameters: asked.statements.iter().flat_map(|statement| statement.parameters.clone()).collect(),
    };
    let done = result
        .results
        .iter()
        .filter(|one| matches!(one, StatementResult::Done { .. }))
        .count();
    let said = match result.results.as_slice() {
        [StatementResult::Done { items }] if !items.is_empty() => format::counted(items.len() as u64, "item", "items"),
        all if done == all.len() => "done".to_owned(),
        all => format!("{done} of {} statements done", all.len()),
    };
    spawn_local(async move {
        if let Err(failure) = api::history::ran(&name, run, Some(said)).await {
            store::heard(&failure);
        }
    });
}
