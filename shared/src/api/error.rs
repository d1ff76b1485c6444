//! The body of every answer that is not a success.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// Stable and made for machines, such as `table_not_found`.
    pub code: String,
    /// What happened and what to do, for a person.
    pub message: String,
    /// The fields at fault, where the operator filled in a form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// DynamoDB's own name for it, such as `ResourceNotFoundException`, where the engine refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_code: Option<String>,
    /// Finds the cause in the server's log.
    pub request_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// Where: a path into the request such as `gsi[0].partition[0].name`.
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}
