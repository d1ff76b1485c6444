//! From a key condition to a KeyConditionExpression, its names and values in placeholders.

use super::{KeyCondition, SortTest};
use crate::filter::compile::Placeholders;
use crate::value::AttributeValue;

impl KeyCondition {
    /// The expression, its names and values gathered in `places`.
    pub fn compile(&self, places: &mut Placeholders) -> Result<String, String> {
        let mut parts = Vec::new();
        for (name, value) in &self.partition {
            parts.push(format!("{} = {}", places.name(name.clone()), places.value(value)?));
        }
        for condition in &self.sort {
            let name = places.name(condition.name.clone());
            parts.push(match &condition.test {
                SortTest::Between { low, high } => format!("{name} BETWEEN {} AND {}", places.value(low)?, places.value(high)?),
                SortTest::BeginsWith(prefix) => format!("begins_with({name}, {})", places.value(prefix)?),
                test => format!("{name} {} {}", test.symbol(), places.value(test.first())?),
            });
        }
        Ok(parts.join(" AND "))
    }
}

impl SortTest {
    /// As an expression spells it.
    pub fn symbol(&self) -> &'static str {
        match self {
            Self::Equal(_) => "=",
            Self::Less(_) => "<",
            Self::LessOrEqual(_) => "<=",
            Self::Greater(_) => ">",
            Self::GreaterOrEqual(_) => ">=",
            Self::Between { .. } => "BETWEEN",
            Self::BeginsWith(_) => "begins_with",
        }
    }

    /// The value, or the lower end.
    pub fn first(&self) -> &AttributeValue {
        match self {
            Self::Equal(value)
            | Self::Less(value)
            | Self::LessOrEqual(value)
            | Self::Greater(value)
            | Self::GreaterOrEqual(value)
            | Self::BeginsWith(value)
            | Self::Between { low: value, .. } => value,
        }
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &AttributeValue> {
        let second = match self {
            Self::Between { high, .. } => Some(high),
            _ => None,
        };
        [self.first()].into_iter().chain(second)
    }
}

#[cfg(test)]
mod tests {
    use super::super::SortCondition;
    use super::*;

    #[test]
    fn names_and_values_stand_in_placeholders() {
        let s = |text: &str| AttributeValue::S(text.into());
        let with = |test| KeyCondition {
            partition: [("name".to_owned(), s("a"))].into(),
            sort: vec![SortCondition { name: "sk".into(), test }],
        };
        let text = |test| {
            let mut places = Placeholders::default();
            let text = with(test).compile(&mut places).expect("valid");
            assert_eq!((places.names["#n0"].as_str(), places.names["#n1"].as_str()), ("name", "sk"));
            assert_eq!(places.values[":v0"], s("a"));
            text
        };
        assert_eq!(text(SortTest::LessOrEqual(s("b"))), "#n0 = :v0 AND #n1 <= :v1");
        assert_eq!(text(SortTest::BeginsWith(s("b"))), "#n0 = :v0 AND begins_with(#n1, :v1)");
        let between = SortTest::Between { low: s("b"), high: s("c") };
        assert_eq!(text(between), "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2");
        assert!(
            with(SortTest::Less(AttributeValue::N("x".into())))
                .compile(&mut Placeholders::default())
                .is_err()
        );
    }
}
