//! The application's users in PostgreSQL. SQL stands nowhere else.

mod fault;
mod read;
mod sql;
mod write;

use std::str::FromStr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dynadesk_shared::api::connections::ConnectionHealth;
use dynadesk_shared::api::identity::DatabaseView;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection};

pub use write::{Change, Checks, Written};

use super::lock;
use crate::config::ConfigError;
use crate::config::identity::DatabaseConfig;
use crate::config::secret::Secret;
use crate::error::Result;
use fault::{is_lost, refused, silent};
use sql::{Shape, Statements};

/// A database that is down is noticed within seconds.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long after its own statement timeout an answer of PostgreSQL is waited for: a connection for it
/// may take [`PATIENCE`] of that.
const GRACE: Duration = Duration::from_secs(5);
/// How long other writers are waited for at most, in ms.
const LOCK_WAIT: u32 = 5000;
/// How long a connection that is given back may take to come to rest.
const FAREWELL: Duration = Duration::from_secs(1);

/// The users table. Its debug form holds no password: only the view is in it.
pub struct Database {
    pub view: DatabaseView,
    pool: PgPool,
    sql: Statements,
    /// How long an answer is waited for: one that vanished without a word says nothing for ever.
    patience: Duration,
    /// How long the lock of the table is waited for, in ms.
    lock_wait: u32,
    /// What the columns are, once it was asked.
    shape: Mutex<Option<Shape>>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Database").field("view", &self.view).finish_non_exhaustive()
    }
}

/// What is wrong with a URL, if anything. Never repeats it: it may hold a password.
pub fn check_url(url: &Secret) -> std::result::Result<(), String> {
    let text = url.reveal();
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("a PostgreSQL URL begins with postgres:// or postgresql://".to_owned());
    }
    let parsed = PgConnectOptions::from_str(text);
    parsed
        .map(|_| ())
        .map_err(|_| "this is no PostgreSQL URL, such as postgres://user@host:5432/database?sslmode=verify-full".to_owned())
}

impl Database {
    /// Connects when it is first needed.
    pub fn open(config: &DatabaseConfig, read_only: bool) -> std::result::Result<Self, ConfigError> {
        let refused = |why: &str| ConfigError(format!("the database under [identity]: {why}"));
        let mut options = PgConnectOptions::from_str(config.url.reveal()).map_err(|_| refused("its URL cannot be read"))?;
        if let Some(password) = &config.password {
            options = options.password(password.reveal());
        }
        if let Some(mode) = &config.sslmode {
            options = options.ssl_mode(mode.parse().map_err(|_| refused("its sslmode is unknown"))?);
        }
        if matches!(options.get_ssl_mode(), PgSslMode::Allow) {
            // Reaches whatever `allow` reaches, and is encrypted more often.
            options = options.ssl_mode(PgSslMode::Prefer);
        }
        if let Some(file) = &config.root_cert {
            options = options.ssl_root_cert(file);
        }
        let timeout = format!("{}s", config.statement_timeout_seconds);
        let mut settings = vec![
            ("statement_timeout", timeout.clone()),
            ("idle_in_transaction_session_timeout", timeout),
        ];
        if read_only {
            settings.push(("default_transaction_read_only", "on".to_owned()));
        }
        let options = options.options(settings).application_name("dynadesk").disable_statement_logging();
        let name = options.get_database().unwrap_or(options.get_username()).to_owned();
        let place = format!(
            "{}@{}/{name}",
            options.get_username(),
            options.get_socket().map_or_else(
                || format!("{}:{}", options.get_host(), options.get_port()),
                |socket| socket.display().to_string()
            ),
        );
        let sql = Statements::new(config);
        Ok(Self {
            view: DatabaseView {
                place,
                name,
                sslmode: ssl_word(options.get_ssl_mode()).to_owned(),
                table: sql.table.clone(),
                columns: config.columns.clone(),
            },
            pool: PgPoolOptions::new()
                .max_connections(config.max_connections)
                .acquire_timeout(PATIENCE)
                // One that does not come back from a statement would keep its place for as long as TCP
                // believes in it.
                .after_release(|connection, _| {
                    Box::pin(async { Ok(matches!(tokio::time::timeout(FAREWELL, connection.ping()).await, Ok(Ok(())))) })
                })
                .connect_lazy_with(options),
            sql,
            patience: Duration::from_secs(config.statement_timeout_seconds.into()) + GRACE,
            // Shorter than the statement timeout, whose error would not say what was waited for.
            lock_wait: LOCK_WAIT.min(config.statement_timeout_seconds.saturating_mul(500)),
            shape: Mutex::default(),
        })
    }

    /// Whether it answers and the table has the columns.
    pub async fn health(&self) -> ConnectionHealth {
        let started = Instant::now();
        let problem = self.ask_shape().await.err().map(|error| error.message);
        ConnectionHealth {
            reachable: problem.is_none(),
            problem,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The types of the columns, asked once; an error where the table or a column is not there.
    async fn shape(&self) -> Result<Shape> {
        let known = lock(&self.shape).clone();
        match known {
            Some(shape) => Ok(shape),
            // Nobody waits for another who asks: where it is down, all of them know it at once.
            None => self.ask_shape().await,
        }
    }

    async fn ask_shape(&self) -> Result<Shape> {
        let asked = sqlx::query_as(sql::SHAPE).bind(&self.sql.table).fetch_all(&self.pool);
        let shape = match self.answer(asked).await {
            Ok(found) => self.sql.shape(found),
            Err(error) => Err(error),
        };
        match &shape {
            Ok(shape) => *lock(&self.shape) = Some(shape.clone()),
            // What was known stays true while nobody answers.
            Err(error) if is_lost(error) => {}
            Err(_) => *lock(&self.shape) = None,
        }
        shape
    }

    /// What PostgreSQL answers, if it does in time.
    async fn answer<T>(&self, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.patience, asked).await {
            Ok(answer) => answer.map_err(|cause| refused(&self.view.place, cause)),
            Err(_) => Err(silent(&self.view.place, self.patience)),
        }
    }
}

fn ssl_word(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}
