//! The list of users as far as it was read, and how far the pool was.

use std::collections::BTreeMap;

use dynadesk_shared::api::identity::{PeopleFilter, PeopleRequest, PeopleSort, Person, PoolState};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};
use crate::state::Rest;
use crate::state::rest::TYPING;
use crate::ui::Sort;

/// Between two looks at the pool while it is being read.
const LOOK: u32 = 500;

/// Cheap to copy; lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct People {
    pub rows: RwSignal<Option<Vec<Person>>>,
    pub total: RwSignal<Option<u64>>,
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    pub pool: RwSignal<PoolState>,
    pub search: RwSignal<String>,
    pub filter: RwSignal<PeopleFilter>,
    pub sort: RwSignal<Sort>,
    /// Addresses that were asked for, by uuid.
    pub emails: RwSignal<BTreeMap<String, String>>,
    turn: StoredValue<u64>,
    /// How many pages are shown, or are asked for to be.
    pages: StoredValue<usize>,
    rest: Rest,
}

impl People {
    pub fn new(filter: PeopleFilter) -> Self {
        Self {
            rows: RwSignal::new(None),
            total: RwSignal::new(None),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            pool: RwSignal::new(PoolState::Unread),
            search: RwSignal::new(String::new()),
            filter: RwSignal::new(filter),
            sort: RwSignal::new(Sort {
                by: "handle",
                descending: false,
            }),
            emails: RwSignal::new(BTreeMap::new()),
            turn: StoredValue::new(0),
            pages: StoredValue::new(1),
            rest: Rest::new(TYPING),
        }
    }

    /// Begins again; what is on the screen stays until the answer is here.
    pub fn reload(self) {
        self.pages.set_value(1);
        self.ask(None);
    }

    /// Begins again with another search, once nobody types any more.
    pub fn look_for(self, search: String) {
        self.search.set(search);
        self.rest.then(move || self.reload());
    }

    /// Adds the page after the last one.
    pub fn more(self) {
        if let Some(next) = self.next.get_untracked().filter(|_| !self.busy.get_untracked()) {
            self.pages.update_value(|pages| *pages += 1);
            self.ask(Some(next));
        }
    }

    /// Reads again all that is shown, so that nobody who has read on is taken back to the beginning.
    fn read_again(self) {
        self.ask(None);
    }

    fn ask(self, cursor: Option<String>) {
        self.rest.forget();
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let first = cursor.is_none();
        let sort = self.sort.get_untracked();
        let mut left = if first { self.pages.get_value() } else { 1 };
        let mut request = PeopleRequest {
            search: self.search.get_untracked(),
            sort: match sort.by {
                "name" => PeopleSort::DisplayName,
                "created" => PeopleSort::CreatedAt,
                _ => PeopleSort::Handle,
            },
            descending: sort.descending,
            filter: self.filter.get_untracked(),
            cursor,
        };
        self.busy.set(true);
        spawn_local(async move {
            let (mut people, mut total) = (Vec::new(), None);
            let answer = loop {
                let answer = api::identity::people(&request).await;
                // The page may be gone by now, and then so are its signals; or something else was asked.
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                let mut page = match answer {
                    Ok(page) => page,
                    Err(failure) => break Err(failure),
                };
                if request.cursor.is_none() {
                    total = page.total;
                }
                people.append(&mut page.people);
                left -= 1;
                match page.next.clone().filter(|_| left > 0) {
                    Some(next) => request.cursor = Some(next),
                    None => break Ok(page),
                }
            };
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    if first {
                        self.total.set(total);
                    }
                    self.rows.update(|all| match all {
                        Some(all) if !first => all.extend(people),
                        all => *all = Some(people),
                    });
                    self.next.set(page.next);
                    self.pool.set(page.pool);
                    self.failure.set(None);
                }
                Err(failure) => {
                    if !first {
                        self.pages.update_value(|pages| *pages -= 1);
                    }
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    /// Reads the pool, and then the list with it.
    pub fn read_pool(self) {
        spawn_local(async move {
            let mut state = api::identity::read_pool().await;
            loop {
                let shown = match &state {
                    Ok(state) => state.clone(),
                    Err(failure) => PoolState::Failed { why: failure.message() },
                };
                if self.pool.try_set(shown).is_some() {
                    return;
                }
                if !matches!(state, Ok(PoolState::Reading(_))) {
                    break;
                }
                TimeoutFuture::new(LOOK).await;
                state = api::identity::pool().await;
            }
            if self.rows.try_with_untracked(Option::is_some) == Some(true) {
                self.read_again();
            }
        });
    }

    /// Shows addresses that were masked.
    pub fn reveal(self, uuids: Vec<String>, failed: impl Fn(ApiFailure) + 'static) {
        spawn_local(async move {
            for some in uuids.chunks(500) {
                match api::identity::emails(some.to_vec()).await {
                    Ok(found) => {
                        self.emails.try_update(|emails| emails.extend(found.emails));
                    }
                    Err(failure) => return failed(failure),
                }
            }
        });
    }
}
