//! Where the application's users are.

use super::*;

#[test]
fn users_are_configured_and_secrets_are_hidden() {
    let toml = r#"
        [identity]
        production = true
        [identity.database]
        url_env = "DB_URL"
        password_env = "DB_PASSWORD"
        sslmode = "verify-full"
        schema = "app\"; DROP TABLE x; --"
        [identity.database.columns]
        handle = "nick"
        [identity.pool]
        id = "eu-central-1_AbC"
    "#;
    let variables = [
        ("DB_URL", "postgres://u:hush-1@db.example.com/cruddur"),
        ("DB_PASSWORD", "hush-2"),
        // Both mean DynamoDB, and never Cognito.
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:8000"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
    ];
    let config = read(toml, &[], &variables).unwrap();
    assert!(!format!("{config:?}").contains("hush"));
    let identity = config.identity;
    let (pool, database) = (identity.pool.unwrap(), identity.database.unwrap());
    assert!(identity.production && !identity.read_only);
    assert_eq!((pool.region.as_str(), pool.endpoint), ("eu-central-1", None));
    assert_eq!((database.columns.handle.as_str(), database.columns.uuid.as_str()), ("nick", "uuid"));
    let own = [
        &variables[..],
        &[("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:9229/")],
    ]
    .concat();
    let pool = read(toml, &["--read-only"], &own).unwrap().identity.pool.unwrap();
    let (url, by) = pool.endpoint.unwrap();
    assert_eq!(
        (url.as_str(), by.as_str()),
        ("http://127.0.0.1:9229", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")
    );
    let flags = ["--user-pool", "us-east-1_X", "--database-url", "postgres://u:hush-3@h/d"];
    let config = read("", &flags, &[]).unwrap();
    assert_eq!(config.identity.pool.as_ref().unwrap().id, "us-east-1_X");
    assert!(config.identity.database.is_some() && !format!("{config:?}").contains("hush"));
}

#[test]
fn what_is_wrong_with_users_is_named_with_its_line_and_without_secrets() {
    for (toml, wanted) in [
        ("[identity.database]\nsslmode = \"require\"", "needs `url` or `url_env`"),
        (
            "[identity.database]\nurl = \"mysql://u:hush@h/d\"",
            "dynadesk.toml:2: a PostgreSQL URL begins with",
        ),
        (
            "[identity.database]\nurl = \"postgres://u:hush@h:port/d\"",
            "dynadesk.toml:2: this is no PostgreSQL URL",
        ),
        ("[identity.database]\nurl = 3", "a secret is written as a string"),
        (
            "[identity.database]\nurl = \"postgres://h/d\"\nsslmode = \"maybe\"",
            "dynadesk.toml:3: \"maybe\" is no sslmode",
        ),
        (
            "[identity.database]\nurl = \"postgres://h/d\"\nmax_connections = 0",
            "`max_connections` is 1 to 100",
        ),
        (
            "[identity.database]\nurl = \"postgres://h/d\"\ntable = \"a\\u0000b\"",
            "is no name in PostgreSQL",
        ),
        (
            "[identity.database]\nurl = \"postgres://h/d\"\ncolumns = {handle = \"uuid\"}",
            "stands for two things",
        ),
        (
            "[identity.database]\nurl = \"postgres://h/d\"\npassword_env = \"hush it\"",
            "no variable of the name that stands here",
        ),
        (
            "[identity.pool]\nid = \"no pool\"",
            "dynadesk.toml:2: \"no pool\" is no id of a user pool",
        ),
        ("[identity.pool]\nregion = \"eu-west-1\"", "a user pool needs its id"),
        ("[identity.pool]\nid = \"eu-west-1_A\"\nendpoint = \"ftp://x\"", "dynadesk.toml:3:"),
        ("[identity]\nfile = 1", "unknown field"),
    ] {
        let error = fault(toml);
        assert!(error.contains(wanted) && !error.contains("hush"), "{toml}: {error}");
    }
}
