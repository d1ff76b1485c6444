use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn row(uuid: &str, handle: &str, id: &str) -> DbUser {
    DbUser {
        uuid: uuid.into(),
        display_name: uuid.to_uppercase(),
        handle: (!handle.is_empty()).then(|| handle.to_owned()),
        cognito_user_id: Some(id.into()),
    }
}

fn user(username: &str, handle: &str, sub: &str) -> PoolUser {
    PoolUser {
        username: username.into(),
        sub: (!sub.is_empty()).then(|| sub.to_owned()),
        preferred_username: (!handle.is_empty()).then(|| handle.to_owned()),
        status: "CONFIRMED".into(),
        enabled: true,
    }
}

fn kind_of(lines: &[PlanRow], uuid: &str) -> PlanKind {
    lines.iter().find(|line| line.uuid.as_deref() == Some(uuid)).expect("a line").kind
}

#[test]
fn each_case_has_its_line() {
    let rows = [
        row("1", "ada", MOCK),
        row("2", "bo", "s-bo"),
        row("3", "cy", "s-old"),
        row("4", "di", MOCK),
        row("5", "", "s-none"),
        row("6", "twice", MOCK),
        row("7", "twice", MOCK),
    ];
    let pool = [
        user("a", "ada", "s-ada"),
        user("b", "bo", "s-bo"),
        user("e", "eve", "s-eve"),
        user("f", "", "s-f"),
        user("g", "gus", ""),
        user("t", "twice", "s-t"),
    ];
    let lines = plan(&rows, &pool);
    let kinds: Vec<PlanKind> = ["1", "2", "3", "4", "5", "6", "7"]
        .iter()
        .map(|uuid| kind_of(&lines, uuid))
        .collect();
    use PlanKind::*;
    assert_eq!(
        kinds,
        [WillChange, AlreadyRight, NoPoolUser, MockLeft, NoPoolUser, Ambiguous, Ambiguous]
    );
    let of = |name: &str| {
        lines
            .iter()
            .find(|line| line.username.as_deref() == Some(name))
            .expect("a line")
            .kind
    };
    assert_eq!(["e", "f", "g", "t"].map(of), [NoRow, MissingAttribute, MissingAttribute, Ambiguous]);
}

#[test]
fn two_rows_never_end_with_one_sub() {
    // "old" keeps ada's sub, so ada cannot have it.
    let lines = plan(&[row("1", "ada", MOCK), row("2", "old", "s-ada")], &[user("a", "ada", "s-ada")]);
    assert_eq!(kind_of(&lines, "1"), PlanKind::Ambiguous);
    assert_eq!(kind_of(&lines, "2"), PlanKind::Ambiguous);
    // Two rows that only have each other's are put right together.
    let swapped = [row("1", "ada", "s-bo"), row("2", "bo", "s-ada")];
    let lines = plan(&swapped, &[user("a", "ada", "s-ada"), user("b", "bo", "s-bo")]);
    assert!(lines.iter().all(|line| line.kind == PlanKind::WillChange));
}

/// Each row has the sub of the next one, and the first cannot be put right: so no other can.
#[test]
fn a_hundred_thousand_rows_that_are_shifted_by_one_take_few_steps() {
    const ROWS: usize = 100_000;
    let mut lines: Vec<PlanRow> = (0..ROWS)
        .map(|at| {
            let of = row(&format!("u{at}"), &format!("h{at}"), &format!("s{}", at + 1));
            pair(&of, &user(&format!("p{at}"), &format!("h{at}"), &format!("s{at}")))
        })
        .collect();
    lines[0].kind = PlanKind::Ambiguous;
    let steps = share_no_sub(&mut lines);
    assert!(lines.iter().all(|line| line.kind == PlanKind::Ambiguous));
    assert!(steps <= 5 * ROWS, "{steps} steps");
}

/// Asked again and again until nothing moves, as the rule says it.
fn by_the_rule(lines: &mut [PlanRow]) {
    loop {
        let all: Vec<String> = lines.iter().filter_map(end).map(str::to_owned).collect();
        let is_shared = |sub: &str| all.iter().filter(|other| *other == sub).count() > 1;
        let moves = |line: &&mut PlanRow| line.kind != PlanKind::Ambiguous && end(line).is_some_and(is_shared);
        let moved: Vec<&mut PlanRow> = lines.iter_mut().filter(moves).collect();
        if moved.is_empty() {
            return;
        }
        for line in moved {
            line.kind = PlanKind::Ambiguous;
        }
    }
}

#[test]
fn two_users_of_the_pool_with_one_handle_are_ambiguous() {
    let lines = plan(&[row("1", "ada", MOCK)], &[user("a", "ada", "s-1"), user("b", "ada", "s-2")]);
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.kind == PlanKind::Ambiguous && line.why.is_some()));
}

/// Few names, so that they meet.
fn rows() -> impl Strategy<Value = Vec<DbUser>> {
    let handle = prop::sample::select(vec!["", "ada", "bo", "cy", "d'Arc 😀", "Ada"]);
    let id = prop::sample::select(vec![MOCK, "s1", "s2", "s3", "s4", ""]);
    prop::collection::vec((handle, id), 0..8).prop_map(|all| {
        let all = all.into_iter().enumerate();
        all.map(|(at, (handle, id))| row(&format!("u{at}"), handle, id)).collect()
    })
}

fn users() -> impl Strategy<Value = Vec<PoolUser>> {
    let handle = prop::sample::select(vec!["", "ada", "bo", "cy", "d'Arc 😀", "eve"]);
    let sub = prop::sample::select(vec!["", "s1", "s2", "s3", "s4"]);
    prop::collection::vec((handle, sub), 0..8).prop_map(|all| {
        let all = all.into_iter().enumerate();
        all.map(|(at, (handle, sub))| user(&format!("p{at}"), handle, sub)).collect()
    })
}

/// Lines that nobody has compared yet.
fn compared() -> impl Strategy<Value = Vec<PlanRow>> {
    let kind = prop::sample::select(vec![PlanKind::WillChange, PlanKind::NoPoolUser, PlanKind::Ambiguous]);
    let id = || prop::sample::select(vec![MOCK, "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"]);
    prop::collection::vec((kind, id(), id()), 0..12).prop_map(|all| {
        let all = all.into_iter().enumerate();
        all.map(|(at, (kind, old, new))| {
            let line = pair(&row(&format!("u{at}"), "h", old), &user("p", "h", new));
            PlanRow { kind, ..line }
        })
        .collect()
    })
}

fn carried_out(rows: &[DbUser], lines: &[PlanRow]) -> Vec<DbUser> {
    let changes: BTreeMap<&str, &PlanRow> = lines
        .iter()
        .filter(|line| line.kind == PlanKind::WillChange)
        .filter_map(|line| Some((line.uuid.as_deref()?, line)))
        .collect();
    let mut after = rows.to_vec();
    for row in &mut after {
        if let Some(line) = changes.get(row.uuid.as_str()) {
            assert_eq!(row.cognito_user_id, line.old);
            row.cognito_user_id = line.new.clone();
        }
    }
    after
}

fn shared_subs(rows: &[DbUser]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let subs = rows.iter().filter_map(|row| row.cognito_user_id.clone());
    subs.filter(|sub| sub != MOCK && !sub.is_empty() && !seen.insert(sub.clone()))
        .collect()
}

proptest! {
    #[test]
    fn few_steps_find_what_the_rule_says(lines in compared()) {
        let (mut few, mut ruled) = (lines.clone(), lines);
        share_no_sub(&mut few);
        by_the_rule(&mut ruled);
        let kinds = |lines: &[PlanRow]| lines.iter().map(|line| line.kind).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&few), kinds(&ruled));
    }

    #[test]
    fn everybody_is_in_exactly_one_line(rows in rows(), pool in users()) {
        let lines = plan(&rows, &pool);
        let mut uuids: Vec<_> = lines.iter().filter_map(|line| line.uuid.clone()).collect();
        let mut names: Vec<_> = lines.iter().filter_map(|line| line.username.clone()).collect();
        uuids.sort();
        names.sort();
        prop_assert_eq!(uuids, rows.iter().map(|row| row.uuid.clone()).collect::<Vec<_>>());
        prop_assert_eq!(names, pool.iter().map(|user| user.username.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_of_what_is_read_does_not_matter(rows in rows(), pool in users()) {
        let (mut other_rows, mut other_pool) = (rows.clone(), pool.clone());
        other_rows.reverse();
        other_pool.reverse();
        prop_assert_eq!(plan(&rows, &pool), plan(&other_rows, &other_pool));
    }

    #[test]
    fn carrying_it_out_shares_no_new_sub_and_leaves_nothing_to_do(rows in rows(), pool in users()) {
        let lines = plan(&rows, &pool);
        let after = carried_out(&rows, &lines);
        prop_assert!(shared_subs(&after).is_subset(&shared_subs(&rows)));
        prop_assert!(plan(&after, &pool).iter().all(|line| line.kind != PlanKind::WillChange));
    }

    #[test]
    fn only_a_matching_handle_changes_a_row(rows in rows(), pool in users()) {
        for line in plan(&rows, &pool).iter().filter(|line| line.kind == PlanKind::WillChange) {
            let of_pool: Vec<_> = pool.iter().filter(|user| user.preferred_username.as_deref() == Some(line.handle.as_str()) && user.sub.is_some()).collect();
            prop_assert_eq!(of_pool.len(), 1);
            prop_assert_eq!(&of_pool[0].sub, &line.new);
            prop_assert_ne!(&line.old, &line.new);
        }
    }
}
