//! The log of the server: an entry is one line of it.

use super::*;

#[tokio::test]
async fn an_entry_is_one_line_of_the_log_whatever_names_hold() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone()).finish();
    let _here = tracing::subscriber::set_default(subscriber);
    // With one subscriber alone, the first thread that comes to a line decides for all whether it is wanted.
    let _other = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
    let app = desk(&[("ada", Grant::everywhere(Role::Admin))]).await;
    let evil = "eve\nINFO audit: audit kept=true who=\"ada\"\r\u{1b}[2K\u{2028}x";
    try_password(&app, evil, "wrong password").await.refused(403, "sign_in_refused");
    let ada = sign_in(&app, "ada").await;
    let table = fill(paths::TABLE, &[LOCAL, "no\ntes\r\nINFO audit: forged"]);
    with(&app, &ada, Method::DELETE, &table, Body::from("{}")).await;
    let text = lines.text();
    let ours = text
        .lines()
        .filter(|line| line.contains(" INFO audit: audit kept=") && !line.contains(" WARN "));
    let ours: Vec<&str> = ours.collect();
    assert_eq!(ours.len(), 3, "{text}");
    assert!(
        ours[0].contains(r#"who="eve\nINFO audit: audit kept=true who=\"ada\"\r\u{1b}[2K\u{2028}x""#),
        "{}",
        ours[0]
    );
    assert!(ours[2].contains(r#"table="no\ntes\r\nINFO audit: forged""#), "{}", ours[2]);
    assert!(!text.lines().any(|line| line.starts_with("INFO audit")), "{text}");
    assert!(!text.contains("wrong password"));
}

/// What was logged.
#[derive(Clone, Default)]
struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
