//! The texts of all statements. Names are quoted, values are parameters.

use std::collections::BTreeMap;

use dynadesk_shared::api::identity::{Columns, PeopleFilter, PeopleSort};

use crate::config::identity::DatabaseConfig;
use crate::error::{Error, Result};

/// The columns of the table and their types. Without its length a `char` would mean one of a single
/// character, and a cast to it cuts without a word; -1 stands for any length.
pub(super) const SHAPE: &str = "SELECT attname::text, format_type(atttypid, -1) FROM pg_attribute \
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";

/// Names as they stand in SQL.
pub(super) struct Statements {
    pub(super) table: String,
    names: Columns,
    quoted: Columns,
}

/// Types of the columns that values are compared with.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) uuid: String,
    pub(super) cognito_user_id: String,
}

/// A name that nobody can break out of.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Statements {
    pub(super) fn new(config: &DatabaseConfig) -> Self {
        let columns = &config.columns;
        Self {
            table: format!("{}.{}", quote(&config.schema), quote(&config.table)),
            quoted: Columns {
                uuid: quote(&columns.uuid),
                display_name: quote(&columns.display_name),
                handle: quote(&columns.handle),
                email: quote(&columns.email),
                cognito_user_id: quote(&columns.cognito_user_id),
                created_at: quote(&columns.created_at),
            },
            names: columns.clone(),
        }
    }

    /// The table has what is mapped, or 409 `database_schema` that names what is missing.
    pub(super) fn shape(&self, found: Vec<(String, String)>) -> Result<Shape> {
        let lacking = |what: String| Err(Error::conflict("database_schema", what));
        if found.is_empty() {
            return lacking(format!("the database has no table {}", self.table));
        }
        let types: BTreeMap<String, String> = found.into_iter().collect();
        let names = &self.names;
        let all = [
            &names.uuid,
            &names.display_name,
            &names.handle,
            &names.email,
            &names.cognito_user_id,
            &names.created_at,
        ];
        if let Some(name) = all.into_iter().find(|name| !types.contains_key(*name)) {
            return lacking(format!(
                "table {} has no column {name:?}: map it under [identity.database.columns]",
                self.table
            ));
        }
        let of = |name: &str| types.get(name).cloned().unwrap_or_default();
        Ok(Shape {
            uuid: of(&names.uuid),
            cognito_user_id: of(&names.cognito_user_id),
        })
    }

    /// What a row is read as: seven texts.
    fn person(&self) -> String {
        let Columns {
            uuid,
            display_name,
            handle,
            email,
            cognito_user_id,
            created_at,
        } = &self.quoted;
        format!(
            "{uuid}::text, coalesce({display_name}::text, ''), {handle}::text, coalesce({email}::text, ''), {cognito_user_id}::text, \
             coalesce({created_at}::text, '')"
        )
    }

    /// `$1` is the pattern of the search, or nothing.
    fn where_people(&self, filter: PeopleFilter) -> String {
        let Columns {
            uuid,
            display_name,
            handle,
            email,
            cognito_user_id,
            ..
        } = &self.quoted;
        let searched = [handle, display_name, email, cognito_user_id, uuid];
        let searched = searched.map(|column| format!("{column}::text ILIKE $1"));
        let table = &self.table;
        let filter = match filter {
            PeopleFilter::Mock => format!("{cognito_user_id}::text = 'MOCK'"),
            PeopleFilter::SameHandle => {
                format!("{handle} IN (SELECT {handle} FROM {table} WHERE {handle} IS NOT NULL GROUP BY {handle} HAVING count(*) > 1)")
            }
            PeopleFilter::All | PeopleFilter::OnlyPool | PeopleFilter::SameInPool | PeopleFilter::SameInFile => "true".to_owned(),
        };
        format!("($1::text IS NULL OR {}) AND {filter}", searched.join(" OR "))
    }

    pub(super) fn count(&self, filter: PeopleFilter) -> String {
        format!("SELECT count(*) FROM {} WHERE {}", self.table, self.where_people(filter))
    }

    /// A page of people after the sort value `$2` and the uuid `$3`, `$4` of them.
    pub(super) fn people(&self, filter: PeopleFilter, sort: PeopleSort, descending: bool) -> String {
        let column = match sort {
            PeopleSort::Handle => format!("coalesce({}::text, '')", self.quoted.handle),
            PeopleSort::DisplayName => format!("coalesce({}::text, '')", self.quoted.display_name),
            // A time as text sorts by time where nothing but its bytes counts.
            PeopleSort::CreatedAt => format!("coalesce({}::text, '') COLLATE \"C\"", self.quoted.created_at),
        };
        let (over, way) = if descending { ("<", "DESC") } else { (">", "ASC") };
        let uuid = format!("{}::text COLLATE \"C\"", self.quoted.uuid);
        format!(
            "SELECT {}, {column} FROM {} WHERE {} AND ($2::text IS NULL OR ({column}, {uuid}) {over} ($2::text, $3::text)) \
             ORDER BY {column} {way}, {uuid} {way} LIMIT $4",
            self.person(),
            self.table,
            self.where_people(filter),
        )
    }

    /// Rows by their uuids `$1`.
    pub(super) fn by_uuid(&self, shape: &Shape) -> String {
        let (person, table, uuid) = (self.person(), &self.table, &self.quoted.uuid);
        let kind = shape.uuid.as_str();
        // As a value of the column's own type an index finds it. A text may be no value of a rarer type.
        if matches!(
            kind,
            "uuid" | "text" | "character varying" | "bpchar" | "smallint" | "integer" | "bigint"
        ) {
            format!("SELECT {person} FROM {table} WHERE {uuid} = ANY($1::text[]::{kind}[])")
        } else {
            format!("SELECT {person} FROM {table} WHERE {uuid}::text = ANY($1::text[])")
        }
    }

    /// Of the handles `$1` those that rows have.
    pub(super) fn handles(&self) -> String {
        let handle = &self.quoted.handle;
        format!(
            "SELECT DISTINCT {handle}::text FROM {} WHERE {handle}::text = ANY($1::text[])",
            self.table
        )
    }

    /// Rows with the handle `$1`; that it is no single one is known from the second.
    pub(super) fn by_handle(&self) -> String {
        let handle = &self.quoted.handle;
        format!("SELECT {} FROM {} WHERE {handle}::text = $1 LIMIT 2", self.person(), self.table)
    }

    /// All rows in the order of their uuids, those after `$1`, `$2` of them.
    pub(super) fn all(&self, shape: &Shape, first: bool) -> String {
        let uuid = &self.quoted.uuid;
        let after = if first {
            "$1::text IS NULL".to_owned()
        } else {
            format!("{uuid} > $1::text::{}", shape.uuid)
        };
        // The column by its full name: alone it would mean the text that is read of it, which no index has.
        let table = &self.table;
        format!(
            "SELECT {} FROM {table} WHERE {after} ORDER BY {table}.{uuid} LIMIT $2",
            self.person()
        )
    }

    /// Keeps other writers out until the transaction ends, and readers not: what is checked then stays so.
    pub(super) fn lock(&self) -> String {
        format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", self.table)
    }

    /// Changes the rows `$1` uuids, `$2` handles, `$3` old, `$4` new, each only where it is still so.
    pub(super) fn update(&self, shape: &Shape) -> String {
        let Columns {
            uuid,
            handle,
            cognito_user_id,
            ..
        } = &self.quoted;
        format!(
            "UPDATE {} AS \"row\" SET {cognito_user_id} = \"planned\".\"new\"::{} \
             FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[]) AS \"planned\"(\"uuid\", \"handle\", \"old\", \"new\") \
             WHERE \"row\".{uuid} = \"planned\".\"uuid\"::{} AND \"row\".{handle}::text = \"planned\".\"handle\" \
             AND \"row\".{cognito_user_id}::text IS NOT DISTINCT FROM \"planned\".\"old\" \
             RETURNING \"row\".{uuid}::text, \"row\".{cognito_user_id}::text",
            self.table, shape.cognito_user_id, shape.uuid,
        )
    }

    /// Of the ids `$2`: which a row has that is none of `$1`.
    pub(super) fn elsewhere(&self) -> String {
        let Columns { uuid, cognito_user_id, .. } = &self.quoted;
        format!(
            "SELECT DISTINCT {cognito_user_id}::text FROM {} AS \"row\" WHERE {cognito_user_id}::text = ANY($2) \
             AND NOT EXISTS (SELECT FROM UNNEST($1::text[]) AS \"own\"(\"uuid\") WHERE \"own\".\"uuid\" = \"row\".{uuid}::text)",
            self.table
        )
    }

    /// Of the handles `$1` and the ids `$2`: which more than one row has.
    pub(super) fn shared(&self) -> String {
        let Columns {
            handle, cognito_user_id, ..
        } = &self.quoted;
        let table = &self.table;
        format!(
            "SELECT {handle}::text FROM {table} WHERE {handle}::text = ANY($1) GROUP BY {handle} HAVING count(*) > 1 \
             UNION ALL SELECT {cognito_user_id}::text FROM {table} WHERE {cognito_user_id}::text = ANY($2) \
             GROUP BY {cognito_user_id} HAVING count(*) > 1"
        )
    }
}

/// A text to look for anywhere in a value, whatever signs it holds.
pub(super) fn pattern(search: &str) -> Option<String> {
    let search = search.trim();
    if search.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(search.len() + 2);
    text.push('%');
    for c in search.chars() {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('%');
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_be_broken_out_of_and_searches_are_literal() {
        assert_eq!(quote("users\"; DROP TABLE x; --"), "\"users\"\"; DROP TABLE x; --\"");
        assert_eq!(pattern(" 100%_\\ ").as_deref(), Some("%100\\%\\_\\\\%"));
        assert_eq!(pattern("  "), None);
    }
}
