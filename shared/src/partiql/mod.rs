//! DynamoDB's PartiQL, read to its last token: what a statement is, what it touches, and where it is
//! wrong. Whether a statement writes is decided here and nowhere else, so everything that this
//! parser does not understand is no statement at all.

mod analysis;
pub mod ast;
mod confirm;
mod lexer;
mod parser;
mod position;
mod render;
#[cfg(test)]
mod tests;
mod together;
pub mod words;

pub use analysis::Kind;
pub use ast::{Body, Expression, Statement};
pub use confirm::name_to_type;
pub use position::{Fault, Position, Span};
pub use together::apart;

use lexer::{Token, TokenKind};

/// The longest statement that DynamoDB takes, in characters.
pub const MAX_CHARACTERS: usize = 8_192;

/// One of the statements of a text, understood or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its tokens, without the `;` and without what stands before and after them.
    pub span: Span,
    pub statement: Result<Statement, Fault>,
}

/// Reads a text of several statements with `;` between them. A mistake in one does not hide the
/// others; a quote that is never closed swallows the rest.
pub fn script(text: &str) -> Vec<Piece> {
    let (tokens, fault) = lexer::read(text);
    let mut pieces: Vec<Piece> = tokens
        .split(|token| token.kind == TokenKind::Symbol(";"))
        .filter(|tokens| !tokens.is_empty())
        .map(|tokens| piece(text, tokens))
        .collect();
    if let Some(fault) = fault {
        // What stands before the unreadable place belongs to the same statement.
        let open = tokens.last().is_some_and(|token| token.kind != TokenKind::Symbol(";"));
        let start = match pieces.pop_if(|_| open) {
            Some(last) => last.span.start,
            None => fault.span.start,
        };
        pieces.push(Piece {
            span: Span::new(start, text.len()),
            statement: Err(fault),
        });
    }
    pieces
}

/// Reads a text that must be exactly one statement; a `;` may follow it.
pub fn statement(text: &str) -> Result<Statement, Fault> {
    let mut pieces = script(text).into_iter();
    let Some(first) = pieces.next() else {
        return Err(Fault::new(text, Span::new(0, text.len()), "a statement is missing"));
    };
    let statement = first.statement?;
    match pieces.next() {
        None => Ok(statement),
        Some(second) => Err(Fault::new(
            text,
            second.span,
            "one statement is expected here: run several as a batch or a transaction",
        )),
    }
}

/// Where the `?` of a text are, in order.
pub fn parameters(text: &str) -> Vec<usize> {
    let (tokens, _) = lexer::read(text);
    let all = tokens.iter().filter(|token| token.kind == TokenKind::Parameter);
    all.map(|token| token.span.start).collect()
}

fn piece(text: &str, tokens: &[Token]) -> Piece {
    let end = tokens.last().map_or(0, |token| token.span.end);
    let span = Span::new(tokens.first().map_or(0, |token| token.span.start), end);
    let characters = text[span.start..span.end].chars().count();
    let statement = match characters > MAX_CHARACTERS {
        true => Err(Fault::new(
            text,
            span,
            format!("a statement has at most 8,192 characters, this one has {characters}"),
        )),
        false => parser::parse(text, tokens, span),
    };
    Piece { span, statement }
}
