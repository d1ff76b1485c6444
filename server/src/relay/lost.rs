//! Records that the relay never saw or cannot read: they are listed, since the group rows of their
//! conversations may stand behind until somebody writes there again.

use dynadesk_shared::{Item, Key};

use crate::engine::streams::Damaged;
use crate::store::NewAside;

/// Records went from a shard before they were read.
pub fn trimmed(shard: &str) -> NewAside {
    NewAside {
        name: format!("{RECORDS_TRIMMED}#{shard}"),
        key: Key(Item::new()),
        code: RECORDS_TRIMMED.to_owned(),
        reason: format!(
            "shard {shard} was not read to its end before the stream, which keeps records for 24 hours, let go of them: conversations whose \
             last message was there may stand behind until the next one. There is nothing to try again: dismiss this when they are looked after"
        ),
        item: None,
    }
}

/// Records that this version cannot read.
pub fn damaged(shard: &str, damaged: &[Damaged]) -> Vec<NewAside> {
    let one = |damaged: &Damaged| NewAside {
        name: format!("{shard}#{}", damaged.sequence_number),
        key: Key(Item::new()),
        code: "record_unreadable".to_owned(),
        reason: format!(
            "the record {} of shard {shard} cannot be read: {}. There is nothing to try again",
            damaged.sequence_number, damaged.why
        ),
        item: None,
    };
    damaged.iter().map(one).collect()
}

const RECORDS_TRIMMED: &str = "records_trimmed";
