//! What the browser and the server of Dynadesk say to each other, and the rules of DynamoDB
//! that both sides must agree on. No IO, no clock, no async: everything here is a pure function
//! of its arguments and compiles for the browser.

pub mod access;
pub mod api;
pub mod aws_command;
pub mod backups;
pub mod codegen;
pub mod cost;
pub mod create_table;
pub mod cruddur;
pub mod draft;
pub mod edit;
pub mod expiry;
pub mod filter;
pub mod identity;
pub mod item_check;
pub mod item_faults;
pub mod item_text;
pub mod key;
pub mod key_condition;
pub mod limits;
pub mod page_request;
pub mod partiql;
pub mod patterns;
pub mod prices;
pub mod projection;
pub mod settings;
pub mod size;
pub mod time;
pub mod token;
pub mod value;
pub mod words;
pub mod workbench;

pub use key::{Key, KeyAttribute, KeySchema, ScalarType};
pub use value::{AttributeValue, Item};
