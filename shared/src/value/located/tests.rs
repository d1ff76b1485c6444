use super::*;

fn fault(text: &str) -> (usize, usize, String) {
    let fault = parse(text).expect_err(text);
    let (line, column) = fault.place(text);
    (line, column, fault.message)
}

#[test]
fn everything_has_its_place() {
    let text = "{\n  \"a\": [1, \"é\\n\\ud83d\\ude00\"],\n  \"a\": null\n}";
    let Json::Object(entries) = parse(text).expect("valid").json else {
        panic!("an object")
    };
    assert_eq!((entries[0].name.as_str(), entries[1].name.as_str()), ("a", "a"));
    let Json::Array(list) = &entries[0].value.json else {
        panic!("an array")
    };
    assert_eq!(list[1].json, Json::Text("é\n😀".to_owned()));
    assert_eq!(TextFault::new(list[1].at, "").place(text), (2, 12));
    assert_eq!(TextFault::new(entries[1].value.at, "").place(text), (3, 8));
}

#[test]
fn json_is_written_as_it_was_read() {
    let text = r#"{"b":[1.50,1E5,{}],"a":{"x":"\n","x":null},"e":[]}"#;
    let read = parse(text).expect("valid");
    assert_eq!(write(&read, false), text);
    let indented = write(&read, true);
    assert!(indented.starts_with("{\n  \"b\": [\n    1.50,"), "{indented}");
    assert_eq!(write(&parse(&indented).expect("valid"), false), text);
}

#[test]
fn mistakes_are_told_at_their_line_and_column() {
    assert_eq!(fault("{\n  \"a\": 1\n  \"b\": 2\n}").0, 3);
    assert!(fault("{\"a\": 1,}").2.contains("comma stands before"));
    assert!(fault("[1,]").2.contains("comma stands before"));
    assert_eq!(
        fault("{\n\"a\": 'x'}"),
        (2, 6, "texts stand in double quotes, not in single ones".to_owned())
    );
    assert!(fault("{\"a\": tru}").2.contains("\"tru\" is no JSON value"));
    assert!(fault("{\"a\": 01}").2.contains("no JSON number"));
    assert!(fault("{\"a\": \"x\n\"}").2.contains("write \\n"));
    assert!(fault("{\"a\": \"\\ud800\"}").2.contains("surrogate"));
    assert!(fault("{\"a\": \"x").2.contains("never closed"));
    assert!(fault("{} {}").2.contains("goes on"));
    assert!(fault(&"[".repeat(100_000)).2.contains("32 deep"));
    assert_eq!(fault("").2, "the text ends where a value should stand");
}

#[test]
fn it_takes_and_refuses_what_serde_does() {
    for text in [
        "0",
        "-0",
        "1.5e+10",
        "1E5",
        "[]",
        "{}",
        "\"\\u0000\"",
        "[1 ,2 ]",
        " null ",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "nul",
        "nulls",
        "[",
        "{\"a\"}",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
    ] {
        let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert_eq!(parse(text).is_ok(), theirs, "{text}");
    }
}
