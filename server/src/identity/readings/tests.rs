#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::*;
use crate::store::StorePlace;

const NOW: i64 = 1_800_000_000_000_000;

#[derive(Debug)]
struct Words;

impl Kind for Words {
    type View = String;
    type Row = u32;
    const FORMER: bool = true;
}

/// Two servers and their clock.
struct Two {
    one: Readings<Words>,
    two: Readings<Words>,
    clock: Clock,
}

fn two() -> Two {
    let clock = Clock::system();
    clock.set(NOW);
    let store = Store::new(StorePlace::Own { file: None }, clock.clone());
    let server = |name: &str| {
        let shared = Shared {
            store: store.clone(),
            server: name.to_owned(),
            of: ReadingOf::pool("a"),
        };
        Readings::new(clock.clone(), Some(shared))
    };
    Two {
        one: server("one"),
        two: server("two"),
        clock,
    }
}

async fn begin(server: &Readings<Words>) -> (Head<String>, bool) {
    server.begin(|_, _| "begun".to_owned()).await.unwrap()
}

async fn end(server: &Readings<Words>, id: &str, rows: &[u32]) {
    let rows = Some(Arc::new(rows.to_vec()));
    server.end(id, Stage::Ready, "read".to_owned(), rows).await;
}

/// The newest with its rows.
async fn seen(server: &Readings<Words>) -> (Head<String>, Vec<u32>) {
    let head = server.newest().await.unwrap().unwrap();
    let rows = server.rows(&head).await.unwrap().unwrap();
    (head, rows.to_vec())
}

#[tokio::test]
async fn one_reads_and_both_have_it() {
    let site = two();
    let (head, is_new) = begin(&site.one).await;
    assert!(is_new);
    assert_eq!(begin(&site.two).await, (head.clone(), false));
    end(&site.one, &head.id, &[1, 2]).await;
    for server in [&site.one, &site.two] {
        let (newest, rows) = seen(server).await;
        assert_eq!((&newest.id, newest.view.as_str(), rows), (&head.id, "read", vec![1, 2]));
    }
    // The rows before are shown until there are new ones, and stay where there are none.
    let (next, _) = begin(&site.two).await;
    assert_eq!(seen(&site.one).await.1, [1, 2]);
    site.two.end(&next.id, Stage::Failed, "failed".to_owned(), None).await;
    let (failed, rows) = seen(&site.one).await;
    assert_eq!((failed.view.as_str(), rows), ("failed", vec![1, 2]));
}

#[tokio::test]
async fn whoever_stood_still_takes_nobodys_place() {
    let site = two();
    let (first, _) = begin(&site.one).await;
    site.clock.set(NOW + STUCK);
    let why = site.two.given_up(&first).unwrap();
    assert!(why.contains("(one) has gone"), "{why}");
    let (second, is_new) = begin(&site.two).await;
    assert!(is_new && second.id != first.id);
    // It hears of that while it reads, and gives up.
    site.one.while_read(&first.id, std::future::pending()).await;
    end(&site.one, &first.id, &[1]).await;
    assert_eq!(seen(&site.one).await.0, second);
    end(&site.two, &second.id, &[2]).await;
    assert_eq!(seen(&site.one).await.1, [2]);
}

#[tokio::test]
async fn one_that_ends_late_takes_nobodys_place_either() {
    let site = two();
    let (first, _) = begin(&site.one).await;
    site.clock.set(NOW + STUCK);
    let (second, _) = begin(&site.two).await;
    end(&site.two, &second.id, &[2]).await;
    end(&site.one, &first.id, &[1]).await;
    for server in [&site.one, &site.two] {
        assert_eq!((seen(server).await.0.id, seen(server).await.1), (second.id.clone(), vec![2]));
    }
}

#[tokio::test]
async fn how_far_it_is_comes_to_the_other() {
    let site = two();
    let (head, _) = begin(&site.one).await;
    let reading = async {
        site.one.change(&head.id, |view| *view = "half".to_owned());
        while site.two.newest().await.unwrap().unwrap().view != "half" {
            tokio::task::yield_now().await;
        }
    };
    site.one.while_read(&head.id, reading).await;
    assert_eq!(begin(&site.two).await.0.view, "half");
}

#[tokio::test]
async fn what_is_read_beside_a_plan_gives_way_to_what_was_begun_later() {
    let site = two();
    site.clock.set(NOW + 1);
    let (head, _) = begin(&site.one).await;
    site.two.put(NOW, "older".to_owned(), Arc::new(vec![1])).await;
    assert_eq!(seen(&site.two).await.0, head);
    site.two.put(NOW + 2, "newer".to_owned(), Arc::new(vec![2])).await;
    for server in [&site.one, &site.two] {
        let (newest, rows) = seen(server).await;
        assert_eq!((newest.view.as_str(), rows), ("newer", vec![2]));
    }
}

#[tokio::test]
async fn a_server_alone_needs_no_store() {
    let clock = Clock::system();
    clock.set(NOW);
    let alone: Readings<Words> = Readings::new(clock.clone(), None);
    assert_eq!(alone.newest().await.unwrap(), None);
    let (head, _) = begin(&alone).await;
    assert_eq!(begin(&alone).await, (head.clone(), false));
    end(&alone, &head.id, &[1]).await;
    assert_eq!((seen(&alone).await.0.id, seen(&alone).await.1), (head.id.clone(), vec![1]));
    let (next, is_new) = begin(&alone).await;
    assert!(is_new);
    assert_eq!(seen(&alone).await.1, [1]);
    clock.set(NOW + STUCK);
    assert_eq!(alone.given_up(&next), None, "it still reads");
    assert!(begin(&alone).await.1);
    alone.put(NOW + STUCK, "beside".to_owned(), Arc::new(vec![2])).await;
    let (newest, rows) = seen(&alone).await;
    assert_eq!((newest.view.as_str(), rows), ("beside", vec![2]));
    alone.spend(&newest.id).await;
    assert_eq!(alone.newest().await.unwrap(), None);
}
