#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use dynadesk_shared::api::streams::ShardPosition;

use crate::clock::Clock;
use crate::store::{Store, StorePlace};

use super::*;

fn store() -> (Store, Clock) {
    let clock = Clock::system();
    clock.set(1_800_000_000_000_000);
    (Store::new(StorePlace::Own { file: None }, clock.clone()), clock)
}

fn after(number: &str) -> RelayProgress {
    RelayProgress {
        position: Some(ShardPosition::After(number.to_owned())),
        ..RelayProgress::default()
    }
}

#[tokio::test]
async fn one_owner_at_a_time_and_a_stale_one_cannot_commit() {
    let (store, clock) = store();
    let claim = async |owner: &str| store.relays().claim("c", "t", "s#1", owner).await.unwrap();
    let (first, begun) = claim("a").await.unwrap();
    assert_eq!(begun, RelayProgress::default());
    assert!(store.relays().keep(&first, &after("7")).await.unwrap());
    assert!(claim("b").await.is_none(), "held");

    clock.set(clock.now() + LEASE + 1);
    let (second, found) = claim("b").await.unwrap();
    assert_eq!(found, after("7"), "without a gap");
    assert!(!store.relays().keep(&first, &after("3")).await.unwrap(), "fenced");
    assert!(!store.relays().release(&first).await.unwrap());
    assert!(store.relays().keep(&second, &after("9")).await.unwrap());
    assert_eq!(store.relays().shards("c", "t").await.unwrap()[0].progress, after("9"));

    // Killed and started again, the same server need not wait for its own lease.
    let (again, _) = claim("b").await.unwrap();
    assert!(
        !store.relays().keep(&second, &after("1")).await.unwrap(),
        "its earlier life is fenced too"
    );
    assert!(store.relays().release(&again).await.unwrap());
    assert!(claim("a").await.is_some(), "let go of");
}

#[tokio::test]
async fn of_two_who_claim_at_once_one_gets_it() {
    let (store, _) = store();
    for _ in 0..3 {
        let relays = store.relays();
        let claims = ["a", "b", "c", "d"].map(|owner| relays.claim("c", "t", "s#1", owner));
        let got = futures_util::future::join_all(claims).await;
        let leases: Vec<_> = got.into_iter().filter_map(|claim| claim.unwrap()).collect();
        assert_eq!(leases.len(), 1);
        store.relays().release(&leases[0].0).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_set_aside_stays_until_it_is_dealt_with() {
    let (store, _) = store();
    let key = Key([("pk".to_owned(), s("MSG#g")), ("sk".to_owned(), s("x"))].into());
    let new = |name: &str, item: Option<Item>| NewAside {
        name: name.to_owned(),
        key: key.clone(),
        code: "c".to_owned(),
        reason: "r".to_owned(),
        item,
    };
    let huge: Item = [("text".to_owned(), s("x".repeat(399_000)))].into();
    let both = vec![new("s#1", Some(key.0.clone())), new("s#2", Some(huge))];
    store.relays().set_aside("c", "t", both.clone()).await.unwrap();
    store.relays().set_aside("c", "t", both).await.unwrap();
    let (found, more) = store.relays().asides("c", "t").await.unwrap();
    assert_eq!((found.len(), more), (2, false));
    assert_eq!((found[0].item.as_ref(), found[1].item.as_ref()), (Some(&key.0), None));
    let id = &found[0].id;
    store.relays().tried("c", "t", id, "c2", "r2").await.unwrap();
    let one = store.relays().aside("c", "t", id).await.unwrap();
    assert_eq!((one.retries, one.reason.as_str()), (1, "r2"));
    store.relays().dismiss("c", "t", id).await.unwrap();
    for gone in [
        store.relays().dismiss("c", "t", id).await,
        store.relays().dismiss("c", "t", "?").await,
    ] {
        assert_eq!(gone.unwrap_err().code, "aside_not_found");
    }
    assert!(store.relays().asides("c", "other").await.unwrap().0.is_empty());
}
