//! An index for the records of streams. The embedded engine has none: at every write to a table with
//! a stream it would look for the last number among all records that it ever kept.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Tables and indexes of a file share their names, and no DynamoDB table can have a colon in its own.
const NAME: &str = "dynadesk::stream_records";

/// Makes the index in a file that the engine has opened, where it is not there yet. It is no part of
/// what the engine knows, and any program that opens the file keeps it.
pub fn make(file: &Path) -> rusqlite::Result<()> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    database.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS \"{NAME}\"
         ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id)"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use dynoxide::Database;

    use super::*;

    /// The questions of dynoxide 3.2.0 at a write and at a read.
    const ASKED: [&str; 2] = [
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 't'",
        "SELECT keys_json FROM _stream_records
         WHERE table_name = 't' AND shard_id = 's' AND CAST(sequence_number AS INTEGER) > 5
         ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 10",
    ];

    #[test]
    fn what_the_engine_asks_is_answered_by_the_index_and_the_file_opens_again() {
        let around = tempfile::TempDir::new().unwrap();
        let file = around.path().join("embedded.db");
        for _ in 0..2 {
            let _database = Database::new(&file.to_string_lossy()).unwrap();
            make(&file).unwrap();
        }
        let database = Connection::open(&file).unwrap();
        for asked in ASKED {
            let plan: String = database
                .query_row(&format!("EXPLAIN QUERY PLAN {asked}"), [], |row| row.get("detail"))
                .unwrap();
            assert!(plan.contains(NAME), "{plan}");
        }
        assert!(
            database
                .query_row("PRAGMA integrity_check", [], |row| Ok(row.get::<_, String>(0)? == "ok"))
                .unwrap()
        );
    }
}
