//! The proof: writers that never stop, a server that is killed again and again, and at the end one
//! group row for each participant and conversation, each at its newest message. A small one runs with
//! the tests; `cargo xtask soak` runs it with 10,000 messages and 20 kills, and prints the rates.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::{RelaySet, RelayView};
use dynadesk_shared::api::tables::TableCreate;
use dynadesk_shared::api::writes::{Change, ItemsWrite, ItemsWritten, Outcome};
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::{Item, time};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::{TABLE, group_row, message, table};
use crate::process::Server;
use crate::support::LOCAL;

struct Size {
    messages: usize,
    conversations: usize,
    writers: usize,
    kills: usize,
    /// Messages that wait while the relay is off, to see how fast it is by itself.
    backlog: usize,
}

impl Size {
    /// As the environment says; small where it says nothing.
    fn of_environment() -> Self {
        let number = |name: &str, small: usize| std::env::var(name).map_or(small, |text| text.parse().unwrap());
        Self {
            messages: number("DYNADESK_SOAK_MESSAGES", 600),
            conversations: number("DYNADESK_SOAK_CONVERSATIONS", 30),
            writers: number("DYNADESK_SOAK_WRITERS", 8),
            kills: number("DYNADESK_SOAK_KILLS", 3),
            backlog: number("DYNADESK_SOAK_BACKLOG", 200),
        }
    }
}

/// Where the server listens; another place after each kill.
#[derive(Clone, Default)]
struct Place(Arc<Mutex<String>>);

impl Place {
    /// One request; nothing where the server is gone or went away meanwhile.
    fn try_ask<A: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> Option<A> {
        let address = self.0.lock().unwrap().clone();
        let body = serde_json::to_string(body).unwrap();
        let mut stream = TcpStream::connect(&address).ok()?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n")?;
        if !head.starts_with("HTTP/1.1 2") {
            // A store or an engine that is still opening.
            assert!(head.starts_with("HTTP/1.1 50"), "{answer}");
            return None;
        }
        serde_json::from_str(body).ok()
    }

    /// The same until it is answered.
    fn ask<A: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> A {
        loop {
            match self.try_ask(method, path, body) {
                Some(answer) => return answer,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    fn view(&self) -> RelayView {
        self.ask("GET", &paths::fill(paths::RELAY, &[LOCAL, TABLE]), &())
    }

    fn set(&self, on: bool) {
        let _: RelayView = self.ask("PUT", &paths::fill(paths::RELAY, &[LOCAL, TABLE]), &RelaySet { on, confirm: None });
    }

    /// Writes new items; one that stands there already was written before the answer was lost.
    fn create(&self, items: &[Item]) {
        let changes = items.iter().map(|item| Change::Create { item: item.clone() }).collect();
        let write = ItemsWrite {
            changes,
            together: false,
            group: None,
        };
        let written: ItemsWritten = self.ask("POST", &paths::fill(paths::ITEMS_WRITE, &[LOCAL, TABLE]), &write);
        for (outcome, item) in written.outcomes.iter().zip(items) {
            let stands = matches!(outcome, Outcome::Conflict { theirs: Some(theirs) } if theirs == item);
            assert!(stands || matches!(outcome, Outcome::Written { .. }), "{outcome:?}");
        }
    }

    fn items(&self) -> Vec<Item> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut asked = serde_json::json!({"limit": 1000});
            if let Some(cursor) = &cursor {
                asked["cursor"] = cursor.as_str().into();
            }
            let page: ItemsPage = self.ask("POST", &paths::fill(paths::ITEMS_SCAN, &[LOCAL, TABLE]), &asked);
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return items;
            }
        }
    }
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn people(conversation: usize) -> [String; 2] {
    // Users take part in several conversations, so their partitions hold several rows.
    [format!("u{}", conversation % 20), format!("v{}", conversation % 23)]
}

/// A message of now, or of a little earlier: they do not arrive in the order of their times.
fn said(number: usize, conversation: usize, dice: &mut Dice) -> Item {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
    let at = if dice.roll(5) == 0 {
        now - dice.roll(3_000_000) as i64
    } else {
        now
    };
    let sk = match dice.roll(3) {
        0 => time::to_iso_naive(at),
        1 => format!("{}+02:00", time::to_iso_naive(at + 7_200_000_000)),
        _ => time::to_iso_offset(at),
    };
    let from = &people(conversation)[dice.roll(2) as usize];
    message(from, &format!("g{conversation}"), &sk, &format!("message {number}"))
}

/// All of the messages, from writers side by side, each waiting for its answer; how long it took.
fn write(place: &Place, size: &Size, from: usize, count: usize) -> Duration {
    let (began, next) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for writer in 0..size.writers {
            let next = &next;
            scope.spawn(move || {
                let mut dice = Dice((from + writer) as u64);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let conversation = dice.roll(size.conversations as u64) as usize;
                    place.create(&[said(from + number, conversation, &mut dice)]);
                }
            });
        }
    });
    began.elapsed()
}

fn messages_of(view: &RelayView) -> u64 {
    view.shards.iter().map(|shard| shard.progress.messages).sum()
}

/// Waits until the relay has read everything.
fn settle(place: &Place) -> Duration {
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < 3 {
        assert!(began.elapsed() < Duration::from_secs(120), "not settled: {:#?}", place.view());
        let view = place.view();
        assert_eq!(view.aside, [], "nothing is set aside");
        let done = !view.shards.is_empty() && view.shards.iter().all(|shard| shard.owner.is_some() && shard.progress.caught_up);
        quiet = if done { quiet + 1 } else { 0 };
        std::thread::sleep(Duration::from_millis(300));
    }
    began.elapsed()
}

#[test]
fn killed_again_and_again_every_row_ends_at_its_newest_message() {
    let size = Size::of_environment();
    let directory = TempDir::new().unwrap();
    let start = || Server::start(&directory, &["--port", "0"], &[]);
    let mut server = start();
    let place = Place::default();
    let move_to = |server: &Server| server.address().clone_into(&mut place.0.lock().unwrap());
    move_to(&server);
    let create = TableCreate {
        request: table(Some("NEW_IMAGE")),
        ttl_attribute: None,
    };
    let _: serde_json::Value = place.ask("POST", &paths::fill(paths::TABLES, &[LOCAL]), &create);
    let mut rows = Vec::new();
    for conversation in 0..size.conversations {
        let [one, two] = people(conversation);
        let group = format!("g{conversation}");
        let at = |back: i64| time::to_iso_offset(1_700_000_000_000_000 + conversation as i64 * 1_000_000 - back * 3_600_000_000);
        rows.push(group_row(&one, &two, &group, &at(0)));
        rows.push(group_row(&two, &one, &group, &at(0)));
        if conversation % 5 == 0 {
            // What the original left behind.
            rows.push(group_row(&one, &two, &group, &at(1)));
        }
    }
    rows.chunks(100).for_each(|rows| place.create(rows));
    place.set(true);

    let (over, taken) = (AtomicBool::new(false), Mutex::new(Duration::ZERO));
    let mut kills = 0;
    std::thread::scope(|scope| {
        let (place, size, over, taken) = (&place, &size, &over, &taken);
        scope.spawn(move || {
            *taken.lock().unwrap() = write(place, size, 0, size.messages);
            over.store(true, Ordering::Release);
        });
        let mut dice = Dice(u64::from(std::process::id()));
        let mut done = 0;
        while kills < size.kills {
            // Each kill at a random moment of its share of the work, and the last ones at the latest
            // when the writers are done.
            let share = size.messages / (size.kills + 1);
            let wanted = (kills * share) as u64 + dice.roll(share as u64 + 1);
            while done < wanted && !over.load(Ordering::Acquire) {
                done = place
                    .view()
                    .shards
                    .iter()
                    .map(|shard| shard.progress.seen / 3)
                    .sum::<u64>()
                    .max(done + 1);
                std::thread::sleep(Duration::from_millis(dice.roll(40)));
            }
            server.kill();
            kills += 1;
            server = start();
            move_to(&server);
        }
    });
    let lag = settle(&place);
    let mut proven = vec![prove("after the kills", &place.items(), &size)];

    // How fast it is beside the writers, undisturbed.
    let before = messages_of(&place.view());
    let began = Instant::now();
    let beside = write(&place, &size, size.messages, size.backlog);
    until(&place, before + size.backlog as u64);
    let followed = began.elapsed();
    settle(&place);
    proven.push(prove("side by side", &place.items(), &size));

    // How fast it is by itself: the backlog of a while in which it was off.
    place.set(false);
    let before = messages_of(&place.view());
    let alone = write(&place, &size, size.messages + size.backlog, size.backlog);
    let began = Instant::now();
    place.set(true);
    until(&place, before + size.backlog as u64);
    let drained = began.elapsed();
    settle(&place);
    proven.push(prove("after a backlog", &place.items(), &size));

    let rate = |count: usize, took: Duration| (count as f64 / took.as_secs_f64()).round();
    let fault = proven.iter().find_map(|proof| proof.as_ref().err());
    println!(
        "soak: {} messages over {} conversations from {} writers, {kills} kills; then {} side by side, and {} while the relay was off\n\
         soak:                       writers        relay\n\
         soak: through the kills     {:>5} a second settled {:.1} s after the last message\n\
         soak: side by side          {:>5} a second {} a second, done {:.1} s after the last message\n\
         soak: relay off, then on    {:>5} a second {} a second, from the moment it was turned on\n\
         soak: {}",
        size.messages,
        size.conversations,
        size.writers,
        size.backlog,
        size.backlog,
        rate(size.messages, *taken.lock().unwrap()),
        lag.as_secs_f64(),
        rate(size.backlog, beside),
        rate(size.backlog, followed),
        followed.saturating_sub(beside).as_secs_f64(),
        rate(size.backlog, alone),
        rate(size.backlog, drained),
        match fault {
            None => format!(
                "PASS: each of {} participants has one group row, at the newest message; looked at three times",
                size.conversations * 2
            ),
            Some(fault) => format!("FAIL: {fault}"),
        },
    );
    assert_eq!(fault, None);
}

/// Waits until the relay has dealt with so many messages.
fn until(place: &Place, messages: u64) {
    let began = Instant::now();
    while messages_of(&place.view()) < messages {
        assert!(began.elapsed() < Duration::from_secs(300), "not done: {:#?}", place.view());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Exactly one group row for each participant and conversation, at the newest message.
fn prove(when: &str, items: &[Item], size: &Size) -> Result<(), String> {
    let mut newest = BTreeMap::<String, (i64, String)>::new();
    let mut rows = BTreeMap::<(String, String), Vec<(i64, String)>>::new();
    let mut messages = 0;
    for row in items.iter().filter_map(cruddur::row) {
        match row {
            Row::Message(message) => {
                messages += 1;
                let one = (message.at_micros.unwrap(), message.text);
                let held = newest.entry(message.group).or_insert_with(|| one.clone());
                if one.0 > held.0 {
                    *held = one;
                }
            }
            Row::Group(view) => rows
                .entry((view.group, view.owner))
                .or_default()
                .push((view.at_micros.unwrap(), view.last_message)),
        }
    }
    if messages < size.messages || rows.len() != size.conversations * 2 {
        return Err(format!(
            "{when}: {messages} messages, and group rows of {} participants",
            rows.len()
        ));
    }
    for ((group, owner), found) in rows {
        let right = match newest.get(&group) {
            Some(expected) => found == [expected.clone()],
            None => found.len() == 1,
        };
        if !right {
            return Err(format!(
                "{when}: {owner} in {group} has {found:?}, and the newest is {:?}",
                newest.get(&group)
            ));
        }
    }
    Ok(())
}
