//! Items that leave the console: in a file that the browser makes, or on the clipboard. The audit log has it
//! before they do.

use serde::{Deserialize, Serialize};

/// Characters of the address of a page.
pub const MOST_PAGE: usize = 8_000;

/// What is about to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemsExported {
    pub form: ExportForm,
    pub to: ExportTo,
    pub items: u64,
    /// The address of the page that shows them, which has what was asked for: table, index, key, filter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    Json,
    DynamoJson,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportTo {
    File,
    Clipboard,
}

impl ItemsExported {
    /// Why this is no export: for a person.
    pub fn check(&self) -> Result<(), String> {
        match self.page.chars().count() {
            0..=MOST_PAGE => Ok(()),
            long => Err(format!("the address of a page has at most {MOST_PAGE} characters, not {long}")),
        }
    }

    /// As the audit log has it.
    pub fn words(&self) -> String {
        let form = match self.form {
            ExportForm::Json => "JSON",
            ExportForm::DynamoJson => "DynamoDB JSON",
            ExportForm::Csv => "CSV",
        };
        let to = match self.to {
            ExportTo::File => "in a file",
            ExportTo::Clipboard => "on the clipboard",
        };
        let shown = match self.page.as_str() {
            "" => String::new(),
            page => format!("; shown at {page}"),
        };
        format!("{} as {form} {to}{shown}", crate::words::counted(self.items, "item", "items"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_how_many_left_how_and_from_where() {
        let mut asked = ItemsExported {
            form: ExportForm::DynamoJson,
            to: ExportTo::File,
            items: 1200,
            page: "/c/prod/tables/Orders/items?q=1".to_owned(),
        };
        assert_eq!(
            asked.words(),
            "1,200 items as DynamoDB JSON in a file; shown at /c/prod/tables/Orders/items?q=1"
        );
        asked.page = "é".repeat(MOST_PAGE + 1);
        assert!(asked.check().is_err_and(|why| why.contains("8001")));
        asked.page.clear();
        assert_eq!(asked.check(), Ok(()));
    }
}
