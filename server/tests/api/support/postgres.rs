//! A PostgreSQL of one's own: started from the system's package in a temporary directory, on a free
//! port, and stopped with its test.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dynadesk_server::config::Config;
use dynadesk_server::config::identity::DatabaseConfig;
use dynadesk_server::config::secret::Secret;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tempfile::TempDir;

pub const PASSWORD: &str = "hush-hush-4711";

pub struct Postgres {
    data: TempDir,
    server: Child,
    port: u16,
    /// Settings beside the usual ones.
    settings: Vec<String>,
}

impl Postgres {
    /// An empty `public.users` as Cruddur has it.
    pub async fn start() -> Self {
        Self::start_with(|_| Vec::new()).await
    }

    /// The same behind TLS, with a certificate for `localhost` that only its own authority vouches for.
    pub async fn start_with_tls() -> Self {
        Self::start_with(|folder| {
            let openssl = |words: &str| {
                let made = Command::new("openssl").args(words.split(' ')).current_dir(folder).output().unwrap();
                assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            };
            let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
            openssl(&format!("req -x509 {key} -keyout ca.key -out ca.crt -days 2 -subj /CN=authority"));
            openssl(&format!(
                "req -new {key} -keyout server.key -out server.csr -subj /CN=server -addext subjectAltName=DNS:localhost"
            ));
            openssl("x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out server.crt");
            if let Some((user, group)) = other_user() {
                chown(folder.join("server.key"), Some(user), Some(group)).unwrap();
            }
            let place = |file: &str| folder.join(file).display().to_string();
            vec![
                "ssl=on".to_owned(),
                format!("ssl_cert_file={}", place("server.crt")),
                format!("ssl_key_file={}", place("server.key")),
            ]
        })
        .await
    }

    /// The certificate of the authority of [`Postgres::start_with_tls`].
    pub fn authority(&self) -> PathBuf {
        self.data.path().join("ca.crt")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    async fn start_with(settings: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let data = TempDir::new().unwrap();
        if let Some((user, group)) = other_user() {
            chown(data.path(), Some(user), Some(group)).unwrap();
        }
        let password = data.path().join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        if let Some((user, group)) = other_user() {
            chown(&password, Some(user), Some(group)).unwrap();
        }
        let made = command("initdb")
            .args([
                "--username=cruddur",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ])
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(data.path().join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = settings(data.path());
        let server = serve(data.path(), port, &settings);
        let postgres = Self {
            data,
            server,
            port,
            settings,
        };
        let pool = postgres.pool().await;
        sqlx::query(
            "CREATE TABLE public.users (uuid UUID PRIMARY KEY, display_name text NOT NULL, handle text NOT NULL, email text NOT NULL, \
             cognito_user_id text NOT NULL, created_at timestamp DEFAULT current_timestamp NOT NULL)",
        )
        .execute(&pool)
        .await
        .unwrap();
        postgres
    }

    pub fn url(&self) -> String {
        format!("postgres://cruddur:{PASSWORD}@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Connections beside Dynadesk's, once it answers.
    pub async fn pool(&self) -> PgPool {
        for _ in 0..600 {
            match PgPoolOptions::new().max_connections(4).connect(&self.url()).await {
                Ok(pool) => return pool,
                // It is still starting: asked again until it answers.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("PostgreSQL did not start");
    }

    /// Adds it to a configuration.
    pub fn connect(&self, config: &mut Config) {
        config.identity.database = Some(DatabaseConfig::new(Secret::new(self.url())));
    }

    /// The same for somebody of fewer rights.
    pub fn connect_as(&self, user: &str, password: &str, config: &mut Config) {
        let url = format!("postgres://{user}:{password}@127.0.0.1:{}/postgres?sslmode=disable", self.port);
        config.identity.database = Some(DatabaseConfig::new(Secret::new(url)));
    }

    /// Takes it down as a power cut would.
    pub fn kill(&mut self) {
        let pid = self.server.id().to_string();
        assert!(Command::new("kill").args(["-QUIT", &pid]).status().unwrap().success());
        self.server.wait().unwrap();
    }

    pub fn start_again(&mut self) {
        self.server = serve(self.data.path(), self.port, &self.settings);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

fn serve(data: &Path, port: u16, settings: &[String]) -> Child {
    command("postgres")
        .arg("-D")
        .arg(data.join("data"))
        .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"])
        .arg(data)
        .args(["-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=30"])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// PostgreSQL refuses to run as root: it then runs as somebody who may do nothing else.
fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> u32 {
        let answer = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8_lossy(&answer.stdout).trim().parse().unwrap()
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "nobody"]), id(&["-g", "nobody"])))
}

fn command(program: &str) -> Command {
    let program = find(program);
    let mut command = match other_user() {
        None => Command::new(program),
        Some((user, group)) => {
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={user}"))
                .arg(format!("--regid={group}"))
                .arg("--clear-groups")
                .arg(program);
            command
        }
    };
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).current_dir("/");
    command
}

/// From PATH, or where Debian puts it.
fn find(program: &str) -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    let found = folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file());
    found.expect("PostgreSQL is missing: cargo xtask test installs it, or apt-get install postgresql")
}
