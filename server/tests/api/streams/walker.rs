//! The walker against a stand-in at the wire that does what AWS does on its bad days.

use dynadesk_server::clock::Clock;
use dynadesk_server::streams::{Gap, Start, Step, Walker};
use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::streams::{Positions, ShardPosition};

use crate::support::stream_fake::{ARN, StreamFake, UNREADABLE, number};

fn walk(fake: &StreamFake, start: Start) -> Walker {
    Walker::new(fake.engine(), ARN, start, Clock::system())
}

/// What a walk gave: keys in their order, gaps, refusals.
#[derive(Default)]
struct Seen {
    keys: Vec<String>,
    gaps: Vec<Gap>,
    troubles: usize,
    ended: bool,
}

/// Takes steps until what was seen is enough.
async fn until(walker: &mut Walker, enough: impl Fn(&Seen) -> bool) -> Seen {
    let mut seen = Seen::default();
    while !enough(&seen) {
        match walker.next().await.unwrap() {
            Step::Batch(batch) => {
                let key = |record: &dynadesk_shared::api::streams::StreamRecord| match &record.key["pk"] {
                    AttributeValue::S(text) => text.clone(),
                    other => panic!("{other:?}"),
                };
                seen.keys.extend(batch.records.iter().map(key));
                seen.gaps.extend(batch.gap);
            }
            Step::Trouble { .. } => seen.troubles += 1,
            Step::End => {
                seen.ended = true;
                return seen;
            }
        }
    }
    seen
}

async fn keys(walker: &mut Walker, count: usize) -> Vec<String> {
    until(walker, |seen| seen.keys.len() >= count).await.keys
}

#[tokio::test]
async fn parents_come_before_children_and_the_walk_ends_with_the_stream() {
    let fake = StreamFake::start().await;
    for (shard, parent) in [("s3", Some("s2")), ("s4", Some("s2")), ("s2", Some("s1")), ("s1", Some("trimmed"))] {
        fake.shard(shard, parent);
    }
    fake.write("s3", &["e"]);
    fake.write("s4", &["f"]);
    fake.write("s2", &["c", "d"]);
    fake.write("s1", &["a", "b"]);
    fake.close("s1");
    fake.close("s2");
    let mut walker = walk(&fake, Start::TrimHorizon);
    let mut seen = keys(&mut walker, 6).await;
    assert_eq!(seen[..4], ["a", "b", "c", "d"]);
    seen[4..].sort();
    assert_eq!(seen[4..], ["e", "f"]);
    assert_eq!(walker.positions().into_keys().collect::<Vec<_>>(), ["s3", "s4"]);
    fake.turn_off();
    assert!(until(&mut walker, |_| false).await.ended);
}

#[tokio::test]
async fn a_split_is_followed_while_it_happens() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    fake.write("s1", &["a"]);
    let mut walker = walk(&fake, Start::TrimHorizon);
    assert_eq!(keys(&mut walker, 1).await, ["a"]);
    fake.write("s1", &["b"]);
    fake.close("s1");
    fake.shard("s2", Some("s1"));
    fake.write("s2", &["c"]);
    assert_eq!(keys(&mut walker, 2).await, ["b", "c"]);
}

#[tokio::test]
async fn an_expired_iterator_is_renewed_after_the_last_record() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    fake.write("s1", &["a", "b"]);
    let mut walker = walk(&fake, Start::TrimHorizon);
    assert_eq!(keys(&mut walker, 2).await, ["a", "b"]);
    fake.expire_iterators();
    fake.write("s1", &["c"]);
    let seen = until(&mut walker, |seen| !seen.keys.is_empty()).await;
    assert_eq!((seen.keys, seen.gaps.len(), seen.troubles), (vec!["c".to_owned()], 0, 0));
    assert_eq!(fake.log(), ["s1 TRIM_HORIZON", "s1 AFTER_SEQUENCE_NUMBER"]);
}

#[tokio::test]
async fn a_walk_from_now_that_has_read_nothing_yet_loses_nothing_to_an_expired_iterator() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    let clock = Clock::system();
    clock.set(1_700_000_000_700_000);
    let mut walker = Walker::new(fake.engine(), ARN, Start::Now, clock);
    let Step::Batch(batch) = walker.next().await.unwrap() else {
        panic!()
    };
    assert_eq!(batch.position, ShardPosition::Since(1_700_000_000_000_000));
    fake.write("s1", &["a"]);
    fake.expire_iterators();
    assert_eq!(keys(&mut walker, 1).await, ["a"]);
    assert_eq!(fake.log(), ["s1 LATEST", "s1 TRIM_HORIZON"]);
}

#[tokio::test]
async fn trimmed_records_are_a_gap_that_is_said() {
    // Also where the call that follows is refused.
    for refusals in [0, 1] {
        let fake = StreamFake::start().await;
        fake.shard("s1", None);
        fake.write("s1", &["a", "b", "c"]);
        fake.trim("s1");
        fake.write("s1", &["d"]);
        fake.throttle(refusals);
        let kept = Positions::from([("s1".to_owned(), ShardPosition::After(number(1)))]);
        let seen = until(&mut walk(&fake, Start::At(kept)), |seen| !seen.keys.is_empty()).await;
        assert_eq!(seen.keys, ["d"]);
        let gap = Gap {
            shard: "s1".to_owned(),
            after: ShardPosition::After(number(1)),
        };
        assert_eq!(seen.gaps, [gap]);
    }
}

#[tokio::test]
async fn a_record_that_nobody_can_read_is_a_gap_and_holds_nothing_up() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    fake.write("s1", &["a", UNREADABLE]);
    let mut walker = walk(&fake, Start::TrimHorizon);
    let first = until(&mut walker, |seen| !seen.keys.is_empty()).await;
    assert_eq!((first.keys, first.gaps.len()), (vec!["a".to_owned()], 1));
    assert_eq!(walker.all_positions()["s1"], ShardPosition::After(number(2)));
    fake.write("s1", &["b"]);
    assert_eq!(keys(&mut walker, 1).await, ["b"]);
}

#[tokio::test]
async fn a_shard_that_is_gone_is_a_gap_and_its_children_are_read() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    fake.write("s1", &["a"]);
    let mut walker = walk(&fake, Start::TrimHorizon);
    assert_eq!(keys(&mut walker, 1).await, ["a"]);
    fake.forget("s1");
    fake.shard("s2", Some("s1"));
    fake.write("s2", &["x"]);
    let seen = until(&mut walker, |seen| !seen.keys.is_empty()).await;
    assert_eq!(seen.keys, ["x"]);
    assert_eq!(seen.gaps.len(), 1);
}

#[tokio::test]
async fn refusals_and_empty_pages_only_take_time() {
    let fake = StreamFake::start().await;
    fake.shard("s1", None);
    fake.write("s1", &["a", "b"]);
    fake.empty_pages("s1", 3);
    fake.throttle(4);
    let mut walker = walk(&fake, Start::TrimHorizon);
    let seen = until(&mut walker, |seen| seen.keys.len() >= 2).await;
    assert_eq!(seen.keys, ["a", "b"]);
    assert!(seen.troubles >= 1);
    assert!(fake.reads("s1") >= 4);
}

#[tokio::test]
async fn any_position_can_be_gone_on_from() {
    let fake = StreamFake::start().await;
    let all: Vec<String> = (0..3000).map(|at| format!("k{at:04}")).collect();
    let (first, second): (Vec<&str>, Vec<&str>) = (
        all[..1500].iter().map(String::as_str).collect(),
        all[1500..].iter().map(String::as_str).collect(),
    );
    fake.shard("s1", None);
    fake.write("s1", &first);
    fake.close("s1");
    fake.shard("s2", Some("s1"));
    fake.write("s2", &second);
    let mut start = Start::TrimHorizon;
    let mut seen = Vec::new();
    while seen.len() < all.len() {
        let mut walker = walk(&fake, start);
        seen.extend(keys(&mut walker, 1).await);
        start = Start::At(walker.positions());
    }
    assert_eq!(seen, all);
}
