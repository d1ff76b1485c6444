//! Flags, each with its environment variable.

use std::net::IpAddr;
use std::path::PathBuf;

use super::secret::Secret;

#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The configuration file; `dynadesk.toml` here where there is one. DYNADESK_CONFIG_TEXT may have its text instead.
    #[arg(long, value_name = "FILE", env = "DYNADESK_CONFIG", global = true)]
    pub config: Option<PathBuf>,

    /// The port to listen on; 8420 without it, 0 for any free one.
    #[arg(long, env = "DYNADESK_PORT")]
    pub port: Option<u16>,

    /// The address to listen on; 127.0.0.1 without it. On any other than loopback people have to sign in.
    #[arg(long, value_name = "IP", env = "DYNADESK_ADDRESS")]
    pub address: Option<IpAddr>,

    /// A host name under which browsers reach Dynadesk, beside localhost. May be given several times.
    #[arg(long = "allowed-host", value_name = "NAME", env = "DYNADESK_ALLOWED_HOSTS", value_delimiter = ',')]
    pub allowed_hosts: Vec<String>,

    /// Where the embedded engine and the jobs keep their files; `.dynadesk` without it.
    #[arg(long, value_name = "DIR", env = "DYNADESK_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// Keep the embedded engine in memory: its tables are gone when Dynadesk stops.
    #[arg(long, env = "DYNADESK_IN_MEMORY", global = true)]
    pub in_memory: bool,

    /// Refuse every write on every connection.
    #[arg(long, env = "DYNADESK_READ_ONLY", global = true)]
    pub read_only: bool,

    /// Add a connection `endpoint`, and begin with it: DynamoDB Local, ScyllaDB Alternator and the like.
    #[arg(long, value_name = "URL", env = "DYNADESK_ENDPOINT", global = true)]
    pub endpoint: Option<String>,

    /// Add a connection `aws` with this profile of the AWS configuration, and begin with it.
    #[arg(long, value_name = "PROFILE", env = "DYNADESK_PROFILE", global = true)]
    pub profile: Option<String>,

    /// The region of --endpoint or --profile.
    #[arg(long, env = "DYNADESK_REGION", global = true)]
    pub region: Option<String>,

    /// Keep history, saved queries and preferences on this connection, where several servers may
    /// share them; without it they are in a file of the data directory.
    #[arg(long, value_name = "NAME", env = "DYNADESK_STORE_CONNECTION", global = true)]
    pub store_connection: Option<String>,

    /// The table of --store-connection; `dynadesk` without it.
    #[arg(long, value_name = "TABLE", env = "DYNADESK_STORE_TABLE", global = true)]
    pub store_table: Option<String>,

    /// The Cognito user pool whose users the application has; see docs/IDENTITY.md.
    #[arg(long, value_name = "ID", env = "DYNADESK_USER_POOL", global = true)]
    pub user_pool: Option<String>,

    /// The region of --user-pool; the one that its id begins with, where it is not given.
    #[arg(long, value_name = "REGION", env = "DYNADESK_USER_POOL_REGION", global = true)]
    pub user_pool_region: Option<String>,

    /// The profile of the AWS configuration for --user-pool.
    #[arg(long, value_name = "PROFILE", env = "DYNADESK_USER_POOL_PROFILE", global = true)]
    pub user_pool_profile: Option<String>,

    /// A local stand-in for Cognito.
    #[arg(long, value_name = "URL", env = "DYNADESK_USER_POOL_ENDPOINT", global = true)]
    pub user_pool_endpoint: Option<String>,

    /// The PostgreSQL that has the application's users. Give it through the environment: other users
    /// of this machine can read a command line.
    #[arg(long, value_name = "URL", env = "DYNADESK_DATABASE_URL", hide_env_values = true, global = true, value_parser = secret)]
    pub database_url: Option<Secret>,

    /// A JSON file with users, for names where there is no PostgreSQL.
    #[arg(long, value_name = "FILE", env = "DYNADESK_USERS_FILE", global = true)]
    pub users_file: Option<PathBuf>,

    #[command(flatten)]
    pub sign_in: super::sign_in::SignInArgs,

    #[command(flatten)]
    pub audit: super::audit::AuditArgs,

    #[command(flatten)]
    pub serving: super::serving::ServingArgs,

    /// Serve the console's files from this directory instead of those in the binary.
    #[arg(long, value_name = "DIR", env = "DYNADESK_UI_DIR")]
    pub ui_dir: Option<PathBuf>,

    /// How the log on standard error is written.
    #[arg(long, value_enum, env = "DYNADESK_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,

    /// What is logged, such as `info` or `dynadesk_server=debug,warn`.
    #[arg(long, value_name = "FILTER", env = "DYNADESK_LOG", global = true)]
    pub log: Option<String>,
}

pub(super) fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}
