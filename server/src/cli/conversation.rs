//! `dynadesk conversation`

use dynadesk_shared::api::conversations::{MessageView, MessagesRequest};

use super::Common;
use super::conversations::second;
use super::desk::{Desk, Intent, table_name};
use super::failure::Failure;
use super::output::Output;
use crate::config::Config;
use crate::conversations;
use crate::error::Error;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    table: String,

    /// The message group's uuid, as `conversations` prints it.
    conversation: String,

    /// How many of the newest messages.
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "all")]
    last: usize,

    /// All of them.
    #[arg(long)]
    all: bool,
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    table_name(&options.table)?;
    let desk = Desk::open(config, options.common.connection.as_deref(), Intent::Read).await?;
    let most = if options.all { usize::MAX } else { options.last };
    let mut asked = MessagesRequest {
        group: options.conversation,
        cursor: None,
    };
    // Pages come from the newest back; a person reads from the oldest on.
    let mut pages: Vec<Vec<MessageView>> = Vec::new();
    let (mut count, mut older) = (0, false);
    while count < most {
        let mut page = conversations::messages(&desk.connection, &options.table, &asked).await?;
        let problem = desk.state.identity.name(page.messages.iter_mut().map(|one| &mut one.from)).await;
        if let Some(why) = problem.filter(|_| count == 0) {
            output.note(&why);
        }
        count += page.messages.len();
        older = page.next.is_some();
        pages.push(page.messages);
        match page.next {
            Some(cursor) => asked.cursor = Some(cursor),
            None => break,
        }
    }
    if count == 0 {
        let message = format!("table {} has no messages of conversation {:?}", options.table, asked.group);
        return Err(Error::not_found("conversation_not_found", message).into());
    }
    let messages = pages.into_iter().rev().flatten().skip(count.saturating_sub(most));
    if output.is_json() {
        for message in messages {
            output.line(&message)?;
        }
        return Ok(());
    }
    for message in messages {
        let at = message.at_micros.map_or(message.sk, second);
        output.text(&format!(
            "{at}  {} @{}: {}",
            message.from.display_name, message.from.handle, message.text
        ))?;
    }
    output.finish()?;
    if older || count > most {
        output.note("there are older messages: --last or --all");
    }
    Ok(())
}
