//! The console's work from a shell: the same capabilities, called without HTTP. Answers go to standard
//! output, as tables for people or as JSON Lines for programs; everything else goes to standard error.

mod conversation;
mod conversations;
mod desk;
mod failure;
mod output;
mod people;
mod progress;
mod scan;
mod seed;
mod sync_identities;
mod tables;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Args, Config};
pub use failure::Failure;
use output::Output;

/// Dynadesk: a DynamoDB console in the browser.
///
/// Without anything it serves the embedded engine on http://127.0.0.1:8420 and keeps its data in
/// `.dynadesk/`. Other places with tables are described in `dynadesk.toml`; see docs/CONNECTIONS.md.
/// Its commands do the console's work from a shell; see docs/CLI.md.
#[derive(Debug, Parser)]
#[command(name = "dynadesk", version)]
pub struct Line {
    #[command(flatten)]
    pub args: Args,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What is done instead of serving the console.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Lists the tables of a connection.
    Tables(tables::Options),
    /// Prints the items of a table or an index, page after page.
    Scan(scan::Options),
    /// Lists the conversations of a user, newest first.
    Conversations(conversations::Options),
    /// Prints the messages of a conversation, oldest first.
    Conversation(conversation::Options),
    /// Writes a file, or the Cruddur sample, to a table, after saying what it would write.
    Seed(seed::Options),
    /// Brings cognito_user_id in PostgreSQL in line with the Cognito user pool, after saying what would change.
    SyncIdentities(sync_identities::Options),
    /// Adds, changes and takes out who signs in with a password.
    User(user::Options),
}

impl Command {
    fn is_json(&self) -> bool {
        match self {
            Self::Tables(options) => options.common.json,
            Self::Scan(options) => options.common.json,
            Self::Conversations(options) => options.common.json,
            Self::Conversation(options) => options.common.json,
            Self::Seed(options) => options.common.json,
            Self::SyncIdentities(options) => options.json,
            Self::User(options) => options.json,
        }
    }
}

/// What every command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Common {
    /// The connection to use, by its name in dynadesk.toml; the default one without it.
    #[arg(long, value_name = "NAME", env = "DYNADESK_CONNECTION")]
    connection: Option<String>,

    /// JSON Lines instead of a table: one object a line, as docs/API.md and docs/CLI.md have them.
    #[arg(long)]
    json: bool,
}

/// Runs one command to its end. Errors are printed here, since `--json` decides their form.
pub async fn run(config: Config, command: Command) -> ExitCode {
    let mut output = Output::new(command.is_json());
    let done = match command {
        Command::Tables(options) => tables::run(config, options, &mut output).await,
        Command::Scan(options) => scan::run(config, options, &mut output).await,
        Command::Conversations(options) => conversations::run(config, options, &mut output).await,
        Command::Conversation(options) => conversation::run(config, options, &mut output).await,
        Command::Seed(options) => seed::run(config, options, &mut output).await,
        Command::SyncIdentities(options) => sync_identities::run(config, options, &mut output).await,
        Command::User(options) => user::run(&config, options, &mut output),
    };
    match done.and_then(|()| output.finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            failure.code()
        }
    }
}
