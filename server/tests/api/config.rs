//! What stops the start, with the line at fault.

mod providers;
mod users;

use clap::Parser;
use dynadesk_server::cli::Line;
use dynadesk_server::config::{AuditImages, Config, Environment, Place};
use dynadesk_shared::api::connections::Feature;
use tempfile::TempDir;

/// Reads a configuration from a file's text, flags and variables.
fn read(toml: &str, flags: &[&str], variables: &[(&str, &str)]) -> Result<Config, String> {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("dynadesk.toml");
    std::fs::write(&file, toml).unwrap();
    let words = ["dynadesk", "--config", file.to_str().unwrap()];
    let args = Line::try_parse_from(words.iter().chain(flags))
        .map_err(|error| error.to_string())?
        .args;
    let lookup = |name: &str| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::read(args, &Environment(&lookup)).map_err(|error| error.to_string().replace(file.to_str().unwrap(), "dynadesk.toml"))
}

/// The error of a file alone.
#[track_caller]
fn fault(toml: &str) -> String {
    read(toml, &[], &[])
        .map(|config| format!("{config:?}"))
        .expect_err("it must be refused")
}

#[test]
fn nothing_configured_is_the_embedded_engine_on_loopback() {
    let config = read("", &[], &[]).unwrap();
    assert_eq!(config.address.to_string(), "127.0.0.1:8420");
    assert_eq!(config.connections.len(), 1);
    assert!(config.connections[0].is_default);
    assert!(matches!(&config.connections[0].place, Place::Embedded { file: Some(file) } if file.ends_with("embedded.db")));
    let config = read("", &["--in-memory", "--read-only", "--port", "0"], &[]).unwrap();
    assert!(matches!(config.connections[0].place, Place::Embedded { file: None }));
    assert!(config.connections[0].read_only);
}

#[test]
fn a_file_with_every_kind() {
    let toml = r#"
        default = "prod"
        [[connection]]
        name = "local"
        kind = "embedded"
        [[connection]]
        name = "ddb"
        kind = "endpoint"
        url = "http://127.0.0.1:8000/"
        access_key_id = "key"
        secret_access_key_env = "DDB_SECRET"
        lacks = ["transactions", "ttl"]
        [[connection]]
        name = "prod"
        kind = "aws"
        label = "Production"
        region = "eu-west-1"
        role_arn = "arn:aws:iam::123456789012:role/reader"
        read_only = true
        production = true
    "#;
    let config = read(toml, &[], &[("DDB_SECRET", "hush-hush")]).unwrap();
    let [local, ddb, prod] = &config.connections[..] else {
        panic!("{config:?}")
    };
    assert!(!local.is_default && prod.is_default && prod.production && prod.read_only);
    assert_eq!(
        (prod.color.as_str(), prod.label.as_str(), local.color.as_str()),
        ("red", "Production", "teal")
    );
    let Place::Endpoint { url, keys, lacks, .. } = &ddb.place else {
        panic!("{ddb:?}")
    };
    assert_eq!(
        (url.as_str(), keys.secret_access_key.reveal()),
        ("http://127.0.0.1:8000", "hush-hush")
    );
    assert_eq!(lacks[..], [Feature::Transactions, Feature::Ttl]);
    assert!(!format!("{config:?}").contains("hush-hush"), "secrets hide in debug");
}

#[test]
fn contradictions_name_their_line() {
    let connection = |rest: &str| format!("[[connection]]\nname = \"a\"\n{rest}");
    let cases = [
        ("colour = 1", "dynadesk.toml:1: unknown field `colour`"),
        ("port = \"x\"", "dynadesk.toml:1: invalid type"),
        ("a = ", "dynadesk.toml:1:"),
        (
            "default = \"b\"\n[[connection]]\nname = \"a\"\nkind = \"embedded\"",
            "dynadesk.toml:1: no connection is named \"b\"",
        ),
        (&connection("kind = \"oracle\""), "dynadesk.toml:3: unknown variant `oracle`"),
        (
            &connection("kind = \"embedded\"\nmemory = true\nfile = \"x\""),
            "dynadesk.toml:5: a connection in memory has no file",
        ),
        (
            &connection("kind = \"embedded\"\nurl = \"http://x\""),
            "dynadesk.toml:4: `url` does not belong",
        ),
        (
            &connection("kind = \"aws\"\nurl = \"http://x\""),
            "dynadesk.toml:4: `url` does not belong",
        ),
        (&connection("kind = \"endpoint\""), "dynadesk.toml:3: connection \"a\" needs `url`"),
        (
            &connection("kind = \"endpoint\"\nurl = \"ftp://x\""),
            "dynadesk.toml:4: \"ftp://x\" must begin with http",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://u:p@x\""),
            "dynadesk.toml:4: a URL must not hold credentials",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"ftp://u:p w@x\""),
            "dynadesk.toml:4: a URL must not hold credentials",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://x\"\naccess_key_id = \"k\""),
            "dynadesk.toml:5: an access key needs",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://x\"\naccess_key_id_env = \"NO\""),
            "dynadesk.toml:5: the environment has no variable NO",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://x\"\naccess_key_id = \"k\"\nsecret_access_key_env = \"wJal/hush\""),
            "dynadesk.toml:6: the environment has no variable of the name that stands here",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://x\"\naccess_key_id = \"k\"\nsecret_access_key = 4711"),
            "dynadesk.toml:6: a secret is written as a string, in quotes",
        ),
        (
            &connection("kind = \"endpoint\"\nurl = \"http://x\"\nlacks = [\"speed\"]"),
            "dynadesk.toml:5: unknown variant `speed`",
        ),
        (
            &connection("kind = \"embedded\"\ncolor = \"mauve\""),
            "dynadesk.toml:4: \"mauve\" is no colour",
        ),
        (
            &connection("kind = \"aws\"\nexternal_id = \"x\""),
            "dynadesk.toml:4: `external_id` belongs to `role_arn`",
        ),
        (
            "[[connection]]\nname = \"A b\"\nkind = \"embedded\"",
            "dynadesk.toml:2: a connection's name stands in URLs",
        ),
        (
            &format!("{}\n{0}", connection("kind = \"embedded\"")),
            "dynadesk.toml:5: another connection is named \"a\"",
        ),
        (
            &format!(
                "{}\n[[connection]]\nname = \"b\"\nkind = \"embedded\"\nfile = \"a.db\"",
                connection("kind = \"embedded\"")
            ),
            "dynadesk.toml:7: another connection keeps its data in a.db",
        ),
    ];
    for (toml, expected) in cases {
        let error = fault(toml);
        assert!(error.starts_with(expected), "{toml}\n{error}\n{expected}");
        assert!(!error.contains('\n'), "one line: {error}");
    }
}

#[test]
fn the_store_is_on_a_connection_that_exists() {
    let file = |rest: &str| format!("[[connection]]\nname = \"a\"\nkind = \"embedded\"\n{rest}");
    let store = read(&file("[store]\nconnection = \"a\""), &[], &[]).unwrap().store.unwrap();
    assert_eq!((store.connection.as_str(), store.table.as_str()), ("a", "dynadesk"));
    let flags = ["--store-connection", "a", "--store-table", "desk.two"];
    let store = read(&file("[store]\nconnection = \"b\""), &flags, &[]).unwrap().store.unwrap();
    assert_eq!((store.connection.as_str(), store.table.as_str()), ("a", "desk.two"));
    assert_eq!(read(&file(""), &[], &[]).unwrap().store, None);

    let cases = [
        ("[store]\nconnection = \"b\"", "dynadesk.toml:5: no connection is named \"b\""),
        (
            "[store]\ntable = \"dynadesk\"",
            "dynadesk.toml:5: a table for the store needs the connection",
        ),
        (
            "[store]\nconnection = \"a\"\ntable = \"a b\"",
            "dynadesk.toml:6: a table name has only",
        ),
        ("[store]\nfile = \"x\"", "dynadesk.toml:5: unknown field `file`"),
    ];
    for (toml, expected) in cases {
        let error = fault(&file(toml));
        assert!(error.starts_with(expected), "{toml}\n{error}");
    }
    let taken = "[[connection]]\nname = \"store\"\nkind = \"embedded\"";
    assert!(fault(taken).starts_with("dynadesk.toml:2: connection \"store\" keeps its data in store.db"));
    assert!(read(&format!("{taken}\n[store]\nconnection = \"store\""), &[], &[]).is_ok());
    let refused = |flags: &[&str]| read("", flags, &[]).map(|config| format!("{config:?}")).expect_err("refused");
    assert!(refused(&["--store-connection", "nowhere"]).contains("--store-connection: no connection is named"));
    assert!(refused(&["--store-table", "dynadesk"]).contains("--store-table: a table for the store needs"));
}

#[test]
fn a_second_person_is_somebody_who_signs_in_and_a_budget_is_of_a_role() {
    let file = |words: &str| format!("[[connection]]\nname = \"a\"\nkind = \"embedded\"\nsecond_person = [{words}]");
    let users = ["--sign-in-users", "/nowhere/users.toml"];
    let config = read(&file("\"drop_table\""), &users, &[]).unwrap();
    assert!(config.connections[0].second_person);
    assert!(!read(&file(""), &[], &[]).unwrap().connections[0].second_person);
    let budget = |text: &str| format!("[[connection]]\nname = \"a\"\nkind = \"embedded\"\nscan_budget = {text}");
    let budgets = read(&budget("{ viewer = 1000, admin = 0 }"), &[], &[]).unwrap().connections[0].scan_budgets;
    assert_eq!((budgets.viewer, budgets.operator, budgets.admin), (Some(1000), None, Some(0)));
    for (text, expected) in [("{ owner = 1 }", "unknown field `owner`"), ("{ viewer = -1 }", "invalid value")] {
        let error = fault(&budget(text));
        assert!(error.starts_with("dynadesk.toml:4: ") && error.contains(expected), "{error}");
    }
    let alone = fault(&file("\"drop_table\""));
    assert!(
        alone.starts_with("dynadesk.toml:4: a second person is somebody else who signs in"),
        "{alone}"
    );
    let unknown = read(&file("\"drop_tables\""), &users, &[])
        .map(|config| format!("{config:?}"))
        .expect_err("refused");
    assert!(
        unknown.starts_with("dynadesk.toml:4: \"drop_tables\" needs no second person"),
        "{unknown}"
    );
}

#[test]
fn flags_that_contradict_are_refused() {
    let refused = |toml: &str, flags: &[&str]| read(toml, flags, &[]).map(|config| format!("{config:?}")).expect_err("refused");
    let file = "[[connection]]\nname = \"endpoint\"\nkind = \"embedded\"";
    assert!(refused(file, &["--in-memory"]).contains("memory = true"));
    assert!(refused(file, &["--endpoint", "http://x"]).contains("\"endpoint\""));
    assert!(refused("", &["--region", "eu-west-1"]).contains("--endpoint or --profile"));
    assert!(refused("", &["--endpoint", "x"]).contains("--endpoint"));
    assert!(refused("", &["--address", "0.0.0.0"]).contains("have to sign in"));
    assert!(refused("address = \"0.0.0.0\"", &[]).contains("have to sign in"));
    let users = ["--address", "0.0.0.0", "--sign-in-users", "users.toml"];
    assert!(refused("", &users).contains("--allowed-host"));
    let named = [&users[..], &["--allowed-host", "desk"]].concat();
    assert!(refused("", &named).contains("without TLS"));
    assert!(read("", &["--address", "::1"], &[]).is_ok());
    // Grants, proxies and names of the world without a way to sign in would make everybody an admin.
    assert!(refused("", &["--trusted-proxy", "10.0.0.1"]).contains("no way to sign in"));
    assert!(refused("[[grant]]\ngroup = \"a\"\nrole = \"viewer\"", &[]).contains("no way to sign in"));
    assert!(refused("public_url = \"https://desk.example\"", &[]).contains("no way to sign in"));
    assert!(refused("[sign_in]\nidle_minutes = 5", &[]).contains("no way to sign in"));
    let oidc = |issuer: &'static str, url: &'static str| {
        [
            "--oidc-issuer",
            issuer,
            "--oidc-client-id",
            "c",
            "--grant",
            "*=viewer",
            "--public-url",
            url,
        ]
    };
    assert!(refused("", &oidc("https://idp.example", "http://desk.example")).contains("https://"));
    let base = |url: &'static str| read("", &oidc("https://idp.example", url), &[]).map(|config| config.sign_in.base().to_owned());
    assert_eq!(base("https://desk.example:8443/"), Ok(String::new()));
    assert_eq!(base("https://example.com/ops/desk/"), Ok("/ops/desk".to_owned()));
    for wrong in [
        "https://example.com/a%22b",
        "https://example.com/a//b",
        "https://example.com/../b",
        "https://example.com/api/desk",
    ] {
        assert!(base(wrong).is_err(), "{wrong}");
    }
    assert!(refused("", &oidc("http://idp.example", "https://desk.example")).contains("https://"));
    assert!(read("", &oidc("https://idp.example", "https://desk.example"), &[]).is_ok());
    assert!(refused("[[connection]]\nname = \"identity\"\nkind = \"embedded\"", &[]).contains("dynadesk.toml:2"));
    assert!(read("", &[&named[..], &["--trusted-proxy", "10.0.0.0/8"]].concat(), &[]).is_ok());
}

#[test]
fn a_variable_may_have_the_whole_file() {
    let with = |words: &[&str], text: &str| {
        let args = Line::try_parse_from(["dynadesk"].iter().chain(words)).unwrap().args;
        let lookup = |name: &str| (name == "DYNADESK_CONFIG_TEXT").then(|| text.to_owned());
        Config::read(args, &Environment(&lookup)).map_err(|error| error.to_string())
    };
    let text = "port = 9000\n[[connection]]\nname = \"dev\"\nkind = \"endpoint\"\nurl = \"http://127.0.0.1:8000\"\n[sign_in]\nidle_minutes = 5\nusers_file = \"u\"\n";
    let config = with(&[], text).unwrap();
    assert_eq!((config.address.port(), config.connections[0].name.as_str()), (9000, "dev"));
    assert_eq!(config.sign_in.idle.as_secs(), 300);
    let Place::Endpoint { source, .. } = &config.connections[0].place else {
        panic!("an endpoint")
    };
    assert_eq!(source, "DYNADESK_CONFIG_TEXT", "the page says where it stands");
    let pool = "[identity.pool]\nid = \"eu-central-1_AbCdEfGhI\"\nendpoint = \"http://127.0.0.1:9229\"\n";
    let pool = with(&[], pool).unwrap().identity.pool.unwrap();
    assert_eq!(
        pool.endpoint.unwrap().1,
        "DYNADESK_CONFIG_TEXT",
        "and so does the page of the users"
    );
    assert_eq!(with(&["--port", "9001"], text).unwrap().address.port(), 9001, "flags beat it");
    let fault = with(&[], "port = 9000\nprot = 1").expect_err("unknown");
    assert!(fault.starts_with("DYNADESK_CONFIG_TEXT:2:"), "{fault}");
    let fault = with(&["--config", "desk.toml"], text).expect_err("two files");
    assert!(fault.contains("desk.toml"), "{fault}");
}

#[test]
fn only_who_ends_tls_elsewhere_answers_its_proxies_alone() {
    let named = ["--address", "0.0.0.0", "--sign-in-users", "users.toml", "--allowed-host", "desk"];
    let tls = ["--tls-cert", "a.pem", "--tls-key", "a.key"];
    let proxy = ["--trusted-proxy", "10.0.0.0/8"];
    let alone = |parts: &[&[&str]]| read("", &parts.concat(), &[]).unwrap().sign_in.proxies_only;
    assert!(alone(&[&named, &proxy]));
    assert!(!alone(&[&named, &tls]), "it speaks TLS itself");
    assert!(!alone(&[&named, &tls, &proxy]));
    assert!(
        !alone(&[&proxy, &["--sign-in-users", "users.toml"]]),
        "nobody else reaches loopback"
    );
}

#[test]
fn how_it_is_reached_is_configured_as_a_whole() {
    let refused = |toml: &str, flags: &[&str]| read(toml, flags, &[]).map(|config| format!("{config:?}")).expect_err("refused");
    let named = ["--address", "0.0.0.0", "--sign-in-users", "users.toml", "--allowed-host", "desk"];
    assert!(read("", &[&named[..], &["--tls-cert", "a.pem", "--tls-key", "a.key"]].concat(), &[]).is_ok());
    assert!(refused("", &["--tls-cert", "a.pem"]).contains("belong together"));
    assert!(refused("", &["--max-connections", "5"]).contains("from 64"));
    assert!(refused("max_connections = 5", &[]).starts_with("dynadesk.toml:1: max_connections is from 64"));
    assert!(refused("", &["--drain-seconds", "301"]).contains("at most 300"));
    assert!(refused("\ndrain_seconds = 301", &[]).starts_with("dynadesk.toml:2: drain_seconds is at most 300"));
    let drain = |toml: &str, flags: &[&str]| read(toml, flags, &[]).unwrap().drain().as_secs();
    assert_eq!((drain("", &[]), drain("drain_seconds = 20", &[])), (0, 20));
    assert_eq!(drain("drain_seconds = 20", &["--drain-seconds", "7"]), 7);
    assert_eq!(drain("", &[&named[..], &["--tls-cert", "a.pem", "--tls-key", "a.key"]].concat()), 5);
    assert!(refused("", &["--metrics-token", "short"]).contains("16 characters"));
    assert!(refused("", &["--metrics-address", "0.0.0.0:9420"]).contains("need a token"));
    assert!(refused("[metrics]\naddress = \"0.0.0.0:9420\"", &[]).starts_with("dynadesk.toml:2: 0.0.0.0:9420 can be reached"));
    assert!(read("[metrics]\naddress = \"127.0.0.1:9420\"", &[], &[]).is_ok());
}

#[test]
fn the_connection_of_a_flag_or_a_variable_stands_beside_the_embedded_one() {
    let names = |config: Config| -> Vec<(String, bool)> {
        config
            .connections
            .into_iter()
            .map(|connection| (connection.name, connection.is_default))
            .collect()
    };
    let (local, endpoint, aws) = ("local".to_owned(), "endpoint".to_owned(), "aws".to_owned());
    let flagged = read("", &["--endpoint", "http://127.0.0.1:8000"], &[]).unwrap();
    assert_eq!(names(flagged), [(local.clone(), false), (endpoint, true)]);
    let redirected = [("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")];
    assert_eq!(names(read("", &[], &redirected).unwrap()), [(local.clone(), true), (aws, false)]);
    let configured = "[[connection]]\nname = \"local\"\nkind = \"embedded\"";
    assert_eq!(names(read(configured, &[], &redirected).unwrap()), [(local, true)]);
}

#[test]
fn the_audit_log_is_kept_for_as_long_as_it_is_said() {
    let audit = read("", &[], &[]).unwrap().audit;
    assert_eq!((audit.days, audit.required, audit.images), (365, false, AuditImages::Whole));
    let file = "[audit]\ndays = 30\nrequired = true\nhashes = true\n";
    let audit = read(file, &[], &[]).unwrap().audit;
    assert_eq!((audit.days, audit.required, audit.images), (30, true, AuditImages::Hash));
    let images = |file: &str, flags: &[&str]| read(file, flags, &[]).map(|config| config.audit.images);
    let link = "[audit]\nimages = \"link\"\n";
    assert_eq!(images(link, &[]).unwrap(), AuditImages::Link);
    assert_eq!(images(link, &["--audit-images", "whole"]).unwrap(), AuditImages::Whole);
    assert_eq!(images(link, &["--audit-hashes"]).unwrap(), AuditImages::Hash);
    let why = fault("[audit]\nhashes = true\nimages = \"whole\"\n");
    assert!(why.contains("dynadesk.toml:3") && why.contains("one of the two"), "{why}");
    assert!(fault("[audit]\nimages = \"some\"\n").contains("dynadesk.toml:2"));
    images("", &["--audit-hashes", "--audit-images", "link"]).unwrap_err();
    assert_eq!(read(file, &["--audit-days", "90"], &[]).unwrap().audit.days, 90);
    let why = fault("[audit]\n\ndays = 0\n");
    assert!(why.contains("dynadesk.toml:3") && why.contains("1 to 3650"), "{why}");
    let why = read("", &["--audit-days", "4000"], &[]).map(|_| ()).unwrap_err();
    assert!(why.contains("--audit-days"), "{why}");
}
