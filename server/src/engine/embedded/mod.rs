//! The engine that ships inside: an SDK client whose wire is a function call. No port is opened,
//! so no other process can reach the data.

mod dispatch;
mod index;
mod streams;
mod wire;

use std::path::Path;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use dynadesk_shared::api::connections::{Capabilities, Feature};
use dynoxide::Database;
use tokio::sync::Semaphore;

use super::metrics::Counting;
use super::{Engine, EngineError, EngineErrorKind, sweeper};

/// The database is behind one lock, so more threads only hold more memory while they wait.
const THREADS: usize = 4;

/// Opens the engine: in a file, or in memory where there is no path. Needs a tokio runtime. Where
/// nothing may be written, `expire` is false: items stay although their time has passed.
pub fn open(file: Option<&Path>, expire: bool) -> Result<Engine, EngineError> {
    let wire = Wire::open(file, expire)?;
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("local"))
        // The SDK wants an address and keys; neither leaves the process.
        .endpoint_url("http://embedded.invalid")
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_embedded()))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(wire)
        .build();
    Ok(Engine::new(
        Counting::begin(),
        aws_sdk_dynamodb::config::Builder::from(&config),
        aws_sdk_dynamodbstreams::config::Builder::from(&config),
        capabilities(),
        None,
    ))
}

/// The fake keys of a client that signs for nobody.
trait EmbeddedKeys {
    fn for_embedded() -> Self;
}

impl EmbeddedKeys for Credentials {
    fn for_embedded() -> Self {
        Credentials::new("embedded", "embedded", None, None, "embedded engine")
    }
}

fn capabilities() -> Capabilities {
    let missing = [
        (
            Feature::IndexCapacity,
            "the embedded engine keeps no capacity of a single index: it never throttles",
        ),
        (Feature::WarmThroughput, "the embedded engine has no capacity to warm"),
        (Feature::Encryption, "the embedded engine keeps a plain file and no keys"),
        (
            Feature::Backups,
            "the embedded engine has no backups: copy its file while Dynadesk is stopped",
        ),
        (Feature::PointInTimeRecovery, "the embedded engine has no point-in-time recovery"),
        (Feature::ResourcePolicy, "the embedded engine knows no policies"),
        (Feature::S3Transfer, "the embedded engine reaches no S3"),
        (Feature::Metrics, "the embedded engine sends nothing to CloudWatch"),
    ];
    Capabilities {
        missing: missing.into_iter().map(|(feature, why)| (feature, why.to_owned())).collect(),
        // Its parallel scan sorts the whole table once for each segment.
        scan_segments: 1,
    }
}

/// Where the SDK expects a network.
#[derive(Clone)]
pub struct Wire {
    database: Database,
    permits: Arc<Semaphore>,
    /// The sweeper ends with the last of these.
    _alive: Arc<()>,
}

impl Wire {
    /// Opens the engine without a client of ours: whoever has the wire speaks to it as to any DynamoDB.
    pub fn open(file: Option<&Path>, expire: bool) -> Result<Self, EngineError> {
        let refused = |cause: dynoxide::DynoxideError| {
            let place = file.map_or_else(|| "memory".to_owned(), |path| path.display().to_string());
            EngineError::new(EngineErrorKind::Other, format!("the embedded engine cannot open {place}: {cause}"))
        };
        let database = match file {
            Some(path) => {
                let unwritable = |cause: std::io::Error| {
                    let message = format!("the embedded engine cannot write {}: {cause}", path.display());
                    EngineError::new(EngineErrorKind::Other, message)
                };
                crate::data_dir::make_file(path).map_err(unwritable)?;
                let database = Database::new(&path.to_string_lossy()).map_err(refused)?;
                // Without it everything works, only slower.
                if expire && let Err(cause) = index::make(path) {
                    tracing::warn!(%cause, file = %path.display(), "the records of streams have no index: writes get slower as they grow");
                }
                database
            }
            None => Database::memory().map_err(refused)?,
        };
        // This is dynoxide's only public way to `PRAGMA synchronous = NORMAL`: with the write-ahead log a
        // killed process loses nothing, and only a power cut may lose the last moments. The default
        // waits for the disk at every request and writes several times slower.
        database.disable_bulk_loading().map_err(refused)?;

        let alive = Arc::new(());
        if expire {
            sweeper::start(&database, Arc::downgrade(&alive));
        }
        Ok(Self {
            database,
            permits: Arc::new(Semaphore::new(THREADS)),
            _alive: alive,
        })
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Wire")
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.database.clone();
        let permits = self.permits.clone();
        HttpConnectorFuture::new(async move {
            let permit = permits
                .acquire_owned()
                .await
                .map_err(|closed| ConnectorError::other(closed.into(), None))?;
            // The permit moves along: a request that nobody waits for any more still holds its thread.
            tokio::task::spawn_blocking(move || {
                let answer = wire::answer(&database, &request);
                drop(permit);
                answer
            })
            .await
            .map_err(|panicked| ConnectorError::other(panicked.into(), None))?
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_expires_where_nothing_may_be_written() {
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let _read_only = open(None, false).unwrap();
        assert_eq!(tasks(), 0);
        let _writable = open(None, true).unwrap();
        assert_eq!(tasks(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_its_owner_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let around = tempfile::TempDir::new().unwrap();
        let _engine = open(Some(&around.path().join("embedded.db")), true).unwrap();
        for entry in std::fs::read_dir(around.path()).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
