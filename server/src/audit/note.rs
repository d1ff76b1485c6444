//! What only those who do the work know of it: they note it here, and the entry of their request has it.
//! Outside of a request all of this does nothing.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynadesk_shared::api::audit::{AuditEntry, AuditItem};
use dynadesk_shared::api::session::Way;
use dynadesk_shared::{Item, Key};
use serde::Serialize;

use super::{Audit, ITEMS, add_item, cut, hash};
use crate::config::AuditImages;
use crate::error::Result;

tokio::task_local! {
    static CURRENT: Draft;
}

/// The entry of a request under way. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Draft {
    audit: Audit,
    entry: Arc<Mutex<Noted>>,
}

#[derive(Debug)]
struct Noted {
    entry: AuditEntry,
    /// Whether the handler said that it changes something.
    intended: bool,
    /// Why it is refused, where the answer's status does not say.
    refused: Option<String>,
}

impl Draft {
    pub fn new(audit: &Audit, entry: AuditEntry) -> Self {
        let noted = Noted {
            entry,
            intended: false,
            refused: None,
        };
        Self {
            audit: audit.clone(),
            entry: Arc::new(Mutex::new(noted)),
        }
    }

    /// The entry as far as it is known.
    pub fn entry(&self) -> AuditEntry {
        self.lock().entry.clone()
    }

    pub fn is_intended(&self) -> bool {
        self.lock().intended
    }

    /// The code that was noted for an answer whose status is that of a success.
    pub fn refusal(&self) -> Option<String> {
        self.lock().refused.clone()
    }

    /// Writes down what is about to be done, where that must be there before it is.
    pub async fn begin(&self) -> Result<()> {
        self.lock().intended = true;
        self.audit.begin(self.entry()).await
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        // Nothing panics while it holds the entry, so a poisoned one is as good as any.
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request whose entry this is.
pub async fn scope<T>(draft: Draft, work: impl Future<Output = T>) -> T {
    CURRENT.scope(draft, work).await
}

/// Lets work that goes on by itself note to the request that began it.
pub fn carry<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let draft = CURRENT.try_with(Clone::clone).ok();
    async move {
        match draft {
            Some(draft) => CURRENT.scope(draft, work).await,
            None => work.await,
        }
    }
}

fn note(change: impl FnOnce(&mut Noted)) {
    // Outside of a request there is nothing to note it to.
    let _ = CURRENT.try_with(|draft| change(&mut draft.lock()));
}

/// Says that this request changes something, on a route where not each one does: 503
/// `audit_unavailable` where that must be written down first and cannot be.
pub async fn intend() -> Result<()> {
    match CURRENT.try_with(Clone::clone) {
        Ok(draft) => draft.begin().await,
        Err(_) => Ok(()),
    }
}

/// Who it is, where that is found out on the way.
pub fn who(name: &str, way: Way) {
    note(|noted| {
        noted.entry.who = cut(name);
        noted.entry.way = Some(way);
    });
}

/// The table, where the URL does not say it.
pub fn table(name: &str) {
    note(|noted| noted.entry.table = cut(name));
}

/// What else says what it was.
pub fn detail(text: &str) {
    note(|noted| noted.entry.detail = cut(text));
}

/// What was asked for, as JSON. Not for what holds secrets or whole items.
pub fn asked(request: &impl Serialize) {
    note(|noted| noted.entry.detail = cut(&serde_json::to_string(request).unwrap_or_default()));
}

/// Something that is there was asked for by its id, by somebody who may not see it: the answer is that there is
/// none, and the entry says what it was.
pub fn hidden(code: &str, connection: &str, table: &str) {
    note(|noted| {
        noted.entry.connection = cut(connection);
        noted.entry.table = cut(table);
        noted.refused = Some(code.to_owned());
    });
}

/// It was refused although the answer is no error.
pub fn refused(code: &str) {
    note(|noted| noted.refused = Some(code.to_owned()));
}

/// How many of several changes were made, and why the first that was not is not.
pub fn came_of(made: usize, all: usize, code: Option<&str>) {
    note(|noted| {
        if all > 1 {
            noted.entry.detail = format!("{made} of {all} done");
        }
        if made == 0 && code.is_some() {
            noted.refused = code.map(str::to_owned);
        }
    });
}

/// Where the history has everything that is written.
pub fn group(id: &str) {
    note(|noted| id.clone_into(&mut noted.entry.group));
}

/// The job that this request began.
pub fn is_job(id: &str) {
    note(|noted| id.clone_into(&mut noted.entry.job));
}

/// An item that is written, and where the history has it.
pub fn item(table: &str, key: &Key, write: Option<String>, before: Option<&Item>, after: Option<&Item>) {
    let Ok(draft) = CURRENT.try_with(Clone::clone) else {
        return;
    };
    // Only the first are kept, and an item may have 400 KB.
    let hashes = draft.audit.0.config.images != AuditImages::Link && draft.lock().entry.items.len() < ITEMS;
    let of = |item: Option<&Item>| {
        item.filter(|_| hashes)
            .map(|item| hash(&serde_json::to_string(item).unwrap_or_default()))
    };
    let item = AuditItem {
        table: table.to_owned(),
        key: key.clone(),
        before: of(before),
        after: of(after),
        write,
    };
    add_item(&mut draft.lock().entry, item);
}

/// What came of a write, where the engine alone could say.
pub fn became(write: &str, after: &Item) {
    let Ok(draft) = CURRENT.try_with(Clone::clone) else {
        return;
    };
    if draft.audit.0.config.images != AuditImages::Link {
        let mut noted = draft.lock();
        let item = noted.entry.items.iter_mut().find(|item| item.write.as_deref() == Some(write));
        if let Some(item) = item {
            item.after = Some(hash(&serde_json::to_string(after).unwrap_or_default()));
        }
    }
}
