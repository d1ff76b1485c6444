//! PartiQL: an editor, values for its parameters, and what came back.

mod advice;
mod confirm;
mod desk;
mod draft;
mod expiring;
mod parameters;
mod pieces;
mod results;

use dynadesk_shared::api::connections::{ConnectionView, Feature};
use dynadesk_shared::api::history::Run;
use dynadesk_shared::api::partiql::Mode;
use dynadesk_shared::{AttributeValue, partiql, token};
use leptos::prelude::*;

use self::advice::ScanWarnings;
use self::confirm::ConfirmWrites;
use self::desk::Desk;
use self::parameters::{Parameter, Parameters};
use self::results::Results;
use crate::components::code_editor::CodeEditor;
use crate::components::saved_queries::{SavedQueries, run_href};
use crate::components::scan_budget::ScanBudgetNote;
use crate::components::scope::why_not_write;
use crate::components::{Page, RequestButton};
use crate::nav::query_value;
use crate::state::commands::{Command, use_commands};
use crate::state::use_navigation;
use crate::ui::{Button, ButtonVariant, Checkbox, Choice, EmptyState, IconName, Notice, SegmentedControl};

const HINT: &str = "SELECT * FROM \"table\" WHERE …";

#[component]
pub fn PartiQlPage(connection: ConnectionView) -> impl IntoView {
    if let Some(why) = connection.capabilities.why_not(Feature::PartiQl) {
        let text = format!("This connection's engine has no PartiQL: {why}");
        return view! {
            <Page title="PartiQL">
                <EmptyState icon=IconName::Command title="PartiQL is not there" text />
            </Page>
        }
        .into_any();
    }
    let desk = Desk::new(connection.clone());
    draft::keep(desk);
    follow_url(desk);
    Effect::new(move |_| {
        let wanted = desk.text.with(|text| partiql::parameters(text).len());
        if desk.parameters.with_untracked(Vec::len) != wanted {
            desk.parameters.update(|all| all.resize(wanted, Parameter::default()));
        }
    });
    use_commands().register(vec![Command::new("PartiQL", "Run the statement", IconName::Play, move || {
        desk.run()
    })]);
    let kept = connection.clone();
    let navigation = use_navigation();
    let name = StoredValue::new(connection.name.clone());
    let current = Signal::derive(move || {
        let parameters = desk
            .parameters
            .with(|all| all.iter().map(|one| one.value().ok()).collect::<Option<Vec<_>>>())?;
        let text = desk.text.get();
        (!text.trim().is_empty()).then_some(Run::PartiQl { text, parameters })
    });
    let actions = move || {
        view! {
            <SavedQueries
                connection=name.get_value()
                current
                on_open=move |run: Run| navigation.go(&name.with_value(|name| run_href(name, &run)))
            />
            <RequestButton connection=kept.clone() exchange=desk.exchange />
        }
    };
    view! {
        <Page title="PartiQL" actions fill=true>
            <div class="page-column partiql">
                <Writing desk />
                <Results desk />
            </div>
            <ConfirmWrites desk />
        </Page>
    }
    .into_any()
}

/// Everything above the results.
#[component]
fn Writing(desk: Desk) -> impl IntoView {
    let shelf = desk.shelf.get_value();
    let wanting = shelf.clone();
    Effect::new(move |_| wanting.want(desk.pieces.with(|pieces| advice::tables(pieces))));
    let (details, naming) = (shelf.details.clone(), shelf.clone());
    let scanning = Memo::new(move |_| desk.pieces.with(|pieces| details.with(|details| advice::scanning(pieces, details))));
    let scanned = Memo::new(move |_| scanning.with(|all| all.first().map(|one| one.table.clone())));
    // Each run and each page of it has an answer of its own.
    let runs = StoredValue::new(0_u64);
    let ran = Memo::new(move |_| {
        runs.update_value(|runs| *runs += 1);
        (!desk.busy.get()).then(|| runs.get_value())
    });
    let names = Memo::new(move |_| advice::names(desk, &naming));
    let marks = Memo::new(move |_| desk.pieces.with(|pieces| advice::marks(pieces)));
    let several = Memo::new(move |_| desk.pieces.with(|pieces| pieces.len() > 1) && desk.mode.get() == Mode::Single);
    let mode = Signal::derive(move || mode_word(desk.mode.get()).to_owned());
    let modes = vec![
        Choice::new("single", "One statement"),
        Choice::new("batch", "Batch"),
        Choice::new("transaction", "Transaction"),
    ];
    let why_not = Signal::derive(move || {
        let empty = desk.pieces.with(Vec::is_empty);
        empty.then(|| "Write a statement first".to_owned()).or_else(|| read_only(desk))
    });
    view! {
        <div class="partiql-writing">
            <CodeEditor label="PartiQL statements" hint=HINT text=desk.text marks names handle=desk.editor on_run=move |()| desk.run() />
            <p class="ui-hint">
                "Ctrl+Enter runs the selection or the statement at the cursor, Ctrl+Space completes, Tab leaves the editor. \
                Several statements have ; between them."
            </p>
            <Parameters parameters=desk.parameters />
            <Show when=move || several.get()>
                <Notice>
                    "There are several statements: the one at the cursor is run. A batch runs each on its own, a transaction all or none."
                </Notice>
            </Show>
            <ScanWarnings scanning />
            <ScanBudgetNote table=scanned read=ran />
            <div class="partiql-bar">
                <SegmentedControl label="How the statements are run" value=mode choices=modes on_change=move |word: String| desk.mode.set(mode_of(&word)) />
                <Checkbox label="Consistent read" checked=desk.consistent on_change=move |on| desk.consistent.set(on) />
                <span class="partiql-gap"></span>
                <Button variant=ButtonVariant::Primary icon=IconName::Play busy=desk.busy disabled=why_not on_press=move |()| desk.run()>
                    "Run"
                </Button>
            </div>
        </div>
    }
}

/// Why nothing of the text may run on a connection that takes no writes of this operator: all of it writes.
fn read_only(desk: Desk) -> Option<String> {
    let why = desk.connection.with_value(why_not_write)?;
    let writes = |piece: &partiql::Piece| piece.statement.as_ref().is_ok_and(|statement| statement.kind().writes());
    let all = desk.pieces.with(|pieces| !pieces.is_empty() && pieces.iter().all(writes));
    all.then_some(why)
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Single => "single",
        Mode::Batch => "batch",
        Mode::Transaction => "transaction",
    }
}

fn mode_of(word: &str) -> Mode {
    match word {
        "batch" => Mode::Batch,
        "transaction" => Mode::Transaction,
        _ => Mode::Single,
    }
}

/// Takes text and parameters from the URL, now and when a link brings others.
fn follow_url(desk: Desk) {
    let query = use_navigation().query();
    // What is there already is a draft that was written after the link's own text.
    let drafted = desk.text.with_untracked(|text| !text.is_empty());
    Effect::new(move |before: Option<()>| {
        let query = query.get();
        let Some(text) = query_value(&query, "q") else { return };
        if before.is_none() && drafted {
            return;
        }
        if desk.text.with_untracked(|now| *now == text) {
            return;
        }
        let given = query_value(&query, "p").and_then(|given| token::decode::<Vec<AttributeValue>>(&given).ok());
        desk.parameters.set(given.unwrap_or_default().iter().map(Parameter::of).collect());
        desk.text.set(text);
    });
}
