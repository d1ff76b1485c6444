//! Recursive descent over the tokens of one statement. Every token must be used up.

mod expression;
mod values;

use super::ast::{Body, Change, Delete, Expression, Insert, Order, Path, Returning, Select, Statement, Step, Target, Update};
use super::lexer::{self, Token, TokenKind};
use super::position::{Fault, Span};
use super::words;

/// More than DynamoDB lets values nest, and far less than what fills a stack.
const MAX_NESTING: usize = 48;

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    parameters: usize,
    depth: usize,
}

type Parsed<T> = Result<T, Fault>;

pub(super) fn parse(text: &str, tokens: &[Token], span: Span) -> Parsed<Statement> {
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        parameters: 0,
        depth: 0,
    };
    let body = parser.body()?;
    if parser.peek().is_some() {
        return Err(parser.unexpected("the end of the statement or a ';'"));
    }
    Ok(Statement {
        span,
        body,
        parameters: parser.parameters,
        wire: lexer::without_comments(text, tokens, span),
    })
}

impl Parser<'_> {
    fn body(&mut self) -> Parsed<Body> {
        if self.word("SELECT") {
            return self.select().map(Body::Select);
        }
        if self.word("INSERT") {
            return self.insert().map(Body::Insert);
        }
        if self.word("UPDATE") {
            return self.update().map(Body::Update);
        }
        if self.word("DELETE") {
            return self.delete().map(Body::Delete);
        }
        if self.word("EXISTS") {
            self.symbol("(")?;
            self.expect_word("SELECT")?;
            let select = self.select()?;
            self.symbol(")")?;
            return Ok(Body::Exists(select));
        }
        Err(self.unexpected("SELECT, INSERT, UPDATE, DELETE or EXISTS"))
    }

    fn select(&mut self) -> Parsed<Select> {
        let mut projection = Vec::new();
        if !self.is_symbol("*") {
            projection.push(self.path("* or an attribute")?);
            while self.is_symbol(",") {
                projection.push(self.path("an attribute")?);
            }
        }
        self.expect_word("FROM")?;
        let target = self.target(true)?;
        let condition = self.condition()?;
        let mut order = Vec::new();
        if self.word("ORDER") {
            self.expect_word("BY")?;
            loop {
                let path = self.path("an attribute to order by")?;
                let descending = self.word("DESC");
                if !descending {
                    self.word("ASC");
                }
                order.push(Order { path, descending });
                if !self.is_symbol(",") {
                    break;
                }
            }
        }
        Ok(Select {
            projection,
            target,
            condition,
            order,
        })
    }

    fn insert(&mut self) -> Parsed<Insert> {
        self.expect_word("INTO")?;
        let target = self.target(false)?;
        if self.next_word_is("VALUES") {
            return Err(self.fault("DynamoDB inserts one item with VALUE {…}"));
        }
        self.expect_word("VALUE")?;
        let item = match self.peek() {
            Some(TokenKind::Symbol("{") | TokenKind::Parameter) => self.operand()?,
            _ => return Err(self.unexpected("an item {'name': value} or ?")),
        };
        let if_not_exists = self.word("IF");
        if if_not_exists {
            self.expect_word("NOT")?;
            self.expect_word("EXISTS")?;
        }
        Ok(Insert {
            target,
            item,
            if_not_exists,
        })
    }

    fn update(&mut self) -> Parsed<Update> {
        let target = self.target(false)?;
        let mut changes = Vec::new();
        loop {
            if self.word("SET") {
                loop {
                    let path = self.path("an attribute to set")?;
                    self.symbol("=")?;
                    changes.push(Change::Set(path, self.sum()?));
                    if !self.is_symbol(",") {
                        break;
                    }
                }
            } else if self.word("REMOVE") {
                loop {
                    changes.push(Change::Remove(self.path("an attribute to remove")?));
                    if !self.is_symbol(",") {
                        break;
                    }
                }
            } else if changes.is_empty() {
                return Err(self.unexpected("SET or REMOVE"));
            } else {
                break;
            }
        }
        Ok(Update {
            target,
            changes,
            condition: self.condition()?,
            returning: self.returning()?,
        })
    }

    fn delete(&mut self) -> Parsed<Delete> {
        self.expect_word("FROM")?;
        Ok(Delete {
            target: self.target(false)?,
            condition: self.condition()?,
            returning: self.returning()?,
        })
    }

    fn condition(&mut self) -> Parsed<Option<Expression>> {
        match self.word("WHERE") {
            true => self.any().map(Some),
            false => Ok(None),
        }
    }

    fn returning(&mut self) -> Parsed<Option<Returning>> {
        if !self.word("RETURNING") {
            return Ok(None);
        }
        let modified = self.word("MODIFIED");
        if !modified && !self.word("ALL") {
            return Err(self.unexpected("ALL or MODIFIED"));
        }
        let new = self.word("NEW");
        if !new && !self.word("OLD") {
            return Err(self.unexpected("OLD or NEW"));
        }
        self.symbol("*")?;
        Ok(Some(Returning { modified, new }))
    }

    fn target(&mut self, index_may_follow: bool) -> Parsed<Target> {
        let start = self.here().start;
        let table = self.name("a table")?;
        let mut index = None;
        if index_may_follow && self.is_symbol(".") {
            index = Some(self.name("an index")?);
        }
        let span = Span::new(start, self.before());
        if matches!(self.peek(), Some(TokenKind::Symbol("-" | "."))) {
            return Err(self.fault("this does not continue a table's name: put the whole name in double quotes"));
        }
        Ok(Target { table, index, span })
    }

    /// `a.b[0]`, each name plain or in double quotes.
    fn path(&mut self, what: &str) -> Parsed<Path> {
        let mut steps = vec![Step::Name(self.name(what)?)];
        loop {
            if self.is_symbol(".") {
                steps.push(Step::Name(self.name("an attribute")?));
            } else if self.is_symbol("[") {
                let index = match self.peek() {
                    Some(TokenKind::Number(digits)) => digits.parse().ok(),
                    _ => None,
                };
                let Some(index) = index else {
                    return Err(self.unexpected("the number of a list element"));
                };
                self.at += 1;
                self.symbol("]")?;
                steps.push(Step::Index(index));
            } else {
                return Ok(Path(steps));
            }
        }
    }

    fn name(&mut self, what: &str) -> Parsed<String> {
        match self.peek() {
            Some(TokenKind::Quoted(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            Some(TokenKind::Word(word)) if !words::is_keyword(word) => {
                let name = word.clone();
                self.at += 1;
                Ok(name)
            }
            Some(TokenKind::Text(_)) => Err(self.fault(format!(
                "{what} is expected here: names stand in double quotes, text in single ones"
            ))),
            _ => Err(self.unexpected(what)),
        }
    }

    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn next_word_is(&self, wanted: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case(wanted))
    }

    /// Takes a keyword, where it is next.
    fn word(&mut self, wanted: &str) -> bool {
        let found = self.next_word_is(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect_word(&mut self, wanted: &str) -> Parsed<()> {
        match self.word(wanted) {
            true => Ok(()),
            false => Err(self.unexpected(wanted)),
        }
    }

    /// Takes a symbol, where it is next.
    fn is_symbol(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Symbol(symbol)) if *symbol == wanted);
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, wanted: &str) -> Parsed<()> {
        match self.is_symbol(wanted) {
            true => Ok(()),
            false => Err(self.unexpected(&format!("'{wanted}'"))),
        }
    }

    /// Runs `read` one level deeper, or refuses to go deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return Err(self.fault("this nests too deeply: DynamoDB takes 32 levels of lists and maps"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// The next token, or the empty place after the last one.
    fn here(&self) -> Span {
        match self.tokens.get(self.at) {
            Some(token) => token.span,
            None => Span::new(self.before(), self.before()),
        }
    }

    /// The end of the last token that was taken.
    fn before(&self) -> usize {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(0, |token| token.span.end)
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.text, self.here(), message)
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            None => "the statement ends".to_owned(),
            Some(TokenKind::Word(word)) if words::is_keyword(word) => format!("{} stands", word.to_ascii_uppercase()),
            Some(_) => {
                let Span { start, end } = self.here();
                let mut written: String = self.text[start..end].chars().take(40).collect();
                if written.len() < end - start {
                    written.push('…');
                }
                format!("{written} stands")
            }
        };
        self.fault(format!("{wanted} is expected, and {found} here"))
    }
}
