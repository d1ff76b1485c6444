//! The proof: writers that never stop, a server that is killed again and again, and at the end one
//! group row for each participant and conversation, each at its newest message. A small one runs with
//! the tests; `cargo xtask soak` runs it with 10,000 messages and 20 kills, and prints the rates.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::load::{self, Dice, Place, messages_of, prove, settle, write};
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

#[test]
fn killed_again_and_again_every_row_ends_at_its_newest_message() {
    let size = Size::of_environment();
    let directory = TempDir::new().unwrap();
    let start = || Server::start(&directory, &["--port", "0"], &[]);
    let mut server = start();
    let place = Place::of(LOCAL);
    let move_to = |server: &Server| place.move_to(vec![server.address().to_owned()]);
    let load = (size.writers, size.conversations);
    move_to(&server);
    load::begin(&place, size.conversations);
    place.set(true);

    let (over, taken) = (AtomicBool::new(false), Mutex::new(Duration::ZERO));
    let mut kills = 0;
    std::thread::scope(|scope| {
        let (place, size, over, taken) = (&place, &size, &over, &taken);
        scope.spawn(move || {
            *taken.lock().unwrap() = write(place, load, 0, size.messages);
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
    let mut proven = vec![prove("after the kills", &place.items(), size.messages, size.conversations)];

    // How fast it is beside the writers, undisturbed.
    let before = messages_of(&place.view());
    let began = Instant::now();
    let beside = write(&place, load, size.messages, size.backlog);
    until(&place, before + size.backlog as u64);
    let followed = began.elapsed();
    settle(&place);
    let written = size.messages + size.backlog;
    proven.push(prove("side by side", &place.items(), written, size.conversations));

    // How fast it is by itself: the backlog of a while in which it was off.
    place.set(false);
    let before = messages_of(&place.view());
    let alone = write(&place, load, written, size.backlog);
    let began = Instant::now();
    place.set(true);
    until(&place, before + size.backlog as u64);
    let drained = began.elapsed();
    settle(&place);
    let written = written + size.backlog;
    proven.push(prove("after a backlog", &place.items(), written, size.conversations));

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
