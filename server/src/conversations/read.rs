//! Users of a table, a user's conversations, the messages of one.

use std::collections::BTreeMap;

use dynadesk_shared::api::conversations::{
    ConversationsPage, ConversationsRequest, MessagesPage, MessagesRequest, UserFound, UserRef, UsersPage, UsersRequest,
};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::{Item, time};

use super::rows;
use crate::connections::Connection;
use crate::cursor::Scope;
use crate::engine::items::{Expressions, Scan};
use crate::error::{Error, Result};
use crate::tables::of_table;

const CONVERSATIONS_A_PAGE: u32 = 50;
const MESSAGES_A_PAGE: u32 = 20;
/// A stretch of the table: this many pages of a scan.
const STRETCH_PAGES: usize = 5;
const STRETCH_LIMIT: u32 = 1000;
/// No offset from UTC is larger, so a day more on each side holds every spelling of an instant.
const DAY: i64 = 86_400_000_000;

/// Cruddur's rows on a stretch of a table, with their keys and users alone.
pub struct Stretch {
    pub items: Vec<Item>,
    /// Items that were read, whatever they are.
    pub scanned: u64,
    pub next: Option<String>,
    pub exchange: Exchange,
}

/// Reads the next stretch of a table; `what` is the question that its cursor belongs to.
pub async fn stretch(connection: &Connection, table: &str, what: &'static str, cursor: Option<&str>) -> Result<Stretch> {
    let scope = Scope::new(&connection.view.name, table, what, &())?;
    let mut scan = Scan {
        table: table.to_owned(),
        limit: STRETCH_LIMIT,
        start: scope.read(cursor)?,
        ..Scan::default()
    };
    let names = ["pk", "sk", "user_uuid", "user_display_name", "user_handle"];
    let places = names.map(|name| scan.expressions.places.name(name.to_owned()));
    scan.expressions.projection = Some(places.join(", "));
    let (mut items, mut scanned, mut consumed, mut first) = (Vec::new(), 0, None, None);
    for _ in 0..STRETCH_PAGES {
        let page = connection.engine.scan(&scan).await.map_err(|error| of_table(table, error))?;
        scanned += page.scanned;
        if let Some(units) = page.exchange.consumed {
            consumed = Some(consumed.unwrap_or_default() + units);
        }
        first.get_or_insert(page.exchange);
        items.extend(page.items.into_items()?);
        scan.start = page.last_key;
        if scan.start.is_none() {
            break;
        }
    }
    let mut exchange = first.ok_or_else(|| Error::internal("a stretch of no pages"))?;
    exchange.consumed = consumed;
    Ok(Stretch {
        items,
        scanned,
        next: scope.issue(scan.start),
        exchange,
    })
}

/// Finds the users on the next stretch of the table: owners of group rows, the people those name,
/// and senders.
pub async fn users(connection: &Connection, table: &str, asked: UsersRequest) -> Result<UsersPage> {
    let stretch = stretch(connection, table, "users", asked.cursor.as_deref()).await?;
    let mut found = BTreeMap::<String, UserFound>::new();
    for row in stretch.items.iter().filter_map(cruddur::row) {
        match row {
            Row::Group(view) => {
                see(
                    &mut found,
                    UserRef {
                        uuid: view.owner,
                        ..UserRef::default()
                    },
                )
                .conversations += 1;
                see(&mut found, view.with);
            }
            Row::Message(view) => see(&mut found, view.from).messages += 1,
        }
    }
    found.remove("");
    Ok(UsersPage {
        users: found.into_values().collect(),
        scanned: stretch.scanned,
        next: stretch.next,
        exchange: stretch.exchange,
        names_problem: None,
    })
}

fn see(found: &mut BTreeMap<String, UserFound>, user: UserRef) -> &mut UserFound {
    let known = found.entry(user.uuid.clone()).or_insert_with(|| UserFound {
        user: UserRef {
            uuid: user.uuid.clone(),
            ..UserRef::default()
        },
        conversations: 0,
        messages: 0,
    });
    if known.user.handle.is_empty() && known.user.display_name.is_empty() {
        known.user = user;
    }
    known
}

/// A page of a user's conversations, newest first by time within the page.
pub async fn list(connection: &Connection, table: &str, mut asked: ConversationsRequest) -> Result<ConversationsPage> {
    let cursor = asked.cursor.take();
    let scope = Scope::new(&connection.view.name, table, "conversations", &asked)?;
    let mut query = rows::partition(table, cruddur::GROUP_PREFIX, &asked.user)?;
    query.limit = CONVERSATIONS_A_PAGE;
    query.newest_first = true;
    query.start = scope.read(cursor.as_deref())?;
    let ranged = asked.from_micros.is_some() || asked.to_micros.is_some();
    if ranged {
        widen(&mut query.expressions, asked.from_micros, asked.to_micros)?;
    }
    let page = connection.engine.query(&query).await.map_err(|error| of_table(table, error))?;
    let mut conversations = rows::groups(&page.items.into_items()?);
    // The sort keys only said roughly which rows are in the range; their instants decide.
    conversations.retain(|view| {
        let within = |at: i64| asked.from_micros.is_none_or(|from| at >= from) && asked.to_micros.is_none_or(|to| at < to);
        !ranged || view.at_micros.is_some_and(within)
    });
    conversations.sort_by(|a, b| (b.at_micros, &b.sk).cmp(&(a.at_micros, &a.sk)));
    Ok(ConversationsPage {
        conversations,
        next: scope.issue(page.last_key),
        exchange: page.exchange,
        names_problem: None,
    })
}

/// Adds a range of sort keys that holds every spelling of the instants, and a little more.
fn widen(expressions: &mut Expressions, from: Option<i64>, to: Option<i64>) -> Result<()> {
    let (least, most) = (time::parse_iso("0000-01-02T00:00:00"), time::parse_iso("9999-12-30T00:00:00"));
    let (Some(least), Some(most)) = (least, most) else {
        return Err(Error::internal("constant times"));
    };
    let low = time::to_iso_naive(from.unwrap_or(least).clamp(least, most) - DAY);
    let high = time::to_iso_naive(to.unwrap_or(most).clamp(least, most) + DAY);
    let sk = expressions.places.name("sk".to_owned());
    // The date alone is before every time of its day, in each form.
    let low = rows::value(expressions, &low[..10])?;
    let high = rows::value(expressions, &high)?;
    let range = format!("{sk} BETWEEN {low} AND {high}");
    expressions.key_condition = expressions.key_condition.take().map(|key| format!("{key} AND {range}"));
    Ok(())
}

/// A page of messages, the newest first; within it the oldest first, by time and not by spelling.
pub async fn messages(connection: &Connection, table: &str, asked: &MessagesRequest) -> Result<MessagesPage> {
    let scope = Scope::new(&connection.view.name, table, "messages", &asked.group)?;
    let mut query = rows::partition(table, cruddur::MESSAGE_PREFIX, &asked.group)?;
    query.limit = MESSAGES_A_PAGE;
    query.newest_first = true;
    query.start = scope.read(asked.cursor.as_deref())?;
    let page = connection.engine.query(&query).await.map_err(|error| of_table(table, error))?;
    let mut messages = rows::messages(&page.items.into_items()?);
    messages.sort_by(|a, b| (a.at_micros, &a.sk).cmp(&(b.at_micros, &b.sk)));
    Ok(MessagesPage {
        messages,
        next: scope.issue(page.last_key),
        exchange: page.exchange,
        names_problem: None,
    })
}
