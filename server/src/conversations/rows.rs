//! Reading rows of the Cruddur table: the queries that reading and sending have in common.

use dynadesk_shared::api::conversations::{ConversationView, MessageView};
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::{AttributeValue, Item};

use crate::engine::items::{Expressions, Query};
use crate::engine::{Engine, EngineError};
use crate::error::{Error, Result};

/// Rows of one request where all of a partition is read.
const PAGE: u32 = 1000;

/// A group row, and the item that it was read from: an operator may keep more in it than we know.
#[derive(Clone, Debug)]
pub struct GroupRow {
    pub view: ConversationView,
    pub item: Item,
}

/// A key condition `<attribute> = <text>` for a query.
pub fn equals(expressions: &mut Expressions, attribute: &str, text: &str) -> Result<String> {
    let name = expressions.places.name(attribute.to_owned());
    let value = value(expressions, text)?;
    Ok(format!("{name} = {value}"))
}

pub fn value(expressions: &mut Expressions, text: &str) -> Result<String> {
    // A string is always a valid value.
    expressions
        .places
        .value(&AttributeValue::S(text.to_owned()))
        .map_err(Error::internal)
}

/// A query of one partition of the table.
pub fn partition(table: &str, prefix: &str, id: &str) -> Result<Query> {
    let mut expressions = Expressions::default();
    expressions.key_condition = Some(equals(&mut expressions, "pk", &format!("{prefix}{id}"))?);
    Ok(Query {
        table: table.to_owned(),
        expressions,
        limit: PAGE,
        ..Query::default()
    })
}

/// Every item of a query, page after page.
pub async fn all(engine: &Engine, mut query: Query) -> std::result::Result<Vec<Item>, EngineError> {
    let mut items = Vec::new();
    loop {
        let page = engine.query(&query).await?;
        items.extend(page.items.into_items()?);
        match page.last_key {
            Some(key) => query.start = Some(key),
            None => return Ok(items),
        }
    }
}

/// A user's group rows of one conversation, strongly consistent.
pub async fn of_owner(engine: &Engine, table: &str, owner: &str, group: &str) -> Result<Vec<GroupRow>> {
    let mut query = partition(table, cruddur::GROUP_PREFIX, owner)?;
    query.expressions.filter = Some(equals(&mut query.expressions, "message_group_uuid", group)?);
    query.consistent = true;
    Ok(group_rows(all(engine, query).await?))
}

/// A user's group rows with one other person, strongly consistent.
pub async fn with_person(engine: &Engine, table: &str, owner: &str, other: &str) -> Result<Vec<ConversationView>> {
    let mut query = partition(table, cruddur::GROUP_PREFIX, owner)?;
    query.expressions.filter = Some(equals(&mut query.expressions, "user_uuid", other)?);
    query.consistent = true;
    Ok(groups(&all(engine, query).await?))
}

/// The newest messages of a conversation, newest first by time.
pub async fn newest(engine: &Engine, table: &str, group: &str, most: u32) -> Result<Vec<MessageView>> {
    let mut query = partition(table, cruddur::MESSAGE_PREFIX, group)?;
    query.limit = most;
    query.newest_first = true;
    query.consistent = true;
    let items = engine.query(&query).await?.items.into_items()?;
    let mut found = messages(&items);
    found.sort_by(|a, b| (b.at_micros, &b.sk).cmp(&(a.at_micros, &a.sk)));
    Ok(found)
}

/// Group rows with everything that the table holds in them.
pub fn group_rows(items: Vec<Item>) -> Vec<GroupRow> {
    let rows = items.into_iter().map(|item| (cruddur::row(&item), item));
    rows.filter_map(|(row, item)| match row? {
        Row::Group(view) => Some(GroupRow { view, item }),
        Row::Message(_) => None,
    })
    .collect()
}

/// The group rows among items.
pub fn groups(items: &[Item]) -> Vec<ConversationView> {
    let rows = items.iter().filter_map(cruddur::row);
    rows.filter_map(|row| match row {
        Row::Group(view) => Some(view),
        Row::Message(_) => None,
    })
    .collect()
}

/// The messages among items.
pub fn messages(items: &[Item]) -> Vec<MessageView> {
    let rows = items.iter().filter_map(cruddur::row);
    rows.filter_map(|row| match row {
        Row::Message(view) => Some(view),
        Row::Group(_) => None,
    })
    .collect()
}
