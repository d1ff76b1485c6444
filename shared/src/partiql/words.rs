//! The words of the language: what a name must be quoted for, and what an editor offers.

/// Words that never name an attribute or a table without double quotes.
pub const KEYWORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "IS",
    "MISSING",
    "NULL",
    "TRUE",
    "FALSE",
    "ORDER",
    "BY",
    "INSERT",
    "INTO",
    "UPDATE",
    "SET",
    "REMOVE",
    "DELETE",
    "RETURNING",
    "EXISTS",
];

/// Words that mean something in their place only.
pub const SOFT_KEYWORDS: &[&str] = &["VALUE", "ASC", "DESC", "ALL", "MODIFIED", "OLD", "NEW", "IF"];

/// Functions that a condition may call.
pub const CONDITION_FUNCTIONS: &[&str] = &["attribute_type", "begins_with", "contains", "size"];

/// Functions that SET may call.
pub const SET_FUNCTIONS: &[&str] = &["list_append", "set_add", "set_delete", "if_not_exists"];

/// What may follow IS, beside MISSING and NULL.
pub const TYPES: &[&str] = &["STRING", "NUMBER", "BINARY", "BOOLEAN", "BOOL", "LIST", "MAP", "STRUCT", "TUPLE"];

/// A name as a statement may write it: in double quotes, those within doubled.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a statement writes it: in single quotes, those within doubled.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}
