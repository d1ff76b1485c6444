//! The proof for several servers: three of them share a store and a table over one engine, seeds and messages
//! come without end, and again and again one of them is killed. Each job of a dead server must go on elsewhere
//! within 30 seconds, and in the end each item is there once and each group row at its newest message. A small
//! one runs with the tests; `cargo xtask soak` runs it with 30 kills.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::RelayView;
use dynadesk_shared::api::seed::{OnCollision, SeedRequest};
use tempfile::TempDir;

use crate::process::Server;
use crate::relay::load::{self, Dice, Place, prove, settle, write};
use crate::support::pk_sk_table;
use crate::support::seed::{request, text};
use crate::support::served::{SHARED, Served};

const SERVERS: usize = 3;
const SEEDED: &str = "seeded";
/// As promised; beside all other tests nothing is that quick for sure.
fn takeover() -> Duration {
    let alone = std::env::var("DYNADESK_SOAK_SERVER_KILLS").is_ok();
    Duration::from_secs(if alone { 30 } else { 180 })
}

struct Size {
    kills: usize,
    messages: usize,
    conversations: usize,
    writers: usize,
    /// Jobs at once, one after the other until the kills are over.
    seeders: usize,
    items: usize,
}

impl Size {
    /// As the environment says; small where it says nothing.
    fn of_environment() -> Self {
        let number = |name: &str, small: usize| std::env::var(name).map_or(small, |text| text.parse().unwrap());
        Self {
            kills: number("DYNADESK_SOAK_SERVER_KILLS", 1),
            messages: number("DYNADESK_SOAK_SERVER_MESSAGES", 200),
            conversations: 20,
            writers: 2,
            seeders: 2,
            items: number("DYNADESK_SOAK_SERVER_ITEMS", 1_500),
        }
    }
}

/// A server with a directory of its own, which it has again after it was killed.
struct Slot {
    directory: TempDir,
    server: Option<Server>,
}

impl Slot {
    fn new(url: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let toml = format!(
            "[[connection]]\nname = \"{SHARED}\"\nkind = \"endpoint\"\nurl = \"{url}\"\nregion = \"us-east-1\"\naccess_key_id = \"k\"\n\
             secret_access_key_env = \"SECRET\"\n\n[store]\nconnection = \"{SHARED}\"\n"
        );
        std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
        Self { directory, server: None }
    }

    fn start(&mut self) {
        self.server = Some(Server::start(&self.directory, &["--port", "0"], &[("SECRET", "s")]));
    }

    /// What it is called in leases.
    fn name(&self) -> String {
        let file = self.directory.path().join(".dynadesk/server-name");
        std::fs::read_to_string(file).unwrap().trim().to_owned()
    }
}

fn move_to(place: &Place, slots: &[Slot]) {
    let up = slots.iter().filter_map(|slot| slot.server.as_ref());
    place.move_to(up.map(|server| server.address().to_owned()).collect());
}

fn source(job: usize, items: usize) -> SeedRequest {
    let lines: String = (0..items)
        .map(|n| format!("{{\"pk\": \"{job}\", \"sk\": \"{n:06}\", \"n\": {n}}}\n"))
        .collect();
    SeedRequest {
        on_collision: OnCollision::Replace,
        ..request(text(lines))
    }
}

fn jobs(place: &Place) -> BTreeMap<String, JobView> {
    let list: JobList = place.ask("GET", paths::JOBS, &());
    list.jobs.into_iter().map(|job| (job.id.clone(), job)).collect()
}

/// One seed after the other, each to its end, until nobody wants more.
fn seed(place: &Place, size: &Size, next: &AtomicUsize, over: &AtomicBool) {
    while !over.load(Ordering::Acquire) {
        let request = source(next.fetch_add(1, Ordering::Relaxed), size.items);
        // Where the answer is lost a second job writes the same: its items are there already.
        let job: JobView = place.ask("POST", &paths::fill(paths::SEED, &[SHARED, SEEDED]), &request);
        loop {
            let view: JobView = place.ask("GET", &paths::fill(paths::JOB, &[&job.id]), &());
            if view.state.is_over() {
                assert_eq!((view.state, &view.error), (JobState::Done, &None));
                let done = &view.progress;
                assert_eq!(
                    (done.processed, done.written + done.unchanged),
                    (size.items as u64, size.items as u64)
                );
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The servers that work on a job at this moment, by name.
fn at_jobs(jobs: &BTreeMap<String, JobView>) -> BTreeSet<String> {
    let running = jobs.values().filter(|job| !job.state.is_over());
    running.filter_map(|job| job.server.clone()).collect()
}

/// The servers that work a shard of the relay.
fn at_shards(view: &RelayView) -> BTreeSet<String> {
    view.shards.iter().filter_map(|shard| shard.owner.clone()).collect()
}

/// Who is killed next: every other time whoever works the relay or a job, in turn, and else anybody.
fn victim(place: &Place, slots: &[Slot], kill: usize, dice: &mut Dice) -> usize {
    loop {
        let holders = match kill % 4 {
            0 => at_shards(&place.view()),
            2 => at_jobs(&jobs(place)),
            _ => return dice.roll(slots.len() as u64) as usize,
        };
        let holding: Vec<_> = (0..slots.len()).filter(|at| holders.contains(&slots[*at].name())).collect();
        if !holding.is_empty() {
            return holding[dice.roll(holding.len() as u64) as usize];
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// How long after `began` each of these jobs has moved or ended.
fn moved(place: &Place, before: &BTreeMap<String, JobView>, began: Instant) -> Duration {
    loop {
        let now = jobs(place);
        let waits = before.values().filter(|job| !job.state.is_over()).find(|job| {
            let same = |now: &&JobView| !now.state.is_over() && now.progress.processed == job.progress.processed;
            now.get(&job.id).filter(same).is_some()
        });
        let Some(waits) = waits else { return began.elapsed() };
        assert!(began.elapsed() < takeover(), "nobody goes on with {waits:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// How long after `began` the relay has moved rows again: messages come without end.
fn relayed(place: &Place, before: u64, began: Instant) -> Duration {
    while load::messages_of(&place.view()) <= before {
        assert!(began.elapsed() < takeover(), "nobody goes on with the relay");
        std::thread::sleep(Duration::from_millis(100));
    }
    began.elapsed()
}

#[test]
fn one_of_three_is_killed_again_and_again_and_nothing_is_lost() {
    let size = Size::of_environment();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let served = runtime.block_on(Served::start(None));
    let mut slots: Vec<Slot> = (0..SERVERS).map(|_| Slot::new(&served.url)).collect();
    slots.iter_mut().for_each(Slot::start);
    let place = Place::of(SHARED);
    move_to(&place, &slots);
    load::begin(&place, size.conversations);
    let create = serde_json::json!({"request": pk_sk_table(SEEDED)});
    let _: serde_json::Value = place.ask("POST", &paths::fill(paths::TABLES, &[SHARED]), &create);
    place.set(true);

    let (over, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (taken, relays) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    // Kills that met the server of a job, of a shard of the relay, of any of both.
    let mut met = (0, 0, 0);
    let mut messages = 0;
    std::thread::scope(|scope| {
        let (place, size, over, next, met) = (&place, &size, &over, &next, &mut met);
        let written = scope.spawn(move || {
            let mut written = 0;
            while written == 0 || !over.load(Ordering::Acquire) {
                write(place, (size.writers, size.conversations), written, size.messages);
                written += size.messages;
            }
            written
        });
        for _ in 0..size.seeders {
            scope.spawn(move || seed(place, size, next, over));
        }
        let mut dice = Dice(u64::from(std::process::id()));
        for kill in 0..size.kills {
            // At a random moment of the jobs that run.
            while !jobs(place).values().any(|job| !job.state.is_over() && job.progress.processed > 0) {
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(Duration::from_millis(dice.roll(500)));
            let victim = victim(place, &slots, kill, &mut dice);
            let (name, mut server) = (slots[victim].name(), slots[victim].server.take().unwrap());
            move_to(place, &slots);
            let began = Instant::now();
            server.kill();
            let (before, relay) = (jobs(place), place.view());
            // What is in its name now it held when it died.
            let (job, shard) = (at_jobs(&before).contains(&name), at_shards(&relay).contains(&name));
            met.0 += usize::from(job);
            met.1 += usize::from(shard);
            met.2 += usize::from(job || shard);
            // Both are waited for at once: the relay may take no longer than the jobs.
            let (seeds, rows) = std::thread::scope(|scope| {
                let rows = scope.spawn(|| relayed(place, load::messages_of(&relay), began));
                (moved(place, &before, began), rows.join().unwrap())
            });
            taken.lock().unwrap().push(seeds);
            relays.lock().unwrap().push(rows);
            slots[victim].start();
            move_to(place, &slots);
        }
        over.store(true, Ordering::Release);
        messages = written.join().unwrap();
    });
    let lag = settle(&place);
    let proof = prove("after the kills", &place.items(), messages, size.conversations);
    let seeded = next.load(Ordering::Relaxed);
    let (found, wrong) = count(&place, size.items);
    let (taken, relays) = (took(taken), took(relays));
    println!(
        "soak: {SERVERS} servers, {} kills, {} jobs of {} items, {messages} messages over {} conversations\n\
         soak: {} of the kills met a server at a job, {} one at the relay, {} one at either\n\
         soak: jobs {taken}; the relay {relays}, done {:.1} s after the last message\n\
         soak: {found} of {} items are there, {wrong} of them wrong; group rows: {}",
        size.kills,
        seeded,
        size.items,
        size.conversations,
        met.0,
        met.1,
        met.2,
        lag.as_secs_f64(),
        seeded * size.items,
        proof.as_ref().err().map_or("each at its newest message", String::as_str),
    );
    assert!(met.2 > 0, "no kill met a server that had anything to do");
    assert_eq!((found, wrong), (seeded * size.items, 0));
    assert_eq!(proof, Ok(()));
}

/// What the kills cost, for a person.
fn took(all: Mutex<Vec<Duration>>) -> String {
    let mut all = all.into_inner().unwrap();
    all.sort();
    let (median, most) = (all[all.len() / 2].as_secs_f64(), all[all.len() - 1].as_secs_f64());
    format!("went on after {median:.1} s (median), {most:.1} s at most")
}

/// How many items the seeds left, and how many of them are other than they were.
fn count(place: &Place, items: usize) -> (usize, usize) {
    let (mut found, mut wrong, mut cursor) = (0, 0, None::<String>);
    loop {
        let mut asked = serde_json::json!({"limit": 1000});
        if let Some(cursor) = &cursor {
            asked["cursor"] = cursor.as_str().into();
        }
        let page: ItemsPage = place.ask("POST", &paths::fill(paths::ITEMS_SCAN, &[SHARED, SEEDED]), &asked);
        for item in &page.items {
            let number: usize = item["sk"].as_s().unwrap().parse().unwrap();
            let right = number < items && item["n"] == dynadesk_shared::AttributeValue::N(number.to_string());
            found += 1;
            wrong += usize::from(!right || item.len() != 3);
        }
        cursor = page.next;
        if cursor.is_none() {
            return (found, wrong);
        }
    }
}
