use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::relay::RelayProgress;
use dynadesk_shared::api::streams::ShardView;

use super::*;

#[test]
fn parents_come_before_their_children() {
    let shard = |id: &str, parent: Option<&str>| ShardView {
        id: id.to_owned(),
        parent: parent.map(str::to_owned),
        ..ShardView::default()
    };
    let stream = StreamView {
        arn: "arn/stream/1".to_owned(),
        table: "t".to_owned(),
        status: "ENABLED".to_owned(),
        view_type: "NEW_IMAGE".to_owned(),
        shards: vec![
            shard("a", Some("trimmed")),
            shard("b", Some("a")),
            shard("c", Some("a")),
            shard("d", Some("c")),
        ],
        exchange: Exchange {
            operation: String::new(),
            request: serde_json::Value::Null,
            index: None,
            consumed: None,
            split: None,
            took_ms: 0,
        },
    };
    let row = |name: &str, position| ShardRow {
        name: name.to_owned(),
        owner: None,
        until: 0,
        fence: 1,
        progress: RelayProgress {
            position: Some(position),
            ..RelayProgress::default()
        },
    };
    let rows = [
        row("1#a", ShardPosition::TrimHorizon),
        row("1#trimmed", ShardPosition::TrimHorizon),
        row("1#read", ShardPosition::Done),
        row("0#older", ShardPosition::TrimHorizon),
    ];
    let gone: Vec<&str> = unlisted(&rows, &stream).into_iter().map(|row| row.name.as_str()).collect();
    assert_eq!(gone, ["1#trimmed"]);
    assert_eq!(unfinished(&rows, Some("arn/stream/1")), BTreeSet::from(["0".to_owned()]));
    assert_eq!(unfinished(&rows, None).len(), 2);
    assert_eq!(ready(&stream, |_| false), ["a"]);
    assert_eq!(ready(&stream, |shard| shard == "a"), ["b", "c"]);
    assert_eq!(ready(&stream, |shard| matches!(shard, "a" | "c")), ["b", "d"]);
    assert_eq!(row_name("x:table/t/stream/2026-01-01", "s-1"), "2026-01-01#s-1");
}

#[test]
fn an_older_stream_is_read_on_unless_its_table_was_dropped() {
    let look = Look {
        table: Some("arn:table/t".to_owned()),
        made_at: time::parse_iso("2026-01-02T00:00:00Z"),
        ..Look::default()
    };
    let of = |label: &str| look.of_this_table(label);
    assert_eq!(
        of("2026-01-02T10:00:00.123").as_deref(),
        Some("arn:table/t/stream/2026-01-02T10:00:00.123")
    );
    assert_eq!(of("2026-01-01T10:00:00.123"), None);
}
