//! The second implementation: ministack as a process of this test's own, gone when the test ends.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_cognitoidentityprovider::types::AttributeType;
use aws_sdk_cognitoidentityprovider::{Client, config};
use dynadesk_server::config::connection::ConnectionConfig;
use dynadesk_server::config::identity::PoolConfig;
use futures_util::StreamExt;

use super::endpoint;

pub struct Ministack {
    process: Child,
    pub url: String,
}

impl Ministack {
    /// A connection to it.
    pub fn connection(&self, name: &str) -> ConnectionConfig {
        endpoint(name, &self.url)
    }

    /// Starts it on a free port of the loopback address and waits until it answers there.
    pub async fn start() -> Self {
        let Ok(program) = std::env::var("DYNADESK_TEST_MINISTACK") else {
            panic!(
                "the engine story needs a second DynamoDB: run `cargo xtask test`, which installs ministack and sets DYNADESK_TEST_MINISTACK"
            );
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(&program)
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|cause| panic!("{program} cannot be started: {cause}"));
        let mut started = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        started.until_it_answers(port).await;
        started
    }

    /// A new user pool with a user for each of these `preferred_username`s, or without one. Gives how to reach it,
    /// and the `sub` that each got.
    pub async fn user_pool(&self, handles: &[Option<String>]) -> (PoolConfig, BTreeMap<String, String>) {
        let keys = config::Credentials::new("test", "test", None, None, "test");
        let client = Client::from_conf(
            config::Builder::new()
                .behavior_version(config::BehaviorVersion::latest())
                .http_client(dynadesk_server::engine::remote::http_client())
                .region(config::Region::new("us-east-1"))
                .endpoint_url(&self.url)
                .credentials_provider(keys)
                .build(),
        );
        let pool = client.create_user_pool().pool_name("cruddur").send().await.unwrap();
        let pool = pool.user_pool().unwrap().id().unwrap().to_owned();
        let made = handles.iter().enumerate().map(async |(at, handle)| {
            let mut asked = client.admin_create_user().user_pool_id(&pool).username(format!("login-{at}"));
            if let Some(handle) = handle {
                let named = AttributeType::builder().name("preferred_username").value(handle).build();
                asked = asked.user_attributes(named.unwrap());
            }
            let made = asked.send().await.unwrap();
            let mut attributes = made.user().unwrap().attributes().iter();
            let sub = attributes.find(|one| one.name() == "sub").and_then(|one| one.value()).unwrap();
            handle.clone().map(|handle| (handle, sub.to_owned()))
        });
        let subs: Vec<Option<(String, String)>> = futures_util::stream::iter(made).buffer_unordered(8).collect().await;
        let config = PoolConfig {
            id: pool,
            region: "us-east-1".to_owned(),
            profile: None,
            endpoint: Some((self.url.clone(), "test".to_owned())),
        };
        (config, subs.into_iter().flatten().collect())
    }

    async fn until_it_answers(&mut self, port: u16) {
        let began = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("ministack ended at its start: {status}");
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "ministack did not listen within a minute"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
