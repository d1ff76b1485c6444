//! What the page's URL says: the period, whose numbers, and what the estimate reckons with. A reload or
//! a link to a colleague shows the same page again.

use leptos::prelude::*;

use crate::nav::{self, Section, with_query};
use crate::state::{Navigation, use_navigation};

pub const PERIOD: &str = "period";
pub const SOURCE: &str = "source";
pub const REGION: &str = "region";
pub const READS: &str = "reads";
pub const WRITES: &str = "writes";
const ALL: [&str; 5] = [PERIOD, SOURCE, REGION, READS, WRITES];

/// The page's place. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Address {
    navigation: Navigation,
    page: StoredValue<String>,
}

impl Address {
    pub fn new(connection: &str, table: &str) -> Self {
        Self {
            navigation: use_navigation(),
            page: StoredValue::new(nav::table(connection, table, Section::Monitoring)),
        }
    }

    /// A word of the URL, reactive.
    pub fn word(self, name: &'static str) -> Option<String> {
        self.navigation.query_value(name)
    }

    /// Writes some words and leaves the others; nothing takes a word away.
    pub fn write(self, words: &[(&'static str, Option<String>)]) {
        let query = ALL.map(|name| {
            let new = words.iter().find(|(changed, _)| *changed == name).map(|(_, word)| word.clone());
            (name, new.unwrap_or_else(|| untrack(|| self.word(name))))
        });
        self.page.with_value(|page| self.navigation.replace(&with_query(page, &query)));
    }
}
