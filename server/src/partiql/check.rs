//! What must hold before anything is sent: every statement understood, allowed here and agreed to.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::partiql::{MOST_IN_BATCH, MOST_IN_TRANSACTION, Mode, PartiQlRun};
use dynadesk_shared::item_check::check_alone;
use dynadesk_shared::{AttributeValue, limits, partiql};

use crate::confirm;
use crate::connections::Connection;
use crate::engine::partiql::Sending;
use crate::error::{Error, ErrorKind, Result};

/// The most items that one page of a SELECT examines.
const MAX_LIMIT: u32 = 1000;

/// A statement that was understood, with its parameters.
#[derive(Debug)]
pub struct Checked {
    pub read: partiql::Statement,
    pub parameters: Vec<AttributeValue>,
}

impl Checked {
    pub fn sending(&self) -> Sending {
        Sending {
            text: self.read.wire.clone(),
            parameters: self.parameters.clone(),
        }
    }
}

/// Reads and checks every statement of a run, and takes them out of it.
pub fn all(connection: &Connection, asked: &mut PartiQlRun) -> Result<Vec<Checked>> {
    if !(1..=MAX_LIMIT).contains(&asked.limit) {
        return Err(Error::invalid(
            "invalid_limit",
            format!("a page examines 1 to {MAX_LIMIT} items, not {}", asked.limit),
        ));
    }
    number(asked)?;
    let mut faults = Vec::new();
    let mut statements = Vec::new();
    for (at, statement) in std::mem::take(&mut asked.statements).into_iter().enumerate() {
        match partiql::statement(&statement.text) {
            Err(fault) => faults.push(FieldError::new(format!("statements[{at}].text"), fault.to_string())),
            Ok(read) => {
                // What else may stand for a table, as its ARN, would go round what is granted by its name.
                if let Err(why) = limits::table_name(&read.target().table) {
                    faults.push(FieldError::new(format!("statements[{at}].text"), why));
                }
                check_parameters(at, read.parameters, &statement.parameters, &mut faults);
                statements.push(Checked {
                    read,
                    parameters: statement.parameters,
                });
            }
        }
    }
    if faults.is_empty() {
        let kinds: Vec<_> = statements.iter().map(|one| one.read.kind()).collect();
        let apart = partiql::apart(asked.mode, &kinds).into_iter();
        faults.extend(apart.map(|(at, why)| FieldError::new(format!("statements[{at}].text"), why)));
    }
    if let Some(first) = faults.first() {
        let message = format!("nothing was run: {}: {}", first.field, first.message);
        return Err(Error::invalid("invalid_statement", message).with_fields(faults));
    }
    may_write(connection, asked.confirmed, &statements)?;
    if let Some(name) = partiql::name_to_type(&connection.view.name, statements.iter().map(|one| &one.read)) {
        confirm::on_production(connection, &name, asked.confirm.as_deref())?;
    }
    Ok(statements)
}

fn number(asked: &PartiQlRun) -> Result<()> {
    let count = asked.statements.len();
    let (most, mode) = match asked.mode {
        Mode::Single => (1, "a single run"),
        Mode::Batch => (MOST_IN_BATCH, "a batch"),
        Mode::Transaction => (MOST_IN_TRANSACTION, "a transaction"),
    };
    if !(1..=most).contains(&count) {
        let takes = if most == 1 {
            "one statement".to_owned()
        } else {
            format!("1 to {most} statements")
        };
        return Err(Error::invalid("invalid_statements", format!("{mode} takes {takes}, not {count}")));
    }
    if asked.cursor.is_some() && asked.mode != Mode::Single {
        return Err(Error::invalid(
            "cursor_invalid",
            format!("{mode} has no pages, so it takes no cursor"),
        ));
    }
    Ok(())
}

fn check_parameters(at: usize, wanted: usize, given: &[AttributeValue], faults: &mut Vec<FieldError>) {
    if wanted != given.len() {
        let message = format!("the statement has {wanted} ?, and {} parameters were given", given.len());
        faults.push(FieldError::new(format!("statements[{at}].parameters"), message));
    }
    for (number, value) in given.iter().enumerate() {
        if let Err(why) = check_alone(value) {
            faults.push(FieldError::new(format!("statements[{at}].parameters[{number}]"), why));
        }
    }
}

/// What is not understood came to nothing before; here only what is known to read goes on.
fn may_write(connection: &Connection, confirmed: bool, statements: &[Checked]) -> Result<()> {
    let writes: Vec<FieldError> = statements
        .iter()
        .enumerate()
        .filter(|(_, one)| one.read.kind().writes())
        .map(|(at, one)| FieldError::new(format!("statements[{at}].text"), one.read.summary()))
        .collect();
    let view = &connection.view;
    let Some(first) = writes.first() else { return Ok(()) };
    if view.read_only {
        let message = format!("connection {:?} is read-only: nothing was run ({})", view.name, first.message);
        return Err(Error::new(ErrorKind::Forbidden, "connection_read_only", message).with_fields(writes));
    }
    if view.production && !confirmed {
        let what: Vec<_> = writes.iter().map(|one| one.message.as_str()).collect();
        let message = format!(
            "{:?} is a production connection: confirm this first: {}",
            view.name,
            what.join("; ")
        );
        return Err(Error::conflict("confirmation_needed", message).with_fields(writes));
    }
    Ok(())
}
