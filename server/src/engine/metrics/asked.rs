//! Which tables a request is about, and what its answer says that it consumed. A line for each
//! operation that touches items, since every request and answer has a type of its own.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation as op;
use aws_sdk_dynamodb::types::{Capacity, ConsumedCapacity, TransactGetItem, TransactWriteItem};
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

use super::Spent;

/// What is known of a request before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub tables: Vec<String>,
    /// Whether capacity that is not told apart was written.
    pub writes: bool,
}

/// What a request asks for; nothing where it touches no items.
pub fn of(operation: &str, input: &Input) -> Option<Asked> {
    /// A request about one table.
    macro_rules! one {
        ($kind:ty) => {
            input
                .downcast_ref::<$kind>()?
                .table_name()
                .map(str::to_owned)
                .into_iter()
                .collect()
        };
    }
    /// A request about several.
    macro_rules! batch {
        ($kind:ty) => {
            input.downcast_ref::<$kind>()?.request_items().map(names).unwrap_or_default()
        };
    }
    let (writes, tables): (bool, Vec<String>) = match operation {
        "GetItem" => (false, one!(op::get_item::GetItemInput)),
        "Query" => (false, one!(op::query::QueryInput)),
        "Scan" => (false, one!(op::scan::ScanInput)),
        "PutItem" => (true, one!(op::put_item::PutItemInput)),
        "UpdateItem" => (true, one!(op::update_item::UpdateItemInput)),
        "DeleteItem" => (true, one!(op::delete_item::DeleteItemInput)),
        "BatchGetItem" => (false, batch!(op::batch_get_item::BatchGetItemInput)),
        "BatchWriteItem" => (true, batch!(op::batch_write_item::BatchWriteItemInput)),
        "TransactGetItems" => {
            let input = input.downcast_ref::<op::transact_get_items::TransactGetItemsInput>()?;
            (false, distinct(input.transact_items().iter().filter_map(got)))
        }
        "TransactWriteItems" => {
            let input = input.downcast_ref::<op::transact_write_items::TransactWriteItemsInput>()?;
            (true, distinct(input.transact_items().iter().filter_map(written)))
        }
        // The table stands inside the statement: only the answer says which.
        "ExecuteStatement" => {
            let input = input.downcast_ref::<op::execute_statement::ExecuteStatementInput>()?;
            (!selects(input.statement()), Vec::new())
        }
        "BatchExecuteStatement" => {
            let input = input.downcast_ref::<op::batch_execute_statement::BatchExecuteStatementInput>()?;
            let first = input.statements().first();
            (!selects(first.map(|one| one.statement())), Vec::new())
        }
        "ExecuteTransaction" => {
            let input = input.downcast_ref::<op::execute_transaction::ExecuteTransactionInput>()?;
            let first = input.transact_statements().first();
            (!selects(first.map(|one| one.statement())), Vec::new())
        }
        _ => return None,
    };
    Some(Asked { tables, writes })
}

/// What the answer says was consumed, by table.
pub fn spent(asked: &Asked, output: &Output) -> Vec<(String, Spent)> {
    /// Answers name what they consumed as one, or as a list.
    macro_rules! consumed {
        (one $($one:ty),*; many $($many:ty),*) => {
            $(if let Some(output) = output.downcast_ref::<$one>() {
                output.consumed_capacity().map(std::slice::from_ref).unwrap_or_default()
            } else)*
            $(if let Some(output) = output.downcast_ref::<$many>() {
                output.consumed_capacity()
            } else)*
            { &[] }
        };
    }
    let consumed: &[ConsumedCapacity] = consumed!(
        one op::get_item::GetItemOutput, op::query::QueryOutput, op::scan::ScanOutput, op::put_item::PutItemOutput,
            op::update_item::UpdateItemOutput, op::delete_item::DeleteItemOutput, op::execute_statement::ExecuteStatementOutput;
        many op::batch_get_item::BatchGetItemOutput, op::batch_write_item::BatchWriteItemOutput,
            op::transact_get_items::TransactGetItemsOutput, op::transact_write_items::TransactWriteItemsOutput,
            op::batch_execute_statement::BatchExecuteStatementOutput, op::execute_transaction::ExecuteTransactionOutput
    );
    let only = asked.tables.first().filter(|_| asked.tables.len() == 1);
    consumed
        .iter()
        .filter_map(|one| {
            // Some engines leave the name out where there is only one table.
            let table = one.table_name().map(str::to_owned).or_else(|| only.cloned())?;
            Some((short(table), by_part(one, asked.writes)))
        })
        .collect()
}

/// Table and indexes where they are told apart, else the sum as the table's.
fn by_part(consumed: &ConsumedCapacity, writes: bool) -> Spent {
    let mut spent = Spent::default();
    let mut add = |index: Option<&str>, sum: Option<f64>, read: Option<f64>, write: Option<f64>| {
        let (read, write) = match (read, write) {
            (None, None) if writes => (0.0, sum.unwrap_or_default()),
            (None, None) => (sum.unwrap_or_default(), 0.0),
            (read, write) => (read.unwrap_or_default(), write.unwrap_or_default()),
        };
        spent.add(index, read, write);
    };
    let parts: Vec<(&String, &Capacity)> = [consumed.global_secondary_indexes(), consumed.local_secondary_indexes()]
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    match consumed.table() {
        Some(table) => add(
            None,
            table.capacity_units(),
            table.read_capacity_units(),
            table.write_capacity_units(),
        ),
        None if parts.is_empty() => add(
            None,
            consumed.capacity_units(),
            consumed.read_capacity_units(),
            consumed.write_capacity_units(),
        ),
        None => {}
    }
    for (name, part) in parts {
        add(
            Some(name),
            part.capacity_units(),
            part.read_capacity_units(),
            part.write_capacity_units(),
        );
    }
    spent
}

fn names<T>(requests: &HashMap<String, T>) -> Vec<String> {
    requests.keys().cloned().map(short).collect()
}

fn got(action: &TransactGetItem) -> Option<&str> {
    action.get().map(|get| get.table_name())
}

fn written(action: &TransactWriteItem) -> Option<&str> {
    let put = action.put().map(|put| put.table_name());
    let update = action.update().map(|update| update.table_name());
    let delete = action.delete().map(|delete| delete.table_name());
    let check = action.condition_check().map(|check| check.table_name());
    put.or(update).or(delete).or(check)
}

fn distinct<'a>(tables: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = tables.map(|table| short(table.to_owned())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A table's name from its ARN, which DynamoDB takes and gives in its place.
fn short(table: String) -> String {
    match table.rsplit_once(":table/") {
        Some((_, name)) => name.split('/').next().unwrap_or(name).to_owned(),
        None => table,
    }
}

fn selects(statement: Option<&str>) -> bool {
    let word = statement.and_then(|text| text.split_whitespace().next());
    word.is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::builders::{CapacityBuilder, ConsumedCapacityBuilder};

    #[test]
    fn a_request_names_its_tables() {
        let scan = op::scan::ScanInput::builder().table_name("notes").build().unwrap();
        let asked = of("Scan", &Input::erase(scan)).unwrap();
        assert_eq!((asked.tables[..].concat(), asked.writes), ("notes".to_owned(), false));
        let select = op::execute_statement::ExecuteStatementInput::builder()
            .statement("  select * from \"notes\"")
            .build()
            .unwrap();
        assert!(!of("ExecuteStatement", &Input::erase(select)).unwrap().writes);
        assert_eq!(of("DescribeTable", &Input::doesnt_matter()), None);
        assert_eq!(short("arn:aws:dynamodb:eu-west-1:1:table/notes/index/x".to_owned()), "notes");
    }

    #[test]
    fn capacity_is_told_apart_where_the_engine_does() {
        let capacity = |units| CapacityBuilder::default().capacity_units(units).build();
        let apart = ConsumedCapacityBuilder::default()
            .table_name("notes")
            .capacity_units(3.0)
            .table(capacity(1.0))
            .global_secondary_indexes("by-kind", capacity(2.0))
            .build();
        let spent = by_part(&apart, true);
        assert_eq!((spent.table.write, spent.indexes["by-kind"].write), (1.0, 2.0));
        let sum = ConsumedCapacityBuilder::default().capacity_units(3.0).build();
        assert_eq!(by_part(&sum, false).table.read, 3.0);
    }
}
