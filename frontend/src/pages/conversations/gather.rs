//! What comes in stretches and pages, put together: users, and messages in the order of time.

use dynadesk_shared::api::conversations::{ConversationView, MessageView, UserFound, UserRef};

/// Adds the users of one stretch: the same uuid is one user, counts add up, a name beats no name.
pub fn merge_users(known: &mut Vec<UserFound>, found: Vec<UserFound>) {
    for new in found {
        match known.iter_mut().find(|old| old.user.uuid == new.user.uuid) {
            Some(old) => {
                old.conversations += new.conversations;
                old.messages += new.messages;
                for (old, new) in [
                    (&mut old.user.display_name, new.user.display_name),
                    (&mut old.user.handle, new.user.handle),
                ] {
                    if old.is_empty() {
                        *old = new;
                    }
                }
            }
            None => known.push(new),
        }
    }
    known.sort_by_key(|found| {
        let name = name_of(&found.user).to_lowercase();
        // Who has no name yet stands at the end.
        (
            found.user.display_name.is_empty() && found.user.handle.is_empty(),
            name,
            found.user.uuid.clone(),
        )
    });
}

/// What a person is called on the screen.
pub fn name_of(user: &UserRef) -> &str {
    [&user.display_name, &user.handle, &user.uuid]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("unknown", String::as_str)
}

/// Up to two letters that stand for a person.
pub fn initials(user: &UserRef) -> String {
    let letters = name_of(user)
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

/// Whether a user is meant by a search for a handle, a name or a uuid.
pub fn matches(user: &UserRef, search: &str) -> bool {
    let search = search.trim().trim_start_matches('@').to_lowercase();
    [&user.handle, &user.display_name, &user.uuid]
        .into_iter()
        .any(|text| text.to_lowercase().contains(&search))
}

/// Whether two are the same row of a conversation.
pub fn is_same(a: &MessageView, b: &MessageView) -> bool {
    a.sk == b.sk && a.message_uuid == b.message_uuid
}

/// Adds messages and puts all in the order of time. One whose time cannot be read stays behind the
/// one that the table has before it.
pub fn merge_messages(known: &mut Vec<MessageView>, more: Vec<MessageView>) {
    known.retain(|old| !more.iter().any(|new| is_same(old, new)));
    known.extend(more);
    known.sort_by(|a, b| a.sk.cmp(&b.sk));
    let mut before = i64::MIN;
    let mut timed: Vec<(i64, MessageView)> = std::mem::take(known)
        .into_iter()
        .map(|message| {
            before = message.at_micros.unwrap_or(before);
            (before, message)
        })
        .collect();
    timed.sort_by_key(|(at, _)| *at);
    known.extend(timed.into_iter().map(|(_, message)| message));
}

/// Adds conversations, newest first by their instant; those without one stand at the end.
pub fn merge_conversations(known: &mut Vec<ConversationView>, more: Vec<ConversationView>) {
    known.retain(|old| !more.iter().any(|new| old.group == new.group && old.sk == new.sk));
    known.extend(more);
    known.sort_by(|a, b| (b.at_micros, &b.sk).cmp(&(a.at_micros, &a.sk)));
}

/// A group row that moved: its conversation stands once, where its time is.
pub fn move_conversation(known: &mut Vec<ConversationView>, row: ConversationView) {
    known.retain(|old| old.group != row.group);
    merge_conversations(known, vec![row]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::time::parse_iso;

    fn user(uuid: &str, name: &str, handle: &str) -> UserRef {
        UserRef {
            uuid: uuid.into(),
            display_name: name.into(),
            handle: handle.into(),
        }
    }

    fn found(uuid: &str, name: &str, conversations: u64, messages: u64) -> UserFound {
        UserFound {
            user: user(uuid, name, ""),
            conversations,
            messages,
        }
    }

    fn message(sk: &str) -> MessageView {
        MessageView {
            message_uuid: sk.into(),
            group: "g".into(),
            from: UserRef::default(),
            text: String::new(),
            sk: sk.into(),
            at_micros: parse_iso(sk),
        }
    }

    #[test]
    fn stretches_add_up_to_users() {
        let mut users = Vec::new();
        merge_users(&mut users, vec![found("2", "", 3, 0), found("1", "Zoe", 0, 5)]);
        merge_users(&mut users, vec![found("2", "Bo", 1, 4), found("3", "", 1, 0)]);
        assert_eq!(users, [found("2", "Bo", 4, 4), found("1", "Zoe", 0, 5), found("3", "", 1, 0)]);
    }

    #[test]
    fn names_fall_back_and_are_found() {
        assert_eq!(name_of(&user("u", "", "bo")), "bo");
        assert_eq!(name_of(&user("u", "", "")), "u");
        assert_eq!(initials(&user("u", "ada lovelace", "")), "AL");
        assert_eq!(initials(&user("u", "😀", "")), "");
        assert!(matches(&user("u-1", "Ada", "countess"), "@COUNT"));
        assert!(!matches(&user("u-1", "Ada", "countess"), "bo"));
    }

    #[test]
    fn mixed_forms_stand_in_the_order_of_time() {
        let (early, middle, late) = ("2023-03-24T09:00:00+02:00", "2023-03-24T08:00:00", "2023-03-24T08:30:00+00:00");
        let mut all = vec![message(late)];
        merge_messages(
            &mut all,
            vec![message(middle), message(early), message(late), message("2023-03-24T08:x")],
        );
        let order: Vec<&str> = all.iter().map(|message| message.sk.as_str()).collect();
        assert_eq!(order, [early, middle, late, "2023-03-24T08:x"]);
    }

    #[test]
    fn a_conversation_that_moves_stands_once() {
        let conversation = |group: &str, sk: &str| ConversationView {
            group: group.into(),
            owner: "u".into(),
            with: UserRef::default(),
            last_message: String::new(),
            sk: sk.into(),
            at_micros: parse_iso(sk),
        };
        let mut all = vec![
            conversation("a", "2023-03-24T09:00:00"),
            conversation("b", "2023-03-24T08:00:00"),
            conversation("b", "2023-03-24T07:00:00"),
        ];
        move_conversation(&mut all, conversation("b", "2023-03-24T10:00:00"));
        let order: Vec<&str> = all.iter().map(|one| one.group.as_str()).collect();
        assert_eq!(order, ["b", "a"]);
    }

    #[test]
    fn conversations_are_newest_first_by_instant() {
        let conversation = |sk: &str| ConversationView {
            group: sk.into(),
            owner: "u".into(),
            with: UserRef::default(),
            last_message: String::new(),
            sk: sk.into(),
            at_micros: parse_iso(sk),
        };
        let mut all = Vec::new();
        let (older, newer) = ("2023-03-24T09:00:00+02:00", "2023-03-24T08:00:00");
        merge_conversations(
            &mut all,
            vec![conversation("odd"), conversation(older), conversation(newer), conversation(newer)],
        );
        merge_conversations(&mut all, vec![conversation(newer)]);
        let order: Vec<&str> = all.iter().map(|one| one.sk.as_str()).collect();
        assert_eq!(order, [newer, older, "odd"]);
    }
}
