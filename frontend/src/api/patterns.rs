//! Access patterns of a table.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::patterns::{Measured, PatternDelete, PatternList, PatternMeasured, PatternSave, PatternView, PatternsImport};

use super::{ApiFailure, delete, get, post};

pub async fn list(connection: &str, table: &str) -> Result<PatternList, ApiFailure> {
    get(&paths::fill(paths::PATTERNS, &[connection, table])).await
}

pub async fn save(connection: &str, table: &str, asked: &PatternSave) -> Result<PatternView, ApiFailure> {
    post(&paths::fill(paths::PATTERNS, &[connection, table]), asked).await
}

pub async fn remove(connection: &str, table: &str, id: &str, version: String) -> Result<(), ApiFailure> {
    let path = paths::fill(paths::PATTERN, &[connection, table, id]);
    delete(&path, &PatternDelete { version }).await
}

/// Saves all of them, or none.
pub async fn import(connection: &str, table: &str, asked: &PatternsImport) -> Result<PatternList, ApiFailure> {
    post(&paths::fill(paths::PATTERNS_IMPORT, &[connection, table]), asked).await
}

pub async fn measured(connection: &str, table: &str, asked: &PatternMeasured) -> Result<Measured, ApiFailure> {
    post(&paths::fill(paths::PATTERNS_MEASURED, &[connection, table]), asked).await
}
