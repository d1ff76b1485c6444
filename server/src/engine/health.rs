//! Whether an engine answers at all.

use super::{Engine, EngineError};

impl Engine {
    /// Asks for one table name, the cheapest question that every engine answers.
    pub async fn ping(&self) -> Result<(), EngineError> {
        self.client().list_tables().limit(1).send().await?;
        Ok(())
    }
}
