//! Updates and deletions of single rows that nobody looks at: they build no request to show.

use dynadesk_shared::Key;

use super::request::{names_to_sdk, values_to_sdk};
use super::transact::Condition;
use crate::engine::Engine;
use crate::engine::convert::item_to_sdk;
use crate::engine::error::EngineError;

impl Engine {
    /// Changes one row where the condition holds; it is text over the placeholders of the update.
    pub async fn update_row(&self, table: &str, key: &Key, update: &Condition, condition: &str) -> Result<(), EngineError> {
        self.client()
            .update_item()
            .table_name(table)
            .set_key(Some(item_to_sdk(&key.0)))
            .update_expression(&update.text)
            .condition_expression(condition)
            .set_expression_attribute_names(names_to_sdk(&update.names))
            .set_expression_attribute_values(values_to_sdk(&update.values))
            .send()
            .await?;
        Ok(())
    }

    /// Deletes one row where the condition holds.
    pub async fn delete_row(&self, table: &str, key: &Key, condition: Option<&Condition>) -> Result<(), EngineError> {
        let mut delete = self.client().delete_item().table_name(table).set_key(Some(item_to_sdk(&key.0)));
        if let Some(condition) = condition {
            delete = delete
                .condition_expression(&condition.text)
                .set_expression_attribute_names(names_to_sdk(&condition.names))
                .set_expression_attribute_values(values_to_sdk(&condition.values));
        }
        delete.send().await?;
        Ok(())
    }
}
