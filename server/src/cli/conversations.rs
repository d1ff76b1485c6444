//! `dynadesk conversations`

use dynadesk_shared::api::conversations::ConversationsRequest;
use dynadesk_shared::time;
use uuid::Uuid;

use super::Common;
use super::desk::{Desk, Intent, table_name};
use super::failure::Failure;
use super::output::Output;
use super::people;
use crate::config::Config;
use crate::conversations;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    table: String,

    /// Whose: a uuid, or a handle, which is looked for in the whole table.
    user: String,

    /// From this time on, in UTC: `2026-11-25` or with a time.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<i64>,

    /// Before this time.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<i64>,
}

fn moment(text: &str) -> Result<i64, String> {
    time::parse_iso(text)
        .or_else(|| time::parse_iso(&format!("{text}T00:00:00")))
        .ok_or_else(|| "no time: write 2026-11-25 or 2026-11-25T09:30:00".to_owned())
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    table_name(&options.table)?;
    let desk = Desk::open(config, options.common.connection.as_deref(), Intent::Read).await?;
    let user = match Uuid::parse_str(&options.user) {
        Ok(_) => options.user,
        Err(_) => people::meant(&desk, &options.table, &options.user, output).await?.uuid,
    };
    let mut asked = ConversationsRequest {
        user,
        from_micros: options.since,
        to_micros: options.until,
        cursor: None,
    };
    let (mut rows, mut said) = (Vec::new(), false);
    loop {
        let mut page = conversations::list(&desk.connection, &options.table, asked.clone()).await?;
        let problem = desk
            .state
            .identity
            .name(page.conversations.iter_mut().map(|one| &mut one.with))
            .await;
        if let Some(why) = problem.filter(|_| !said) {
            output.note(&why);
            said = true;
        }
        for view in page.conversations {
            if output.is_json() {
                output.line(&view)?;
            } else {
                let with = format!("{} @{}", view.with.display_name, view.with.handle);
                rows.push(vec![view.at_micros.map_or(view.sk, second), with, view.last_message, view.group]);
            }
        }
        match page.next {
            Some(cursor) => asked.cursor = Some(cursor),
            None => break,
        }
    }
    if output.is_json() {
        return Ok(());
    }
    if rows.is_empty() {
        output.note("no conversations");
        return Ok(());
    }
    output.table(&["LAST MESSAGE AT (UTC)", "WITH", "LAST MESSAGE", "CONVERSATION"], &[], rows)
}

/// An instant to the second.
pub fn second(micros: i64) -> String {
    let iso = time::to_iso_naive(micros);
    iso.get(..19).unwrap_or(&iso).replace('T', " ")
}
