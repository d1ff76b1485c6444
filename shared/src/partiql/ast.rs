//! A statement, taken apart.

use super::position::Span;
use crate::value::AttributeValue;

#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub span: Span,
    pub body: Body,
    /// How many `?` it has.
    pub parameters: usize,
    /// What is sent: the statement without comments.
    pub wire: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Select(Select),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    /// A condition of a transaction.
    Exists(Select),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Empty for `*`.
    pub projection: Vec<Path>,
    pub target: Target,
    pub condition: Option<Expression>,
    pub order: Vec<Order>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub table: String,
    pub index: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub path: Path,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    pub target: Target,
    /// A tuple or a parameter.
    pub item: Expression,
    pub if_not_exists: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub target: Target,
    pub changes: Vec<Change>,
    pub condition: Option<Expression>,
    pub returning: Option<Returning>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Set(Path, Expression),
    Remove(Path),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    pub target: Target,
    pub condition: Option<Expression>,
    pub returning: Option<Returning>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// MODIFIED, else ALL.
    pub modified: bool,
    /// NEW, else OLD.
    pub new: bool,
}

/// An attribute or something within one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Name(String),
    Index(u32),
}

impl Path {
    /// The name of a path that is a whole attribute.
    pub fn attribute(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Step::Name(name)] => Some(name),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Path(Path),
    /// A text, number, boolean or null.
    Value(AttributeValue),
    Missing,
    /// Which of the `?`, from 0.
    Parameter(usize),
    /// A literal in backticks, which only the engine reads.
    Ion(String),
    List(Vec<Expression>),
    Tuple(Vec<(String, Expression)>),
    Set(Vec<Expression>),
    Call(String, Vec<Expression>),
    Compare(Box<Expression>, Operator, Box<Expression>),
    Sum(Box<Expression>, Sign, Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Between {
        value: Box<Expression>,
        not: bool,
        low: Box<Expression>,
        high: Box<Expression>,
    },
    In {
        value: Box<Expression>,
        not: bool,
        among: Vec<Expression>,
    },
    Is {
        value: Box<Expression>,
        not: bool,
        /// `MISSING`, `NULL` or a type, in capitals.
        what: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
}
