use super::*;

fn s(text: &str) -> Option<AttributeValue> {
    Some(AttributeValue::S(text.to_owned()))
}

fn item(pk: &str, note: &str) -> Item {
    [("pk", s(pk)), ("note", s(note))]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
        .collect()
}

fn key(pk: &str) -> Key {
    Key(item(pk, "").into_iter().filter(|(name, _)| name == "pk").collect())
}

fn note(queue: &Queue, pk: &str) -> Option<AttributeValue> {
    queue.get(&key(pk)).and_then(|edited| edited.item.get("note").cloned())
}

#[test]
fn changes_gather_by_item_and_go_when_nothing_differs() {
    let (mut queue, base) = (Queue::default(), item("a", "old"));
    queue.put(&key("a"), &base, "note", s("old"));
    assert!(queue.is_empty() && !queue.can_undo(), "the same value changes nothing");
    queue.put(&key("a"), &base, "note", s("new"));
    queue.put(&key("a"), &base, "more", s("x"));
    queue.put(&key("b"), &item("b", "old"), "note", None);
    assert_eq!(queue.count(), (3, 2));
    assert_eq!(
        queue.of_row(&item("a", "as the page has it")).map(|edited| &edited.key),
        Some(&key("a"))
    );
    assert_eq!(queue.of_row(&item("c", "old")), None);
    queue.put(&key("a"), &base, "note", s("old"));
    queue.put(&key("a"), &base, "more", None);
    assert_eq!(queue.count(), (1, 1));
}

#[test]
fn every_step_goes_back_and_forth() {
    let (mut queue, base) = (Queue::default(), item("a", "0"));
    for text in ["1", "2", "3"] {
        queue.put(&key("a"), &base, "note", s(text));
    }
    assert!(queue.undo() && queue.undo());
    assert_eq!(note(&queue, "a"), s("1"));
    assert!(queue.redo());
    assert_eq!(note(&queue, "a"), s("2"));
    queue.put(&key("a"), &base, "note", s("4"));
    assert!(!queue.can_redo(), "another way was taken");
    while queue.undo() {}
    assert!(queue.is_empty());
    while queue.redo() {}
    assert_eq!(note(&queue, "a"), s("4"));
}

#[test]
fn a_change_is_conditional_on_what_was_seen_first() {
    let mut queue = Queue::default();
    queue.put(&key("a"), &item("a", "seen"), "note", s("mine"));
    // The page was fetched again, and holds something newer.
    queue.put(&key("a"), &item("a", "newer"), "more", s("x"));
    let Some(Change::Edit { base, item: mine }) = queue.get(&key("a")).map(Edited::change) else {
        panic!("an edit");
    };
    assert_eq!(base, item("a", "seen"));
    assert_eq!((mine.get("note").cloned(), mine.get("more").cloned()), (s("mine"), s("x")));
}

#[test]
fn outcomes_settle_or_say_what_stands_in_the_way() {
    let mut queue = Queue::default();
    for pk in ["saved", "lost", "refused"] {
        queue.put(&key(pk), &item(pk, "old"), "note", s("new"));
    }
    let sent = |pk| item(pk, "new");
    queue.heard(&key("saved"), &sent("saved"), &Outcome::Written { item: None, write: None });
    queue.heard(&key("lost"), &sent("lost"), &Outcome::Conflict { theirs: None });
    let refused = Outcome::Refused {
        code: "invalid".into(),
        message: "too large".into(),
        engine_code: Some("ValidationException".into()),
    };
    queue.heard(&key("refused"), &sent("refused"), &refused);
    let standings: Vec<&Standing> = queue.edits().iter().map(|edited| &edited.standing).collect();
    assert_eq!(
        standings,
        [
            &Standing::Conflict(None),
            &Standing::Refused("ValidationException: too large".into())
        ]
    );
    queue.put(&key("refused"), &item("refused", "old"), "note", s("shorter"));
    assert_eq!(queue.edits()[1].standing, Standing::Waiting);
    queue.overwrite(&key("lost"));
    assert_eq!(queue.edits()[0].change(), Change::Create { item: item("lost", "new") });
}

#[test]
fn a_change_made_while_saving_waits_on() {
    let mut queue = Queue::default();
    for pk in ["a", "b", "c"] {
        queue.put(&key(pk), &item(pk, "old"), "note", s("sent"));
    }
    // While it is saved: one is changed further, and one is taken back.
    queue.put(&key("a"), &item("a", "old"), "more", s("x"));
    queue.put(&key("b"), &item("b", "old"), "note", s("old"));
    for pk in ["a", "b", "c"] {
        let written = Outcome::Written {
            item: Some(item(pk, "sent")),
            write: None,
        };
        queue.heard(&key(pk), &item(pk, "sent"), &written);
    }
    let mut further = item("a", "sent");
    further.insert("more".into(), AttributeValue::S("x".into()));
    let waits: Vec<Change> = queue.edits().iter().map(Edited::change).collect();
    assert_eq!(
        waits,
        [Change::Edit {
            base: item("a", "sent"),
            item: further
        }]
    );
    assert!(!queue.can_undo(), "the way back would lead to an image that is no more");
}

#[test]
fn what_is_restored_leaves_what_was_changed_since() {
    let mut queue = Queue::default();
    queue.put(&key("a"), &item("a", "old"), "note", s("before"));
    queue.put(&key("b"), &item("b", "old"), "note", s("before"));
    let before = queue.clone();
    queue.clear();
    let mut alone = queue.clone();
    alone.restore(&before);
    assert_eq!(alone, before, "nothing was changed since");
    queue.put(&key("b"), &item("b", "old"), "note", s("since"));
    queue.put(&key("c"), &item("c", "old"), "note", s("since"));
    queue.restore(&before);
    let notes = ["a", "b", "c"].map(|pk| note(&queue, pk));
    assert_eq!(notes, [s("before"), s("since"), s("since")]);
    // The newest goes first.
    assert!(queue.undo() && queue.undo());
    let notes = ["a", "b", "c"].map(|pk| note(&queue, pk));
    assert_eq!(notes, [s("before"), None, None]);
    assert!(queue.undo() && !queue.undo() && queue.is_empty());
}

#[test]
fn overwriting_keeps_what_they_changed_elsewhere() {
    let mut queue = Queue::default();
    queue.put(&key("a"), &item("a", "old"), "note", s("mine"));
    let mut theirs = item("a", "theirs");
    theirs.insert("more".into(), AttributeValue::Bool(true));
    queue.heard(
        &key("a"),
        &item("a", "mine"),
        &Outcome::Conflict {
            theirs: Some(theirs.clone()),
        },
    );
    queue.overwrite(&key("a"));
    let mut mine = theirs.clone();
    mine.insert("note".into(), AttributeValue::S("mine".into()));
    assert_eq!(
        queue.get(&key("a")).map(Edited::change),
        Some(Change::Edit { base: theirs, item: mine })
    );
    assert!(!queue.can_undo(), "the way back would lead to an image that is no more");
    // They changed it to the very same.
    queue.put(&key("b"), &item("b", "old"), "note", s("same"));
    queue.heard(
        &key("b"),
        &item("b", "same"),
        &Outcome::Conflict {
            theirs: Some(item("b", "same")),
        },
    );
    queue.overwrite(&key("b"));
    assert_eq!(queue.get(&key("b")), None);
}

#[test]
fn two_spellings_of_a_number_are_no_difference() {
    let mut queue = Queue::default();
    let base: Item = [("pk", AttributeValue::S("a".into())), ("n", AttributeValue::N("1".into()))]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
    for text in ["1.0", "2", "1.00"] {
        queue.put(&key("a"), &base, "n", Some(AttributeValue::N(text.into())));
    }
    assert!(queue.is_empty());
}
