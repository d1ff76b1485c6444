//! What is written down of a job.

use dynadesk_shared::access::Grants;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::session::Way;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::who::{self, Person};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub view: JobView,
    pub task: Value,
    /// Where the connection led to when the job began: the same name may mean something else elsewhere.
    #[serde(default)]
    pub place: String,
    /// Nobody where the shell began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
}

/// Whoever let a job run, with what they were given then: another server goes on in their name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct By {
    pub name: String,
    pub way: Way,
    pub grants: Grants,
}

impl By {
    pub fn current() -> Option<Self> {
        who::current().map(|person| Self {
            name: person.name.clone(),
            way: person.way,
            grants: person.grants.clone(),
        })
    }

    pub fn person(&self) -> Person {
        Person {
            name: self.name.clone(),
            way: self.way,
            grants: self.grants.clone(),
            // A job needs no unlocked production any more: that was asked when it began.
            key: String::new(),
            session: None,
            from: None,
        }
    }
}
