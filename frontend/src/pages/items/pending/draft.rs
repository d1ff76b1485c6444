//! What is typed into a cell, as a value: scalars only, since a cell has one line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::value::number;

use crate::format::json_text::is_json;

/// More text than this is no work for one line.
const MOST_CHARS: usize = 10_000;

/// What a cell can be changed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    S,
    N,
    B,
    Bool,
    Null,
    /// The attribute is taken out of the item.
    Absent,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::S, Self::N, Self::Bool, Self::Null, Self::B, Self::Absent];

    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::Absent => "none",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::S => "String",
            Self::N => "Number",
            Self::B => "Binary",
            Self::Bool => "Boolean",
            Self::Null => "Null",
            Self::Absent => "No value",
        }
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A value as it is typed: its type and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub kind: Kind,
    pub text: String,
}

impl Draft {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The draft of what is there, or why it cannot be changed on one line. `usual` is the type that
    /// the column has most, for an item without the attribute.
    pub fn of(value: Option<&AttributeValue>, usual: &str) -> Result<Self, &'static str> {
        match value {
            None => Ok(Self::new(
                Kind::of_name(usual).filter(|kind| *kind != Kind::Null).unwrap_or(Kind::S),
                "",
            )),
            // A field of the browser turns every line break into its own.
            Some(AttributeValue::S(text)) if text.contains('\r') => Err("a text with carriage returns"),
            Some(AttributeValue::S(text)) if is_json(text) => Err("JSON in a text"),
            Some(AttributeValue::S(text)) if text.chars().count() > MOST_CHARS => Err("a long text"),
            Some(AttributeValue::B(bytes)) if bytes.len() > MOST_CHARS => Err("much binary data"),
            Some(AttributeValue::S(text)) => Ok(Self::new(Kind::S, text)),
            Some(AttributeValue::N(text)) => Ok(Self::new(Kind::N, text)),
            Some(AttributeValue::B(bytes)) => Ok(Self::new(Kind::B, STANDARD.encode(bytes))),
            Some(AttributeValue::Bool(flag)) => Ok(Self::new(Kind::Bool, flag.to_string())),
            Some(AttributeValue::Null) => Ok(Self::new(Kind::Null, "")),
            Some(AttributeValue::L(_)) => Err("a list"),
            Some(AttributeValue::M(_)) => Err("a map"),
            Some(AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_)) => Err("a set"),
        }
    }

    /// The same text as another type, where it can be one.
    pub fn as_kind(&self, kind: Kind) -> Self {
        let text = match kind {
            Kind::Bool if self.text != "true" => "false",
            Kind::Null | Kind::Absent => "",
            _ => &self.text,
        };
        Self::new(kind, text)
    }

    /// The value, or what is wrong with it in DynamoDB's terms; nothing takes the attribute away.
    pub fn value(&self) -> Result<Option<AttributeValue>, String> {
        Ok(Some(match self.kind {
            Kind::Absent => return Ok(None),
            Kind::S => AttributeValue::S(self.text.clone()),
            Kind::N => {
                let digits = self.text.trim();
                number::check(digits)?;
                AttributeValue::N(digits.to_owned())
            }
            Kind::B => {
                let bytes = STANDARD.decode(self.text.trim());
                AttributeValue::B(bytes.map_err(|cause| format!("binary is typed as base64: {cause}"))?)
            }
            Kind::Bool => AttributeValue::Bool(self.text == "true"),
            Kind::Null => AttributeValue::Null,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_touched_stays_as_it_is() {
        let scalars = [
            AttributeValue::S(" two\nlines\tand a nul\u{0} ".into()),
            AttributeValue::S(String::new()),
            AttributeValue::N("1E+125".into()),
            AttributeValue::N("9".repeat(38)),
            AttributeValue::B(vec![0, 255]),
            AttributeValue::B(vec![]),
            AttributeValue::Bool(true),
            AttributeValue::Null,
        ];
        for value in scalars {
            let draft = Draft::of(Some(&value), "S").expect("a scalar");
            assert_eq!(draft.value(), Ok(Some(value)));
        }
        let absent = Draft::of(None, "N").expect("a draft");
        assert_eq!((absent.kind, absent.text.as_str()), (Kind::N, ""));
        assert_eq!(Draft::of(None, "M").expect("a draft").kind, Kind::S);
    }

    #[test]
    fn more_than_one_line_is_for_the_item_editor() {
        let refused = |value: AttributeValue| Draft::of(Some(&value), "S").expect_err("not on one line");
        assert_eq!(refused(AttributeValue::L(vec![])), "a list");
        assert_eq!(refused(AttributeValue::Ss(vec!["a".into()])), "a set");
        assert_eq!(refused(AttributeValue::S("{\"a\": 1}".into())), "JSON in a text");
        assert_eq!(refused(AttributeValue::S("a\r\nb".into())), "a text with carriage returns");
        assert_eq!(refused(AttributeValue::S("x".repeat(10_001))), "a long text");
    }

    #[test]
    fn mistakes_are_said_in_dynamodbs_terms() {
        let draft = |kind, text: &str| Draft::new(kind, text).value();
        assert_eq!(draft(Kind::N, " 12 "), Ok(Some(AttributeValue::N("12".into()))));
        assert!(
            draft(Kind::N, &"1".repeat(39))
                .expect_err("digits")
                .contains("38 significant digits")
        );
        assert!(draft(Kind::N, "1e999").expect_err("size").contains("E+125"));
        assert!(draft(Kind::N, "").expect_err("empty").contains("not a number"));
        assert!(draft(Kind::B, "%%").expect_err("base64").contains("base64"));
        assert_eq!(draft(Kind::Absent, ""), Ok(None));
    }

    #[test]
    fn another_type_keeps_what_it_can() {
        let text = Draft::new(Kind::S, "12");
        assert_eq!(text.as_kind(Kind::N).value(), Ok(Some(AttributeValue::N("12".into()))));
        assert_eq!(text.as_kind(Kind::Bool).value(), Ok(Some(AttributeValue::Bool(false))));
        assert_eq!(text.as_kind(Kind::Null).value(), Ok(Some(AttributeValue::Null)));
    }
}
