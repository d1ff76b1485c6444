//! Messages from writers that never stop, through servers that are killed, and the proof that in the end
//! there is one group row for each participant and conversation, each at its newest message.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
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

use super::{TABLE, group_row, message, table};

/// Where servers listen; another place after each kill.
#[derive(Clone)]
pub struct Place {
    addresses: Arc<Mutex<Vec<String>>>,
    turn: Arc<AtomicUsize>,
    connection: &'static str,
}

impl Place {
    /// Nowhere yet.
    pub fn of(connection: &'static str) -> Self {
        Self {
            addresses: Arc::default(),
            turn: Arc::default(),
            connection,
        }
    }

    /// From now on these are asked, one after the other.
    pub fn move_to(&self, addresses: Vec<String>) {
        *self.addresses.lock().unwrap() = addresses;
    }

    /// One request; nothing where the server is gone or went away meanwhile.
    pub fn try_ask<A: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> Option<A> {
        let address = {
            let addresses = self.addresses.lock().unwrap();
            addresses[self.turn.fetch_add(1, Ordering::Relaxed) % addresses.len()].clone()
        };
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
    pub fn ask<A: DeserializeOwned>(&self, method: &str, path: &str, body: &impl Serialize) -> A {
        loop {
            match self.try_ask(method, path, body) {
                Some(answer) => return answer,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    pub fn view(&self) -> RelayView {
        self.ask("GET", &paths::fill(paths::RELAY, &[self.connection, TABLE]), &())
    }

    pub fn set(&self, on: bool) {
        let _: RelayView = self.ask(
            "PUT",
            &paths::fill(paths::RELAY, &[self.connection, TABLE]),
            &RelaySet { on, confirm: None },
        );
    }

    /// Writes new items; one that stands there already was written before the answer was lost.
    pub fn create(&self, items: &[Item]) {
        let changes = items.iter().map(|item| Change::Create { item: item.clone() }).collect();
        let write = ItemsWrite {
            changes,
            ..ItemsWrite::default()
        };
        let written: ItemsWritten = self.ask("POST", &paths::fill(paths::ITEMS_WRITE, &[self.connection, TABLE]), &write);
        for (outcome, item) in written.outcomes.iter().zip(items) {
            let stands = matches!(outcome, Outcome::Conflict { theirs: Some(theirs) } if theirs == item);
            assert!(stands || matches!(outcome, Outcome::Written { .. }), "{item:?}: {outcome:?}");
        }
    }

    pub fn items(&self) -> Vec<Item> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut asked = serde_json::json!({"limit": 1000});
            if let Some(cursor) = &cursor {
                asked["cursor"] = cursor.as_str().into();
            }
            let page: ItemsPage = self.ask("POST", &paths::fill(paths::ITEMS_SCAN, &[self.connection, TABLE]), &asked);
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return items;
            }
        }
    }
}

/// Numbers that look random and are the same in each run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

pub fn people(conversation: usize) -> [String; 2] {
    // Users take part in several conversations, so their partitions hold several rows.
    [format!("u{}", conversation % 20), format!("v{}", conversation % 23)]
}

/// A message of now, or of a little earlier: they do not arrive in the order of their times.
pub fn said(number: usize, conversation: usize, dice: &mut Dice) -> Item {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
    let at = if dice.roll(5) == 0 {
        now - dice.roll(3_000_000) as i64
    } else {
        now
    };
    // Two messages of a conversation never have one key: in 3 seconds fewer than a thousand are written.
    let at = at - at % 1000 + (number % 1000) as i64;
    let sk = match dice.roll(3) {
        0 => time::to_iso_naive(at),
        1 => format!("{}+02:00", time::to_iso_naive(at + 7_200_000_000)),
        _ => time::to_iso_offset(at),
    };
    let from = &people(conversation)[dice.roll(2) as usize];
    message(from, &format!("g{conversation}"), &sk, &format!("message {number}"))
}

/// All of the messages, from writers side by side, each waiting for its answer; how long it took.
pub fn write(place: &Place, (writers, conversations): (usize, usize), from: usize, count: usize) -> Duration {
    let (began, next) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let next = &next;
            scope.spawn(move || {
                let mut dice = Dice((from + writer) as u64);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let conversation = dice.roll(conversations as u64) as usize;
                    place.create(&[said(from + number, conversation, &mut dice)]);
                }
            });
        }
    });
    began.elapsed()
}

pub fn messages_of(view: &RelayView) -> u64 {
    view.shards.iter().map(|shard| shard.progress.messages).sum()
}

/// Waits until the relay has read everything.
pub fn settle(place: &Place) -> Duration {
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

/// Makes the table, with the group rows of all conversations.
pub fn begin(place: &Place, conversations: usize) {
    let create = TableCreate {
        request: table(Some("NEW_IMAGE")),
        ttl_attribute: None,
    };
    let _: serde_json::Value = place.ask("POST", &paths::fill(paths::TABLES, &[place.connection]), &create);
    let mut rows = Vec::new();
    for conversation in 0..conversations {
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
}

/// Each message once, and exactly one group row for each participant and conversation, at the newest message.
pub fn prove(when: &str, items: &[Item], written: usize, conversations: usize) -> Result<(), String> {
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
    if messages != written || rows.len() != conversations * 2 {
        return Err(format!(
            "{when}: {messages} messages where {written} were written, and group rows of {} participants",
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
