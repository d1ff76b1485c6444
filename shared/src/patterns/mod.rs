//! Access patterns of a table: what it is asked for, by name, with parameters in braces (`GRP#{user}`).
//! Here are the types; what is wrong with one, the request that comes of it, what stands against it
//! and the file form are in the rooms below.

pub mod advice;
pub mod check;
pub mod compile;
pub mod cruddur;
pub mod file;
pub mod template;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::template::Template;

/// One pattern, as it is kept, exported and imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Unique in its table, whatever the case.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub operation: Operation,
    /// The index that is read, or by which a write finds its items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Attributes of the key of the table or the index: partition first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<KeyPart>,
    /// Conditions that must all hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<FilterPart>,
    /// Attribute paths to read; empty for whole items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projection: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// How many items a page examines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consistent: bool,
    /// What a write does, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// An example for each parameter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Operation {
    GetItem,
    #[default]
    Query,
    Scan,
    PutItem,
    UpdateItem,
    DeleteItem,
    TransactWriteItems,
}

impl Operation {
    pub const ALL: [Self; 7] = [
        Self::GetItem,
        Self::Query,
        Self::Scan,
        Self::PutItem,
        Self::UpdateItem,
        Self::DeleteItem,
        Self::TransactWriteItems,
    ];

    /// DynamoDB's own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GetItem => "GetItem",
            Self::Query => "Query",
            Self::Scan => "Scan",
            Self::PutItem => "PutItem",
            Self::UpdateItem => "UpdateItem",
            Self::DeleteItem => "DeleteItem",
            Self::TransactWriteItems => "TransactWriteItems",
        }
    }

    pub fn is_read(self) -> bool {
        matches!(self, Self::GetItem | Self::Query | Self::Scan)
    }
}

/// A key attribute and what it is tested for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyPart {
    pub attribute: String,
    #[serde(default)]
    pub test: KeyTest,
    pub value: Template,
    /// The upper end of `between`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Template>,
    /// Left out of a run in which its parameters have no value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyTest {
    #[default]
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    BeginsWith,
}

impl KeyTest {
    pub const ALL: [Self; 7] = [
        Self::Equal,
        Self::BeginsWith,
        Self::Between,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    /// As an expression spells it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Between => "BETWEEN",
            Self::BeginsWith => "begins_with",
        }
    }
}

/// One condition of the filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FilterPart {
    pub path: String,
    pub test: FilterTest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Template>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Template>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilterTest {
    #[default]
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    BeginsWith,
    Contains,
    Exists,
    NotExists,
}

impl FilterTest {
    pub const ALL: [Self; 11] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Between,
        Self::BeginsWith,
        Self::Contains,
        Self::Exists,
        Self::NotExists,
    ];

    /// As an expression spells it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Between => "BETWEEN",
            Self::BeginsWith => "begins_with",
            Self::Contains => "contains",
            Self::Exists => "attribute_exists",
            Self::NotExists => "attribute_not_exists",
        }
    }

    /// How many values it takes.
    pub fn values(self) -> usize {
        match self {
            Self::Exists | Self::NotExists => 0,
            Self::Between => 2,
            _ => 1,
        }
    }
}

/// One action of a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub action: Action,
    /// The key of the item, each attribute with its value.
    pub key: Vec<KeyPart>,
    /// What it is: `the message row`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Action {
    Put,
    Update,
    Delete,
    ConditionCheck,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Put => "Put",
            Self::Update => "Update",
            Self::Delete => "Delete",
            Self::ConditionCheck => "ConditionCheck",
        }
    }
}

impl KeyPart {
    /// `pk = GRP#{user}`.
    pub fn words(&self) -> String {
        words(&self.attribute, self.test.symbol(), Some(&self.value), self.high.as_ref())
    }
}

impl FilterPart {
    /// `contains(tags, {tag})`.
    pub fn words(&self) -> String {
        words(&self.path, self.test.symbol(), self.value.as_ref(), self.high.as_ref())
    }
}

fn words(name: &str, symbol: &str, value: Option<&Template>, high: Option<&Template>) -> String {
    let text = |template: Option<&Template>| template.map(|template| template.text.clone()).unwrap_or_default();
    match symbol {
        "BETWEEN" => format!("{name} BETWEEN {} AND {}", text(value), text(high)),
        symbol if symbol.starts_with(|c: char| c.is_ascii_lowercase()) && value.is_some() => format!("{symbol}({name}, {})", text(value)),
        symbol if value.is_none() => format!("{symbol}({name})"),
        symbol => format!("{name} {symbol} {}", text(value)),
    }
}

impl Pattern {
    /// Every template with the field that it stands in.
    pub fn templates(&self) -> Vec<(String, &Template)> {
        let mut all = Vec::new();
        for (at, part) in self.key.iter().enumerate() {
            all.push((format!("key[{at}].value"), &part.value));
            all.extend(part.high.as_ref().map(|high| (format!("key[{at}].high"), high)));
        }
        for (at, part) in self.filter.iter().enumerate() {
            all.extend(part.value.as_ref().map(|value| (format!("filter[{at}].value"), value)));
            all.extend(part.high.as_ref().map(|high| (format!("filter[{at}].high"), high)));
        }
        for (at, step) in self.steps.iter().enumerate() {
            for (of, part) in step.key.iter().enumerate() {
                all.push((format!("steps[{at}].key[{of}].value"), &part.value));
            }
        }
        all
    }

    /// The names of all parameters, in the order of their first use.
    pub fn parameters(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let all = self.templates().into_iter().flat_map(|(_, template)| template.parameters());
        all.filter(|name| seen.insert(name.clone())).collect()
    }

    /// The parameters that a run cannot do without.
    pub fn needed(&self) -> BTreeSet<String> {
        let parts = self.key.iter().filter(|part| !part.optional);
        let keys = parts.flat_map(|part| [Some(&part.value), part.high.as_ref()]);
        let filters = self.filter.iter().flat_map(|part| [part.value.as_ref(), part.high.as_ref()]);
        keys.chain(filters).flatten().flat_map(Template::parameters).collect()
    }

    /// The key condition in words, the parameters in their braces; for a write, its steps.
    pub fn key_words(&self) -> String {
        let part = |part: &KeyPart| {
            let words = part.words();
            if part.optional { format!("[{words}]") } else { words }
        };
        if self.operation.is_read() || self.steps.is_empty() {
            return self.key.iter().map(part).collect::<Vec<_>>().join(" AND ");
        }
        let step = |step: &Step| {
            let key: Vec<String> = step.key.iter().map(KeyPart::words).collect();
            format!("{} {}", step.action.name(), key.join(", "))
        };
        self.steps.iter().map(step).collect::<Vec<_>>().join("; ")
    }

    /// The same with the examples in the places of the parameters.
    pub fn example_words(&self) -> String {
        let mut filled = self.clone();
        let fill = |template: &mut Template| template.text = template.fill(&self.examples);
        for part in filled.key.iter_mut().chain(filled.steps.iter_mut().flat_map(|step| &mut step.key)) {
            fill(&mut part.value);
            if let Some(high) = &mut part.high {
                fill(high);
            }
        }
        filled.key_words()
    }

    /// What makes its name unique.
    pub fn id(&self) -> String {
        id(&self.name)
    }
}

/// What makes a name unique: names that differ in case only would be taken for one another.
pub fn id(name: &str) -> String {
    name.trim().to_lowercase()
}
