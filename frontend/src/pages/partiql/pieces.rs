//! What of a text is run: the selection, the statement at the cursor, or all of it.

use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::partiql::{MOST_IN_BATCH, MOST_IN_TRANSACTION, Mode, Statement};
use dynadesk_shared::partiql::{self, Fault, Piece};

/// Why nothing can be run, and which bytes are at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub message: String,
    pub place: Option<(usize, usize)>,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
        }
    }
}

/// One statement that is about to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub read: partiql::Statement,
    pub statement: Statement,
}

/// The statements to run. `values` has a value, or what is wrong with it, for each `?` of the whole text.
pub fn choose(
    text: &str,
    selection: (usize, usize),
    mode: Mode,
    values: &[Result<AttributeValue, String>],
) -> Result<Vec<Chosen>, Refusal> {
    let (from, to) = selection;
    let selected = from < to && !text[from..to].trim().is_empty();
    let (start, part) = if selected { (from, &text[from..to]) } else { (0, text) };
    let mut pieces = partiql::script(part);
    if !selected && mode == Mode::Single && pieces.len() > 1 {
        let at = pieces.iter().rposition(|piece| piece.span.start <= from).unwrap_or_default();
        pieces = vec![pieces.swap_remove(at)];
    }
    if pieces.is_empty() {
        return Err(Refusal::new("Write a statement first"));
    }
    let (most, what) = match mode {
        Mode::Single => (1, "Several statements are selected: run them as a batch or a transaction"),
        Mode::Batch => (MOST_IN_BATCH, "A batch has at most 25 statements"),
        Mode::Transaction => (MOST_IN_TRANSACTION, "A transaction has at most 100 statements"),
    };
    if pieces.len() > most {
        return Err(Refusal::new(what));
    }
    let places = partiql::parameters(text);
    pieces.into_iter().map(|piece| one(text, start, piece, &places, values)).collect()
}

fn one(text: &str, start: usize, piece: Piece, places: &[usize], values: &[Result<AttributeValue, String>]) -> Result<Chosen, Refusal> {
    let range = start + piece.span.start..start + piece.span.end;
    let read = piece.statement.map_err(|fault| {
        let (from, to) = (start + fault.span.start, start + fault.span.end);
        // Where it stands in the whole text, not in the part of it.
        let whole = Fault::new(text, partiql::Span::new(from, to), fault.message);
        Refusal {
            message: whole.to_string(),
            place: Some((from, to)),
        }
    })?;
    let mut parameters = Vec::new();
    for (at, place) in places.iter().enumerate().filter(|(_, place)| range.contains(place)) {
        match values.get(at) {
            Some(Ok(value)) => parameters.push(value.clone()),
            Some(Err(why)) => return Err(Refusal::new(format!("Parameter {}: {why}", at + 1))),
            None => {
                return Err(Refusal {
                    message: format!("Parameter {} has no value", at + 1),
                    place: Some((*place, *place + 1)),
                });
            }
        }
    }
    Ok(Chosen {
        read,
        statement: Statement {
            text: text[range].to_owned(),
            parameters,
        },
    })
}

/// What would be written, in words; empty for what only reads.
pub fn writes(chosen: &[Chosen]) -> Vec<String> {
    let writing = chosen.iter().filter(|one| one.read.kind().writes());
    writing.map(|one| one.read.summary()).collect()
}

/// What the operator is asked before it is written to production.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub writes: Vec<String>,
    /// The name that has to be typed, where something is deleted.
    pub name: Option<String>,
}

impl Question {
    pub fn of<'a>(statements: impl Iterator<Item = &'a partiql::Statement> + Clone, connection: &str) -> Self {
        let writing = statements.clone().filter(|one| one.kind().writes());
        Self {
            writes: writing.map(partiql::Statement::summary).collect(),
            name: partiql::name_to_type(connection, statements),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

/// Whether DynamoDB takes them together.
pub fn fits(chosen: &[Chosen], mode: Mode) -> Result<(), Refusal> {
    let kinds: Vec<_> = chosen.iter().map(|one| one.read.kind()).collect();
    let first = partiql::apart(mode, &kinds).into_iter().next();
    first.map_or(Ok(()), |(_, why)| Err(Refusal::new(why)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "SELECT * FROM a WHERE x = ?;\nDELETE FROM b WHERE y = ? AND z = ?;\nSELEC";

    fn values() -> Vec<Result<AttributeValue, String>> {
        (0..3).map(|n| Ok(AttributeValue::N(n.to_string()))).collect()
    }

    fn texts(selection: (usize, usize), mode: Mode) -> Result<Vec<(String, usize)>, String> {
        let chosen = choose(TEXT, selection, mode, &values()).map_err(|refusal| refusal.message)?;
        Ok(chosen
            .into_iter()
            .map(|one| (one.statement.text, one.statement.parameters.len()))
            .collect())
    }

    #[test]
    fn the_statement_at_the_cursor_or_the_selection_is_run() {
        assert_eq!(texts((3, 3), Mode::Single), Ok(vec![("SELECT * FROM a WHERE x = ?".to_owned(), 1)]));
        let second = vec![("DELETE FROM b WHERE y = ? AND z = ?".to_owned(), 2)];
        assert_eq!(texts((40, 40), Mode::Single), Ok(second.clone()));
        assert_eq!(texts((28, 66), Mode::Batch), Ok(second));
        assert!(texts((0, 66), Mode::Single).expect_err("two").contains("as a batch"));
        assert_eq!(texts((0, 66), Mode::Transaction).expect("two").len(), 2);
        assert!(texts((0, 0), Mode::Batch).expect_err("all").starts_with("line 3, column 1"));
        let place = choose(TEXT, (70, 70), Mode::Single, &values()).expect_err("wrong").place;
        assert_eq!(place, Some((66, 71)));
    }

    #[test]
    fn parameters_go_with_their_statement() {
        let chosen = choose(TEXT, (40, 40), Mode::Single, &values()).expect("valid");
        assert_eq!(
            chosen[0].statement.parameters,
            [AttributeValue::N("1".into()), AttributeValue::N("2".into())]
        );
        let missing = choose(TEXT, (40, 40), Mode::Single, &values()[..2]).expect_err("few");
        assert_eq!(missing.message, "Parameter 3 has no value");
        assert_eq!(writes(&chosen), ["DELETE from b where y = ? AND z = ?"]);
        assert!(fits(&chosen, Mode::Single).is_ok());
    }
}
