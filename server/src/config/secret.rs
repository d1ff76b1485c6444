//! Text that must not be seen.

use serde::Deserialize;

/// A secret: its debug form hides it, and it cannot be serialised.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub struct Secret(String);

impl TryFrom<toml::Value> for Secret {
    type Error = &'static str;

    /// The reader of the file would put what it found into its error.
    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match value {
            toml::Value::String(text) => Ok(Self(text)),
            _ => Err("a secret is written as a string, in quotes"),
        }
    }
}

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one who signs with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_hides_in_debug() {
        assert_eq!(format!("{:?}", Secret::new("hush")), "[hidden]");
    }
}
