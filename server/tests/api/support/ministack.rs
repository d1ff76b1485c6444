//! The second implementation: ministack as a process of this test's own, gone when the test ends.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dynadesk_server::config::Place;
use dynadesk_server::config::connection::{ConnectionConfig, Keys};

pub struct Ministack {
    process: Child,
    pub url: String,
}

impl Ministack {
    /// A connection to it.
    pub fn connection(&self, name: &str) -> ConnectionConfig {
        let place = Place::Endpoint {
            url: self.url.clone(),
            region: "us-east-1".to_owned(),
            keys: Keys::default(),
            source: "test".to_owned(),
            lacks: Vec::new(),
        };
        ConnectionConfig::new(name, name, "blue", place)
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
