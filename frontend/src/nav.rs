//! Every link of the console, once: a [`Route`] is read from a path here and written as one here.

pub mod asked;
mod base;
mod query;

use dynadesk_shared::api::paths::encode;
use dynadesk_shared::{AttributeValue, Key, token};

use self::asked::Asked;
pub use self::base::with_base;
use self::base::without_base;
use self::query::decode;
pub use self::query::{query_value, with_query};

/// A page of the console and what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    Home,
    /// The application's users.
    People,
    /// Bringing their Cognito ids in line.
    CognitoIds,
    /// Whether the users that a table names are those of the application.
    Integrity,
    /// Who is signed in.
    Sessions,
    /// Who did what.
    Audit,
    /// Where a browser is that comes back from a provider of identities.
    SignIn,
    Tables {
        connection: String,
    },
    TableNew {
        connection: String,
    },
    Table {
        connection: String,
        table: String,
        section: Section,
    },
    PartiQl {
        connection: String,
    },
    History {
        connection: String,
    },
    Jobs {
        connection: String,
    },
    Job {
        connection: String,
        job: String,
    },
    NotFound,
}

/// What of a table a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    Overview,
    Items,
    Seed,
    /// What can be changed of the table itself.
    Settings,
    /// Consumed capacity, throttles, cost.
    Monitoring,
    /// Backups, point-in-time recovery, export to S3 and import from it.
    Backups,
    /// Time to live: what expires when.
    Expiry,
    /// The table's changes as they happen.
    Stream,
    /// The worker that moves group rows to the newest message.
    Relay,
    /// The table's named access patterns.
    Patterns,
    /// Users; or one user's conversations; or one conversation of one user.
    Conversations {
        user: Option<String>,
        group: Option<String>,
    },
}

impl Section {
    /// The list of users, where a reader of conversations begins.
    pub const USERS: Self = Self::Conversations { user: None, group: None };

    /// Whether both are the same page, whatever of it they show.
    pub fn same_page(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Its name on tabs, in titles and in the trail of links.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Items => "Items",
            Self::Seed => "Seed data",
            Self::Conversations { .. } => "Conversations",
            Self::Settings => "Settings",
            Self::Monitoring => "Monitoring",
            Self::Backups => "Backups",
            Self::Expiry => "Expiry",
            Self::Stream => "Stream",
            Self::Relay => "Relay",
            Self::Patterns => "Access patterns",
        }
    }
}

impl Route {
    /// Reads the path of a URL as the browser has it, percent-encoded.
    pub fn parse(path: &str) -> Self {
        let path = without_base(path);
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        let own = |word: &&str| (*word).to_owned();
        let table = |connection: &&str, table: &&str, section| Self::Table {
            connection: own(connection),
            table: own(table),
            section,
        };
        match words.as_slice() {
            [] => Self::Home,
            ["users"] => Self::People,
            ["users", "cognito-ids"] => Self::CognitoIds,
            ["users", "integrity"] => Self::Integrity,
            ["sessions"] => Self::Sessions,
            ["audit"] => Self::Audit,
            ["sign-in"] => Self::SignIn,
            ["c", connection] | ["c", connection, "tables"] => Self::Tables {
                connection: own(connection),
            },
            // A table may be called `new`, but no table name has a plus sign.
            ["c", connection, "tables", "+new"] => Self::TableNew {
                connection: own(connection),
            },
            ["c", connection, "tables", name] => table(connection, name, Section::Overview),
            ["c", connection, "tables", name, "items"] => table(connection, name, Section::Items),
            ["c", connection, "tables", name, "seed"] => table(connection, name, Section::Seed),
            ["c", connection, "tables", name, "settings"] => table(connection, name, Section::Settings),
            ["c", connection, "tables", name, "monitoring"] => table(connection, name, Section::Monitoring),
            ["c", connection, "tables", name, "backups"] => table(connection, name, Section::Backups),
            ["c", connection, "tables", name, "expiry"] => table(connection, name, Section::Expiry),
            ["c", connection, "tables", name, "stream"] => table(connection, name, Section::Stream),
            ["c", connection, "tables", name, "relay"] => table(connection, name, Section::Relay),
            ["c", connection, "tables", name, "patterns"] => table(connection, name, Section::Patterns),
            ["c", connection, "tables", name, "conversations", rest @ ..] if rest.len() <= 2 => {
                let mut rest = rest.iter().map(own);
                let (user, group) = (rest.next(), rest.next());
                table(connection, name, Section::Conversations { user, group })
            }
            ["c", connection, "partiql"] => Self::PartiQl {
                connection: own(connection),
            },
            ["c", connection, "history"] => Self::History {
                connection: own(connection),
            },
            ["c", connection, "jobs"] => Self::Jobs {
                connection: own(connection),
            },
            ["c", connection, "jobs", job] => Self::Job {
                connection: own(connection),
                job: own(job),
            },
            _ => Self::NotFound,
        }
    }

    /// The link to this page.
    pub fn href(&self) -> String {
        with_base(&self.path())
    }

    fn path(&self) -> String {
        match self {
            Self::Home | Self::NotFound => "/".to_owned(),
            Self::People => "/users".to_owned(),
            Self::CognitoIds => "/users/cognito-ids".to_owned(),
            Self::Integrity => "/users/integrity".to_owned(),
            Self::Sessions => "/sessions".to_owned(),
            Self::Audit => "/audit".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
            Self::Tables { connection } => format!("/c/{}/tables", encode(connection)),
            Self::TableNew { connection } => format!("/c/{}/tables/+new", encode(connection)),
            Self::Table {
                connection,
                table,
                section,
            } => format!("/c/{}/tables/{}{}", encode(connection), encode(table), section_path(section)),
            Self::PartiQl { connection } => format!("/c/{}/partiql", encode(connection)),
            Self::History { connection } => format!("/c/{}/history", encode(connection)),
            Self::Jobs { connection } => format!("/c/{}/jobs", encode(connection)),
            Self::Job { connection, job } => format!("/c/{}/jobs/{}", encode(connection), encode(job)),
        }
    }

    /// The connection that the page belongs to.
    pub fn connection(&self) -> Option<&str> {
        match self {
            Self::Home
            | Self::NotFound
            | Self::People
            | Self::CognitoIds
            | Self::Integrity
            | Self::Sessions
            | Self::Audit
            | Self::SignIn => None,
            Self::Tables { connection }
            | Self::TableNew { connection }
            | Self::Table { connection, .. }
            | Self::PartiQl { connection }
            | Self::History { connection }
            | Self::Jobs { connection }
            | Self::Job { connection, .. } => Some(connection),
        }
    }

    /// The table that the page belongs to.
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::Table { table, .. } => Some(table),
            _ => None,
        }
    }
}

fn section_path(section: &Section) -> String {
    match section {
        Section::Overview => String::new(),
        Section::Items => "/items".to_owned(),
        Section::Seed => "/seed".to_owned(),
        Section::Settings => "/settings".to_owned(),
        Section::Monitoring => "/monitoring".to_owned(),
        Section::Backups => "/backups".to_owned(),
        Section::Expiry => "/expiry".to_owned(),
        Section::Stream => "/stream".to_owned(),
        Section::Relay => "/relay".to_owned(),
        Section::Patterns => "/patterns".to_owned(),
        Section::Conversations { user, group } => {
            let mut path = "/conversations".to_owned();
            for part in [user, group].into_iter().flatten() {
                path.push('/');
                path.push_str(&encode(part));
            }
            path
        }
    }
}

pub fn home() -> String {
    Route::Home.href()
}

/// The application's users.
pub fn people() -> String {
    Route::People.href()
}

pub fn cognito_ids() -> String {
    Route::CognitoIds.href()
}

/// Whether the users that a table names are those of the application.
pub fn integrity() -> String {
    Route::Integrity.href()
}

/// Who is signed in.
pub fn sessions() -> String {
    Route::Sessions.href()
}

/// Who did what.
pub fn audit() -> String {
    Route::Audit.href()
}

/// Where a window ends that signed in for another one.
pub fn signed_in() -> String {
    with_query(&Route::SignIn.href(), &[("done", Some("1".to_owned()))])
}

pub fn tables(connection: &str) -> String {
    Route::Tables {
        connection: connection.to_owned(),
    }
    .href()
}

pub fn table_new(connection: &str) -> String {
    Route::TableNew {
        connection: connection.to_owned(),
    }
    .href()
}

pub fn table(connection: &str, table: &str, section: Section) -> String {
    Route::Table {
        connection: connection.to_owned(),
        table: table.to_owned(),
        section,
    }
    .href()
}

pub fn overview(connection: &str, name: &str) -> String {
    table(connection, name, Section::Overview)
}

pub fn items(connection: &str, name: &str) -> String {
    table(connection, name, Section::Items)
}

/// The items that a question finds, or their count; `pattern` names the access pattern that it is a run of,
/// `item` one that is open beside them.
pub fn items_asked(connection: &str, name: &str, asked: &Asked, pattern: Option<&str>, item: Option<&Key>) -> String {
    let mut pairs: Vec<(&str, Option<String>)> = asked.pairs().into();
    pairs.push(("item", item.map(Key::to_token)));
    pairs.push(("pattern", pattern.map(str::to_owned)));
    with_query(&items(connection, name), &pairs)
}

pub fn expiry(connection: &str, name: &str) -> String {
    table(connection, name, Section::Expiry)
}

pub fn patterns(connection: &str, name: &str) -> String {
    table(connection, name, Section::Patterns)
}

pub fn seed(connection: &str, name: &str) -> String {
    table(connection, name, Section::Seed)
}

pub fn users(connection: &str, name: &str) -> String {
    table(connection, name, Section::USERS)
}

/// The conversations of one user.
pub fn user(connection: &str, name: &str, user: &str) -> String {
    let user = Some(user.to_owned());
    table(connection, name, Section::Conversations { user, group: None })
}

/// One conversation as one user sees it.
pub fn conversation(connection: &str, name: &str, user: &str, group: &str) -> String {
    let (user, group) = (Some(user.to_owned()), Some(group.to_owned()));
    table(connection, name, Section::Conversations { user, group })
}

/// The editor for PartiQL.
pub fn partiql(connection: &str) -> String {
    Route::PartiQl {
        connection: connection.to_owned(),
    }
    .href()
}

pub fn history(connection: &str) -> String {
    let connection = connection.to_owned();
    Route::History { connection }.href()
}

/// The history with one write of it open.
pub fn history_write(connection: &str, write: &str) -> String {
    with_query(&history(connection), &[("write", Some(write.to_owned()))])
}

/// The history with all that one request or job wrote.
pub fn history_group(connection: &str, group: &str) -> String {
    with_query(&history(connection), &[("group", Some(group.to_owned()))])
}

/// The editor with a text in it, and values for its `?`.
pub fn partiql_of(connection: &str, text: &str, parameters: &[AttributeValue]) -> String {
    let parameters = (!parameters.is_empty()).then(|| token::encode(&parameters));
    with_query(&partiql(connection), &[("q", Some(text.to_owned())), ("p", parameters)])
}

pub fn jobs(connection: &str) -> String {
    Route::Jobs {
        connection: connection.to_owned(),
    }
    .href()
}

pub fn job(connection: &str, job: &str) -> String {
    Route::Job {
        connection: connection.to_owned(),
        job: job.to_owned(),
    }
    .href()
}

#[cfg(test)]
mod tests;
