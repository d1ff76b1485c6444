//! Operands: literals, parameters, paths, calls and what stands in brackets.

use super::{Parsed, Parser};
use crate::partiql::ast::Expression;
use crate::partiql::lexer::TokenKind;
use crate::partiql::words;
use crate::value::AttributeValue;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Expression> {
        let value = match self.peek() {
            Some(TokenKind::Text(text)) => Expression::Value(AttributeValue::S(text.clone())),
            Some(TokenKind::Number(digits)) => Expression::Value(AttributeValue::N(digits.clone())),
            Some(TokenKind::Ion(text)) => Expression::Ion(text.clone()),
            Some(TokenKind::Parameter) => {
                self.parameters += 1;
                Expression::Parameter(self.parameters - 1)
            }
            Some(TokenKind::Symbol("-" | "+")) => return self.signed(),
            Some(TokenKind::Symbol("[")) => return Ok(Expression::List(self.listed("[", "]")?)),
            Some(TokenKind::Symbol("<<")) => return Ok(Expression::Set(self.listed("<<", ">>")?)),
            Some(TokenKind::Symbol("{")) => return self.nested(Self::tuple),
            Some(TokenKind::Symbol("(")) => {
                self.at += 1;
                let inner = self.any()?;
                self.symbol(")")?;
                return Ok(inner);
            }
            Some(TokenKind::Word(word)) => match word.to_ascii_uppercase().as_str() {
                "TRUE" => Expression::Value(AttributeValue::Bool(true)),
                "FALSE" => Expression::Value(AttributeValue::Bool(false)),
                "NULL" => Expression::Value(AttributeValue::Null),
                "MISSING" => Expression::Missing,
                _ => return self.path_or_call(),
            },
            Some(TokenKind::Quoted(_)) => return self.path("a value").map(Expression::Path),
            _ => return Err(self.unexpected("a value, a ? or an attribute")),
        };
        self.at += 1;
        Ok(value)
    }

    fn signed(&mut self) -> Parsed<Expression> {
        let negative = self.is_symbol("-");
        if !negative {
            self.at += 1;
        }
        match self.peek() {
            Some(TokenKind::Number(digits)) => {
                let digits = if negative { format!("-{digits}") } else { digits.clone() };
                self.at += 1;
                Ok(Expression::Value(AttributeValue::N(digits)))
            }
            _ => Err(self.unexpected("a number")),
        }
    }

    fn path_or_call(&mut self) -> Parsed<Expression> {
        let called = matches!(self.tokens.get(self.at + 1).map(|token| &token.kind), Some(TokenKind::Symbol("(")));
        let Some(TokenKind::Word(word)) = self.peek().filter(|_| called) else {
            return self.path("a value").map(Expression::Path);
        };
        let name = word.to_ascii_lowercase();
        let known = words::CONDITION_FUNCTIONS
            .iter()
            .chain(words::SET_FUNCTIONS)
            .any(|known| *known == name);
        if !known {
            let all = words::CONDITION_FUNCTIONS.join(", ");
            return Err(self.fault(format!("DynamoDB has no function {word} here: a condition may call {all}")));
        }
        self.at += 1;
        Ok(Expression::Call(name, self.listed("(", ")")?))
    }

    /// Values with commas between them; the opening bracket is next.
    pub(super) fn listed(&mut self, open: &str, close: &str) -> Parsed<Vec<Expression>> {
        self.nested(|parser| {
            parser.symbol(open)?;
            let mut values = Vec::new();
            if parser.is_symbol(close) {
                return Ok(values);
            }
            loop {
                values.push(parser.sum()?);
                if parser.is_symbol(close) {
                    return Ok(values);
                }
                if !parser.is_symbol(",") {
                    return Err(parser.unexpected(&format!("',' or '{close}'")));
                }
            }
        })
    }

    fn tuple(&mut self) -> Parsed<Expression> {
        self.symbol("{")?;
        let mut members: Vec<(String, Expression)> = Vec::new();
        if self.is_symbol("}") {
            return Ok(Expression::Tuple(members));
        }
        let mut names = std::collections::BTreeSet::new();
        loop {
            let name = match self.peek() {
                Some(TokenKind::Text(name) | TokenKind::Quoted(name)) => name.clone(),
                _ => return Err(self.unexpected("a name in single quotes")),
            };
            if !names.insert(name.clone()) {
                return Err(self.fault(format!("the name {name:?} stands twice in one map")));
            }
            self.at += 1;
            self.symbol(":")?;
            members.push((name, self.sum()?));
            if self.is_symbol("}") {
                return Ok(Expression::Tuple(members));
            }
            if !self.is_symbol(",") {
                return Err(self.unexpected("',' or '}'"));
            }
        }
    }
}
