//! `dynadesk sync-identities`: what the page does, from a shell.

use std::io::BufRead;
use std::process::Output;

use dynadesk_shared::api::identity::{SyncReport, SyncState, SyncSummary};
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::{PlanKind, PlanRow};
use tempfile::TempDir;

use super::{add, ids, pool_user, until_it_waits};
use crate::cli::{lines, text};
use crate::process::{Server, command};
use crate::support::cognito::{Cognito, POOL};
use crate::support::postgres::{PASSWORD, Postgres};

/// A directory with both sides configured, and how to reach the database.
struct Shell {
    directory: TempDir,
    url: String,
    pool: String,
}

impl Shell {
    fn new(postgres: &Postgres, cognito: &Cognito) -> Self {
        let shell = Self {
            directory: TempDir::new().unwrap(),
            url: postgres.url(),
            pool: cognito.url.clone(),
        };
        shell.configure("");
        shell
    }

    fn configure(&self, identity: &str) {
        let toml = format!(
            "[[connection]]\nname = \"local\"\nkind = \"embedded\"\nfile = \"embedded.db\"\n[identity]\n{identity}\n\
             [identity.database]\nurl_env = \"USERS\"\n[identity.pool]\nid = \"{POOL}\"\nendpoint = \"{}\"\n",
            self.pool
        );
        std::fs::write(self.directory.path().join("dynadesk.toml"), toml).unwrap();
    }

    fn run(&self, words: &[&str]) -> Output {
        let words = [&["sync-identities"], words].concat();
        let output = command(&self.directory, &words, &[("USERS", &self.url)]).output().unwrap();
        let said = text(&output.stderr);
        assert!(!said.contains(PASSWORD) && !text(&output.stdout).contains(PASSWORD), "{said}");
        output
    }

    /// What it answers and says where it must succeed.
    #[track_caller]
    fn answer(&self, words: &[&str]) -> (String, String) {
        let output = self.run(words);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        (text(&output.stdout), said)
    }

    /// How it ends where it must not succeed.
    #[track_caller]
    fn ends(&self, words: &[&str], code: i32, what: &str) {
        let output = self.run(words);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(what), "{words:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_are_planned_updated_put_back_and_updated_again() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    for handle in ["ada", "O'Brien \"😀\"", "alone", "twice", "twice"] {
        add(&pool, handle, "\u{1b}[2JName", MOCK).await;
    }
    add(&pool, "right", "Right", "sub-right").await;
    let users = ["ada", "O'Brien \"😀\"", "right", "twice", "only-in-cognito"].map(pool_user);
    let cognito = Cognito::start(users.to_vec()).await;
    cognito.throttle(2);
    let shell = Shell::new(&postgres, &cognito);
    let before = ids(&pool).await;

    let rows: Vec<PlanRow> = lines(&shell.answer(&["--dry-run", "--json"]).0);
    let count = |kind| rows.iter().filter(|row| row.kind == kind).count();
    assert_eq!((rows.len(), count(PlanKind::WillChange), count(PlanKind::Ambiguous)), (8, 2, 3));
    let (table, said) = shell.answer(&["--dry-run"]);
    assert!(
        table.starts_with("WHAT") && table.contains("sub-ada") && !table.contains("sub-right"),
        "{table}"
    );
    assert!(said.contains("2 will change, 1 already right, 1 without a row"), "{said}");
    assert_eq!(ids(&pool).await, before, "a dry run writes nothing");

    shell.ends(&["--only", "right"], 1, "invalid_choice");
    shell.ends(&["--undo", "x", "--dry-run"], 2, "cannot be used with");
    let report: Vec<SyncReport> = lines(&shell.answer(&["--only", "@ada", "--json"]).0);
    assert_eq!((report[0].summary.state, report[0].rows.len()), (SyncState::Done, 1));
    assert!(ids(&pool).await.contains(&("ada".to_owned(), "sub-ada".to_owned())));
    let undo = ["--undo", &report[0].summary.id];
    let (table, said) = shell.answer(&undo);
    assert!(table.contains("written") && said.contains("1 row put back"), "{table} {said}");
    assert_eq!(ids(&pool).await, before);
    shell.ends(&undo, 1, "sync_undone");

    let (_, said) = shell.answer(&[]);
    assert!(said.contains("2 rows updated; sync-identities --undo "), "{said}");
    assert!(
        ids(&pool)
            .await
            .contains(&("O'Brien \"😀\"".to_owned(), "sub-O'Brien \"😀\"".to_owned()))
    );
    let (table, said) = shell.answer(&[]);
    assert!(table.is_empty() && said.contains("nothing to change"), "{said}");
    let all: Vec<SyncSummary> = lines(&shell.answer(&["--list", "--json"]).0);
    let states: Vec<SyncState> = all.iter().map(|sync| sync.state).collect();
    assert_eq!(states, [SyncState::Done, SyncState::Done, SyncState::Undone]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guards_stand_before_it_and_a_database_that_is_down_is_named() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let shell = Shell::new(&postgres, &cognito);
    shell.configure("production = true");
    shell.ends(&[], 3, "production_not_confirmed");
    shell.ends(&["--undo", "x"], 3, "--yes-production");
    shell.answer(&["--dry-run"]);
    assert_eq!(ids(&pool).await[0].1, MOCK);
    shell.answer(&["--yes-production"]);
    assert_eq!(ids(&pool).await[0].1, "sub-ada");
    shell.configure("read_only = true");
    shell.ends(&["--yes-production"], 3, "identity_read_only");
    shell.configure("");
    postgres.kill();
    shell.ends(&["--json"], 1, "\"database_unreachable\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_commands_know_the_users_of_postgresql() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    let (ada, bo) = (add(&pool, "ada", "Ada", MOCK).await, add(&pool, "bo", "Bo", MOCK).await);
    let cognito = Cognito::start(Vec::new()).await;
    let shell = Shell::new(&postgres, &cognito);
    let directory = &shell.directory;
    let run = |words: &[&str]| {
        let output = command(directory, words, &[("USERS", &shell.url)]).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        (text(&output.stdout), said)
    };
    let server = Server::start(directory, &["--port", "0"], &[("USERS", &shell.url)]);
    let create = r#"{"request":{"TableName":"cruddur-messages","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}}"#;
    assert!(server.ask("POST /api/c/local/tables", create).starts_with("HTTP/1.1 2"));
    assert!(server.stop().status.success());
    std::fs::write(directory.path().join("talk.txt"), "Person 1: hello\nPerson 2: and hello to you\n").unwrap();
    // An empty table names nobody: both come from PostgreSQL.
    run(&["seed", "cruddur-messages", "talk.txt", "--person1", "@ada", "--person2", &bo]);
    sqlx::query("UPDATE public.users SET display_name = 'Bo the Second' WHERE handle = 'bo'")
        .execute(&pool)
        .await
        .unwrap();
    let list = ["conversations", "cruddur-messages", "@ada"];
    let (table, _) = run(&list);
    assert!(table.contains("Bo the Second @bo"), "{table}");
    // Without PostgreSQL the table's own names do, and it is said why.
    postgres.kill();
    let (table, said) = run(&list);
    assert!(table.contains("Bo @bo") && said.contains("PostgreSQL"), "{table} {said}");
    let (table, _) = run(&["conversations", "cruddur-messages", &ada]);
    assert!(table.contains("Bo @bo"), "{table}");

    // Whom neither knows, the users file of the configuration does.
    let users = directory.path().join("users.json");
    let filed = "77777777-7777-4777-8777-777777777777";
    let written = format!("{{\"users\": [{{\"uuid\": \"{filed}\", \"display_name\": \"Of the file\", \"handle\": \"filed\"}}]}}");
    std::fs::write(&users, written).unwrap();
    shell.configure(&format!("users_file = \"{}\"", users.display()));
    let (_, said) = run(&["seed", "cruddur-messages", "talk.txt", "--person1", "@ada", "--person2", filed]);
    assert!(said.contains("PostgreSQL"), "{said}");
    let (table, _) = run(&["conversations", "cruddur-messages", "@filed"]);
    assert!(table.contains("Ada @ada"), "{table}");
    std::fs::write(&users, "[]").unwrap();
    let nobody = command(
        directory,
        &["conversations", "cruddur-messages", "@nobody"],
        &[("USERS", &shell.url)],
    )
    .output()
    .unwrap();
    let said = text(&nobody.stderr);
    assert!(said.contains("nobody in table cruddur-messages and the users file is"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_leaves_no_transaction_in_the_middle() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let shell = Shell::new(&postgres, &cognito);
    // Somebody holds the row, so that the transaction waits in the middle.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM public.users FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let mut process = command(&shell.directory, &["sync-identities"], &[("USERS", &shell.url)])
        .spawn()
        .unwrap();
    until_it_waits(&pool).await;
    let pid = process.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut said = std::io::BufReader::new(process.stderr.take().unwrap()).lines();
    let heard = said.by_ref().map_while(Result::ok).find(|line| line.contains("carried to its end"));
    assert!(heard.is_some(), "it is said");
    held.rollback().await.unwrap();
    let output = process.wait_with_output().unwrap();
    let rest: Vec<String> = said.map_while(Result::ok).collect();
    assert_eq!(output.status.code(), Some(0), "{rest:?}");
    assert!(text(&output.stdout).contains("written"), "{}", text(&output.stdout));
    assert_eq!(ids(&pool).await[0].1, "sub-ada");
}
