//! The rows of the sheet: a preset's patterns, each replaced by the operator's own of its name, then the
//! others by name.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::patterns::{Measured, PatternList, Seen};
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::patterns::advice::{Advice, advice};
use dynadesk_shared::patterns::check::fits;
use dynadesk_shared::patterns::{Pattern, cruddur};

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub pattern: Pattern,
    /// As it is kept; nothing where it is the preset's.
    pub kept: Option<Seen>,
    /// Whether the preset has one of this name.
    pub preset: bool,
    pub measured: Option<Measured>,
    pub advice: Option<Advice>,
    /// Why it does not work on the table as it is.
    pub unfit: Vec<FieldError>,
}

pub fn rows(table: &TableView, list: &PatternList) -> Vec<Row> {
    let preset = cruddur::of_table(table);
    let own = |pattern: &Pattern| list.patterns.iter().find(|view| view.pattern.id() == pattern.id());
    let mut all: Vec<(Pattern, Option<Seen>, bool)> = Vec::new();
    let seen = |view: &dynadesk_shared::api::patterns::PatternView| Seen {
        id: view.id.clone(),
        version: view.version.clone(),
    };
    for pattern in &preset {
        match own(pattern) {
            Some(view) => all.push((view.pattern.clone(), Some(seen(view)), true)),
            None => all.push((pattern.clone(), None, true)),
        }
    }
    let others = list
        .patterns
        .iter()
        .filter(|view| preset.iter().all(|pattern| pattern.id() != view.pattern.id()));
    all.extend(others.map(|view| (view.pattern.clone(), Some(seen(view)), false)));
    let patterns: Vec<Pattern> = all.iter().map(|(pattern, ..)| pattern.clone()).collect();
    let row = |(pattern, kept, preset): (Pattern, Option<Seen>, bool)| Row {
        measured: list.measured.get(&pattern.id()).cloned(),
        advice: advice(&pattern, table, &patterns),
        unfit: fits(&pattern, table),
        pattern,
        kept,
        preset,
    };
    all.into_iter().map(row).collect()
}
