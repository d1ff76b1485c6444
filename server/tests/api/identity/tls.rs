//! The TLS modes: what is asked for is kept, and what is not met says so.

use dynadesk_server::config::identity::DatabaseConfig;
use dynadesk_server::config::secret::Secret;
use dynadesk_shared::api::identity::IdentityHealth;
use dynadesk_shared::api::paths;

use crate::support::TestApp;
use crate::support::postgres::{PASSWORD, Postgres};

/// What is wrong with a connection to this host in this mode, if anything.
async fn problem(postgres: &Postgres, host: &str, mode: &str, with_authority: bool) -> Option<String> {
    let app = TestApp::with(|config| {
        let url = format!("postgres://cruddur:{PASSWORD}@{host}:{}/postgres", postgres.port());
        let mut database = DatabaseConfig::new(Secret::new(url));
        database.sslmode = Some(mode.to_owned());
        database.root_cert = with_authority.then(|| postgres.authority());
        config.identity.database = Some(database);
    })
    .await;
    let health: IdentityHealth = app.get(paths::IDENTITY_HEALTH).await.json();
    let health = health.database.unwrap();
    assert_eq!(health.reachable, health.problem.is_none());
    health.problem
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let postgres = Postgres::start().await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let problem = problem(&postgres, "127.0.0.1", mode, false).await.unwrap();
        assert!(problem.contains("TLS") && !problem.contains(PASSWORD), "{mode}: {problem}");
    }
    for mode in ["disable", "allow", "prefer"] {
        assert_eq!(problem(&postgres, "127.0.0.1", mode, false).await, None, "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_believed_only_as_far_as_the_mode_says() {
    let postgres = Postgres::start_with_tls().await;
    let ask = async |host: &str, mode: &str, with_authority| problem(&postgres, host, mode, with_authority).await;
    assert_eq!(ask("localhost", "verify-full", true).await, None);
    assert_eq!(ask("127.0.0.1", "verify-ca", true).await, None);
    assert_eq!(ask("127.0.0.1", "require", false).await, None);
    // It is a certificate of localhost, and not of this address.
    let other_name = ask("127.0.0.1", "verify-full", true).await.unwrap();
    assert!(
        other_name.contains("TLS") && other_name.contains("not valid for name"),
        "{other_name}"
    );
    // Nobody that is known vouches for it.
    for mode in ["verify-ca", "verify-full"] {
        let unknown = ask("localhost", mode, false).await.unwrap();
        assert!(unknown.contains("TLS") && unknown.contains("UnknownIssuer"), "{mode}: {unknown}");
    }
}
