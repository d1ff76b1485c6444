use super::*;

#[test]
fn links_are_these() {
    let all = [
        home(),
        people(),
        cognito_ids(),
        tables("local"),
        table_new("local"),
        overview("local", "cruddur-messages"),
        items("local", "cruddur-messages"),
        seed("local", "cruddur-messages"),
        users("local", "cruddur-messages"),
        table("local", "cruddur-messages", Section::Settings),
        table("local", "cruddur-messages", Section::Monitoring),
        table("local", "cruddur-messages", Section::Backups),
        table("local", "cruddur-messages", Section::Expiry),
        table("local", "cruddur-messages", Section::Stream),
        table("local", "cruddur-messages", Section::Relay),
        table("local", "cruddur-messages", Section::Patterns),
        user("local", "cruddur-messages", "u-1"),
        conversation("local", "cruddur-messages", "u-1", "g-1"),
        partiql("local"),
        history("local"),
        audit(),
        jobs("local"),
        job("local", "j-1"),
    ];
    assert_eq!(
        all.join("\n"),
        "/\n\
         /users\n\
         /users/cognito-ids\n\
         /c/local/tables\n\
         /c/local/tables/+new\n\
         /c/local/tables/cruddur-messages\n\
         /c/local/tables/cruddur-messages/items\n\
         /c/local/tables/cruddur-messages/seed\n\
         /c/local/tables/cruddur-messages/conversations\n\
         /c/local/tables/cruddur-messages/settings\n\
         /c/local/tables/cruddur-messages/monitoring\n\
         /c/local/tables/cruddur-messages/backups\n\
         /c/local/tables/cruddur-messages/expiry\n\
         /c/local/tables/cruddur-messages/stream\n\
         /c/local/tables/cruddur-messages/relay\n\
         /c/local/tables/cruddur-messages/patterns\n\
         /c/local/tables/cruddur-messages/conversations/u-1\n\
         /c/local/tables/cruddur-messages/conversations/u-1/g-1\n\
         /c/local/partiql\n\
         /c/local/history\n\
         /audit\n\
         /c/local/jobs\n\
         /c/local/jobs/j-1"
    );
    for link in all {
        assert_eq!(Route::parse(&link).href(), link);
    }
}

#[test]
fn hostile_parts_come_back_as_they_were() {
    for hostile in ["a/b", "100%", "%2F", "<img src=x>", "ü 😀", "?q#h", "..."] {
        let link = conversation("local", "t.1", hostile, hostile);
        let Route::Table {
            section: Section::Conversations { user, group },
            ..
        } = Route::parse(&link)
        else {
            panic!("{link} is no conversation");
        };
        assert_eq!((user.as_deref(), group.as_deref()), (Some(hostile), Some(hostile)));
    }
}

#[test]
fn a_table_may_be_called_new() {
    assert_eq!(Route::parse("/c/local/tables/new").table(), Some("new"));
    assert_eq!(Route::parse("/c/local/elsewhere"), Route::NotFound);
    assert_eq!(Route::parse("/c/local/tables/t/conversations/a/b/c"), Route::NotFound);
}

#[test]
fn queries_are_written_and_read() {
    let link = with_query("/x", &[("f", Some("a=b&c".to_owned())), ("none", None)]);
    assert_eq!(link, "/x?f=a%3Db%26c");
    assert_eq!(query_value("f=a%3Db%26c", "f").as_deref(), Some("a=b&c"));
    assert_eq!(query_value("f=1", "g"), None);
}
