//! What of a user is in a table, counted when it is asked for.

use dynadesk_shared::api::conversations::{ConversationsRequest, MessagesRequest};

use crate::api::{self, ApiFailure};
use crate::format;

/// Requests that one user may cost.
pub const MOST_REQUESTS: u32 = 60;

/// What was found of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub conversations: u64,
    pub messages: u64,
    /// There is more than was counted.
    pub more: bool,
}

impl Counts {
    pub fn words(self) -> String {
        let least = if self.more { "at least " } else { "" };
        format!(
            "{least}{}, {}",
            format::counted(self.conversations, "conversation", "conversations"),
            format::counted(self.messages, "message", "messages"),
        )
    }
}

/// Counts group rows of a user and the messages that the user sent to those conversations.
pub async fn count(connection: &str, table: &str, user: &str) -> Result<Counts, ApiFailure> {
    let (mut counts, mut asked, mut groups) = (Counts::default(), 0, Vec::new());
    let mut cursor = None;
    loop {
        asked += 1;
        let request = ConversationsRequest {
            user: user.to_owned(),
            cursor: cursor.take(),
            ..ConversationsRequest::default()
        };
        let page = api::conversations::list(connection, table, &request).await?;
        groups.extend(page.conversations.into_iter().map(|one| one.group));
        match page.next {
            Some(next) if asked < MOST_REQUESTS => cursor = Some(next),
            next => {
                counts.more = next.is_some();
                break;
            }
        }
    }
    counts.conversations = groups.len() as u64;
    // A race can leave two rows of one conversation; its messages count once.
    groups.sort();
    groups.dedup();
    for group in groups {
        let mut cursor = None;
        loop {
            if asked >= MOST_REQUESTS {
                counts.more = true;
                return Ok(counts);
            }
            asked += 1;
            let request = MessagesRequest {
                group: group.clone(),
                cursor: cursor.take(),
            };
            let page = api::conversations::messages(connection, table, &request).await?;
            counts.messages += page.messages.iter().filter(|message| message.from.uuid == user).count() as u64;
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_to_its_end_says_so() {
        let counts = Counts {
            conversations: 1,
            messages: 2,
            more: false,
        };
        assert_eq!(counts.words(), "1 conversation, 2 messages");
        assert_eq!(Counts { more: true, ..counts }.words(), "at least 1 conversation, 2 messages");
    }
}
