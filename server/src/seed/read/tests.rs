use super::*;

type Lines = Vec<(u64, Result<String, String>)>;

fn read(text: &str) -> Result<(&'static str, Lines), String> {
    let mut reader = Reader::open(text, "t")?;
    let mut found = Vec::new();
    while let Some(entry) = reader.next()? {
        found.push((entry.line, entry.item.map(|item| serde_json::to_string(&item).unwrap_or_default())));
    }
    Ok((reader.format(), found))
}

const TYPED: &str = r#"{"pk":{"S":"a"}}"#;

#[test]
fn every_form_is_recognised() {
    for (text, format) in [
        (r#"[{"pk": "a"}]"#, "JSON array"),
        ("\u{feff}\n{\"pk\": \"a\"}\n", "JSON Lines"),
        (r#"[{"pk": {"S": "a"}}]"#, "DynamoDB JSON array"),
        (r#"{"pk": {"S": "a"}}"#, "DynamoDB JSON Lines"),
        (r#"{"Item": {"pk": {"S": "a"}}}"#, "DynamoDB JSON Lines of an export"),
        (
            r#"{"t": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}"#,
            "BatchWriteItem requests",
        ),
        (
            r#"{"Items": [{"pk": {"S": "a"}}], "Count": 1, "ScannedCount": 1}"#,
            "DynamoDB JSON of a Scan or Query",
        ),
        ("{\n  \"pk\":\n  \"a\"\n}", "JSON Lines"),
    ] {
        let (found, lines) = read(text).expect(text);
        assert_eq!(found, format);
        assert_eq!(lines.len(), 1, "{text}");
        assert_eq!(lines[0].1, Ok(TYPED.to_owned()), "{text}");
    }
    assert_eq!(read("[]").expect("empty").1, vec![]);
}

#[test]
fn a_bad_line_costs_only_itself() {
    let (_, lines) = read("{\"pk\": \"a\"}\n{\"pk\": oops}\n\n[1]\n{\"pk\": \"b\"}").expect("lines");
    assert_eq!(lines.iter().map(|line| line.0).collect::<Vec<_>>(), [1, 2, 4, 5]);
    assert!(lines[1].1.as_ref().expect_err("syntax").starts_with("line 2, column "), "{lines:?}");
    assert!(lines[2].1.as_ref().expect_err("array").contains("JSON object"));
    assert!(lines[3].1.is_ok());
}

#[test]
fn a_broken_array_names_line_and_column() {
    assert_eq!(
        read("[\n{\"a\": 1}\n{\"a\": 2}]"),
        Err("line 3, column 1: a comma or ']' is missing".to_owned())
    );
    assert!(
        read("[{\"a\": 1},\n{\"a\": }]")
            .expect_err("value")
            .starts_with("line 2, column 7: ")
    );
    assert!(read("[{\"a\": 1}").expect_err("open").contains("never closed"));
    assert!(read("[{\"a\": 1}] x").expect_err("more").contains("column 12"));
    assert!(read("pk,sk\n1,2").expect_err("csv").contains("line 1"));
    assert!(read(" \n").expect_err("empty").contains("empty"));
}

#[test]
fn forms_do_not_mix() {
    let (_, lines) = read("{\"pk\": {\"S\": \"a\"}}\n{\"pk\": \"b\"}").expect("lines");
    assert!(lines[1].1.as_ref().expect_err("plain").contains("began with DynamoDB JSON"));
    let (_, lines) = read("{\"pk\": \"b\"}\n{\"pk\": {\"S\": \"a\"}}").expect("lines");
    assert!(lines[1].1.as_ref().expect_err("typed").contains("began with plain JSON"));
}

#[test]
fn requests_for_other_tables_and_deletes_are_said() {
    let text = r#"{"u": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}],
        "t": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}, {"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}"#;
    let (_, lines) = read(text).expect("batch");
    assert!(lines[0].1.as_ref().expect_err("other").contains("table \"u\""));
    assert!(lines[1].1.as_ref().expect_err("delete").contains("PutRequest"));
    assert!(lines[2].1.is_ok());
}

#[test]
fn a_name_that_stands_twice_is_not_lost_in_silence() {
    for text in [
        r#"{"pk":"a","x":1,"x":2}"#,
        r#"{"pk":"a","m":{"x":1,"x":2}}"#,
        r#"{"pk":{"S":"a"},"x":{"S":"1"},"x":{"S":"2"}}"#,
        r#"{"pk":{"S":"a"},"m":{"M":{"x":{"S":"1"},"x":{"S":"2"}}}}"#,
        r#"{"Item":{"pk":{"S":"a"},"x":{"S":"1"},"x":{"S":"2"}}}"#,
        r#"{"t":[{"PutRequest":{"Item":{"pk":{"S":"a"},"x":{"S":"1"},"x":{"S":"2"}}}}]}"#,
    ] {
        let (_, lines) = read(text).expect(text);
        assert_eq!(lines[0].1, Err("the name \"x\" stands twice in one object".to_owned()), "{text}");
    }
}

#[test]
fn numbers_keep_every_digit() {
    let nines = "9".repeat(38);
    let (_, lines) = read(&format!("[{{\"n\": {nines}}}]")).expect("array");
    assert_eq!(lines[0].1, Ok(format!("{{\"n\":{{\"N\":\"{nines}\"}}}}")));
}
