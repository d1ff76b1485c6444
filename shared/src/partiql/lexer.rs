//! From text to tokens. Outside of quotes only plain ASCII means anything: what looks like a space or
//! a letter to a person and not to every engine is refused instead of guessed.

use super::position::{Fault, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or a plain name.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// Digits as they stand, without a sign.
    Number(String),
    /// A literal in backticks, which only the engine reads.
    Ion(String),
    Parameter,
    Symbol(&'static str),
}

/// Longer ones first, since the first that fits is taken.
const SYMBOLS: &[&str] = &[
    "<<", ">>", "<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", ":", ";", "*", "+", "-",
];

/// The tokens up to the first place that cannot be read, and what is wrong there.
pub(super) fn read(text: &str) -> (Vec<Token>, Option<Fault>) {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        match blank(text, at).and_then(|start| one(text, start)) {
            Ok(Some(token)) => {
                at = token.span.end;
                tokens.push(token);
            }
            Ok(None) => return (tokens, None),
            Err(fault) => return (tokens, Some(fault)),
        }
    }
}

/// A statement's text as it is sent: its comments become spaces, so that no engine has to agree with
/// us about where a comment ends.
pub(super) fn without_comments(text: &str, tokens: &[Token], span: Span) -> String {
    let mut out = String::with_capacity(span.end - span.start);
    let mut at = span.start;
    for token in tokens {
        let between = text[at..token.span.start].chars();
        let is_comment = text[at..token.span.start].contains(['-', '/']);
        out.extend(between.map(|c| if is_comment && c != '\n' { ' ' } else { c }));
        out.push_str(&text[token.span.start..token.span.end]);
        at = token.span.end;
    }
    out
}

/// The first byte at or after `at` that is neither white space nor comment.
fn blank(text: &str, mut at: usize) -> Result<usize, Fault> {
    loop {
        let rest = &text[at..];
        if rest.starts_with([' ', '\t', '\n', '\r']) {
            at += 1;
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            let end = rest.find("*/");
            at += 2 + end.ok_or_else(|| Fault::new(text, Span::new(at, text.len()), "the comment /* is never closed"))?;
        } else {
            return Ok(at);
        }
    }
}

fn one(text: &str, start: usize) -> Result<Option<Token>, Fault> {
    let rest = &text[start..];
    let Some(first) = rest.chars().next() else { return Ok(None) };
    let (kind, length) = match first {
        '\'' => quoted(text, start, '\'', "text").map(|(inner, length)| (TokenKind::Text(inner), length))?,
        '"' => {
            let (inner, length) = quoted(text, start, '"', "name")?;
            if inner.is_empty() {
                return Err(Fault::new(text, Span::new(start, start + length), "a name in quotes is empty"));
            }
            (TokenKind::Quoted(inner), length)
        }
        '`' => quoted(text, start, '`', "literal").map(|(inner, length)| (TokenKind::Ion(inner), length))?,
        '?' => (TokenKind::Parameter, 1),
        '0'..='9' => number(text, start)?,
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(text, start)?,
        'a'..='z' | 'A'..='Z' | '_' | '$' | '@' => {
            let length = rest.find(|c| !word_goes_on(c)).unwrap_or(rest.len());
            (TokenKind::Word(rest[..length].to_owned()), length)
        }
        _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            Some(symbol) => (TokenKind::Symbol(symbol), symbol.len()),
            None => return Err(Fault::new(text, Span::new(start, start + first.len_utf8()), stranger(first))),
        },
    };
    let span = Span::new(start, start + length);
    Ok(Some(Token { kind, span }))
}

fn word_goes_on(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '@')
}

/// What stands in quotes, a doubled quote for one, and the length with the quotes.
fn quoted(text: &str, start: usize, quote: char, what: &str) -> Result<(String, usize), Fault> {
    let rest = &text[start + 1..];
    let mut inner = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            inner.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            inner.push(quote);
        } else {
            return Ok((inner, at + 2));
        }
    }
    let message = format!("this {quote} opens a {what} that is never closed");
    Err(Fault::new(text, Span::new(start, text.len()), message))
}

fn number(text: &str, start: usize) -> Result<(TokenKind, usize), Fault> {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(start);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign);
    }
    // `1x` is one mistake and not a number and a name.
    let rest = &text[end..];
    end += rest.find(|c| !word_goes_on(c)).unwrap_or(rest.len());
    let written = &text[start..end];
    match crate::value::number::check(written) {
        Ok(()) => Ok((TokenKind::Number(written.to_owned()), end - start)),
        Err(why) => Err(Fault::new(text, Span::new(start, end), why)),
    }
}

fn stranger(c: char) -> String {
    match c {
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => format!("{c} is a typographic quote: use \" for names and ' for text"),
        c if c.is_whitespace() || c.is_control() || c == '\u{feff}' => {
            format!("the character U+{:04X} may only stand in quotes", u32::from(c))
        }
        c if c.is_alphabetic() => format!("{c:?} may only stand in quotes: write names that hold it in double quotes"),
        c => format!("{c:?} has no meaning here"),
    }
}
