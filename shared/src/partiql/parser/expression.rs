//! Conditions and sums, by their precedence: OR, AND, NOT, comparison, + and -.

use super::{Parsed, Parser};
use crate::partiql::ast::{Expression, Operator, Sign};
use crate::partiql::lexer::TokenKind;
use crate::partiql::words;

impl Parser<'_> {
    pub(super) fn any(&mut self) -> Parsed<Expression> {
        self.nested(|parser| {
            let mut parts = vec![parser.all()?];
            while parser.word("OR") {
                parts.push(parser.all()?);
            }
            Ok(one_or(parts, Expression::Any))
        })
    }

    fn all(&mut self) -> Parsed<Expression> {
        let mut parts = vec![self.not()?];
        while self.word("AND") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn not(&mut self) -> Parsed<Expression> {
        if self.word("NOT") {
            return self.nested(|parser| Ok(Expression::Not(Box::new(parser.not()?))));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let left = self.sum()?;
        if let Some(operator) = self.operator() {
            let right = self.sum()?;
            return Ok(Expression::Compare(Box::new(left), operator, Box::new(right)));
        }
        if self.word("IS") {
            let not = self.word("NOT");
            return Ok(Expression::Is {
                value: Box::new(left),
                not,
                what: self.what()?,
            });
        }
        let not = self.word("NOT");
        if self.word("BETWEEN") {
            let low = self.sum()?;
            self.expect_word("AND")?;
            return Ok(Expression::Between {
                value: Box::new(left),
                not,
                low: Box::new(low),
                high: Box::new(self.sum()?),
            });
        }
        if self.word("IN") {
            let among = match self.peek() {
                Some(TokenKind::Symbol("(")) => self.listed("(", ")")?,
                Some(TokenKind::Symbol("[")) => self.listed("[", "]")?,
                _ => return Err(self.unexpected("a list [a, b]")),
            };
            return Ok(Expression::In {
                value: Box::new(left),
                not,
                among,
            });
        }
        match not {
            true => Err(self.unexpected("BETWEEN or IN")),
            false => Ok(left),
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        let Some(TokenKind::Symbol(symbol)) = self.peek() else {
            return None;
        };
        let operator = match *symbol {
            "=" => Operator::Equal,
            "<>" | "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            _ => return None,
        };
        self.at += 1;
        Some(operator)
    }

    fn what(&mut self) -> Parsed<String> {
        if let Some(TokenKind::Word(word)) = self.peek() {
            let word = word.to_ascii_uppercase();
            if matches!(word.as_str(), "MISSING" | "NULL") || words::TYPES.contains(&word.as_str()) {
                self.at += 1;
                return Ok(word);
            }
        }
        Err(self.unexpected("MISSING, NULL or a type"))
    }

    pub(super) fn sum(&mut self) -> Parsed<Expression> {
        let mut left = self.operand()?;
        // A long sum nests to the left: each term is one level of the tree that is dropped later.
        for _ in 0..super::MAX_NESTING {
            let sign = match self.peek() {
                Some(TokenKind::Symbol("+")) => Sign::Plus,
                Some(TokenKind::Symbol("-")) => Sign::Minus,
                _ => return Ok(left),
            };
            self.at += 1;
            left = Expression::Sum(Box::new(left), sign, Box::new(self.operand()?));
        }
        Err(self.fault("this sum has too many terms"))
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}
