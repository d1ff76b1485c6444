//! Access patterns of a table.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::patterns::{Measured, PatternDelete, PatternList, PatternMeasured, PatternSave, PatternView, PatternsImport};

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("get", paths::PATTERNS, "patterns", "The access patterns of a table")
        .answers::<PatternList>();
    api.add("post", paths::PATTERNS, "save_pattern", "Saves an access pattern")
        .takes::<PatternSave>()
        .answers::<PatternView>();
    api.add("delete", paths::PATTERN, "delete_pattern", "Deletes one that is as it was seen")
        .takes::<PatternDelete>()
        .answers::<()>();
    api.add("post", paths::PATTERNS_IMPORT, "import_patterns", "Saves all of them, or none")
        .takes::<PatternsImport>()
        .answers::<PatternList>();
    api.add("post", paths::PATTERNS_MEASURED, "measured_pattern", "Keeps what a run of one cost")
        .takes::<PatternMeasured>()
        .answers::<Measured>();
}
