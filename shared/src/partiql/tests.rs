mod random;

use serde_json::json;

use super::*;
use crate::key::{KeyAttribute, KeySchema, ScalarType};
use crate::value::AttributeValue;

fn key() -> KeySchema {
    let attribute = |name: &str| KeyAttribute {
        name: name.to_owned(),
        kind: ScalarType::S,
    };
    KeySchema {
        partition: vec![attribute("pk")],
        sort: vec![attribute("sk")],
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    statement(text).map(|read| read.kind()).map_err(|fault| fault.to_string())
}

fn refused(text: &str) -> String {
    match statement(text) {
        Ok(read) => panic!("{text:?} was understood: {read:?}"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn every_kind_of_statement_is_understood() {
    for (text, expected) in [
        ("SELECT * FROM notes", Kind::Select),
        (
            "select a, \"b.c\".d[0], e.f FROM \"notes\".\"by-date\" WHERE pk = 'x'",
            Kind::Select,
        ),
        ("SELECT * FROM t WHERE pk IN ['a', 'b'] ORDER BY pk DESC, sk ASC", Kind::Select),
        (
            "SELECT * FROM t WHERE pk='a' AND (x BETWEEN 1 AND 2 OR NOT begins_with(y, 'z')) AND size(l) > 2",
            Kind::Select,
        ),
        (
            "SELECT * FROM t WHERE a IS MISSING AND b IS NOT NULL AND attribute_type(c, 'S')",
            Kind::Select,
        ),
        (
            "SELECT * FROM t WHERE a NOT IN (1, 2) AND b NOT BETWEEN ? AND ? AND c <> -1.5E+3",
            Kind::Select,
        ),
        (
            "INSERT INTO t VALUE {'pk': 'a', 'l': [1, {'m': <<'x', 'y'>>}], 'z': null, 't': true}",
            Kind::Insert,
        ),
        ("insert into \"t\" value ?", Kind::Insert),
        ("INSERT INTO t VALUE {'pk': ?} IF NOT EXISTS", Kind::Insert),
        (
            "UPDATE t SET a = 1 SET b.c[3] = list_append(b.c, [2]) REMOVE d WHERE pk='a' AND sk='b'",
            Kind::Update,
        ),
        (
            "UPDATE t SET n = n + 1, m = set_add(m, <<1>>) WHERE pk = ? RETURNING MODIFIED NEW *",
            Kind::Update,
        ),
        ("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *;", Kind::Delete),
        ("EXISTS(SELECT * FROM t WHERE pk = 'a' AND x IS MISSING)", Kind::Exists),
        ("-- first\nSELECT /* not DELETE */ * FROM t -- end", Kind::Select),
        ("SELECT value, old FROM t WHERE \"select\" = 'from'", Kind::Select),
    ] {
        assert_eq!(kind(text), Ok(expected), "{text}");
    }
}

#[test]
fn mistakes_name_their_place() {
    for (text, place) in [
        ("", "line 1, column 1: a statement is missing"),
        ("-- only a comment", "line 1, column 1: a statement is missing"),
        (
            "SELEC * FROM t",
            "line 1, column 1: SELECT, INSERT, UPDATE, DELETE or EXISTS is expected, and SELEC stands here",
        ),
        (
            "SELECT *\nFROM",
            "line 2, column 5: a table is expected, and the statement ends here",
        ),
        ("SELECT * FROM t\nWHERE é = 1", "line 2, column 7: 'é' may only stand in quotes"),
        (
            "SELECT * FROM 't'",
            "line 1, column 15: a table is expected here: names stand in double quotes",
        ),
        ("SELECT * FROM my-table", "line 1, column 17: this does not continue a table's name"),
        (
            "SELECT * FROM t WHERE",
            "line 1, column 22: a value, a ? or an attribute is expected",
        ),
        ("SELECT * FROM t WHERE a = 1x", "line 1, column 27: \"1x\" is not a number"),
        ("SELECT * FROM t WHERE a = 'open", "line 1, column 27: this ' opens a text"),
        ("SELECT * FROM t WHERE f(a)", "line 1, column 23: DynamoDB has no function f here"),
        ("SELECT count(*) FROM t", "line 1, column 13: FROM is expected"),
        ("SELECT * FROM t WHERE a = “x”", "line 1, column 27: “ is a typographic quote"),
        (
            "INSERT INTO t VALUES {'a': 1}",
            "line 1, column 15: DynamoDB inserts one item with VALUE",
        ),
        (
            "INSERT INTO t VALUE {'a': 1, 'a': 2}",
            "line 1, column 30: the name \"a\" stands twice",
        ),
        (
            "UPDATE t WHERE a = 1",
            "line 1, column 10: SET or REMOVE is expected, and WHERE stands here",
        ),
        (
            "SELECT * FROM t; SELECT * FROM u",
            "line 1, column 18: one statement is expected here",
        ),
        ("/* open", "line 1, column 1: the comment /* is never closed"),
        (
            "SELECT set FROM t",
            "line 1, column 8: * or an attribute is expected, and SET stands here",
        ),
        ("SELECT * FROM t WHERE \"\" = 1", "line 1, column 23: a name in quotes is empty"),
        ("SELECT * FROM t WHERE a = 1E+126", "line 1, column 27: a number is at most"),
    ] {
        let said = refused(text);
        assert!(said.starts_with(place), "{text:?}: {said}");
    }
}

/// What would slip through a search for words. None of these may pass as something that only reads.
#[test]
fn no_spelling_of_a_write_passes_as_a_read() {
    let long = format!("{}DELETE FROM t WHERE pk='a'", "-- SELECT\n".repeat(50));
    let deep = format!("SELECT * FROM t WHERE {}a{}", "(".repeat(5000), ")".repeat(5000));
    for text in [
        "DELETE FROM t WHERE pk='a'",
        "dElEtE fRoM t wHeRe pk='a'",
        "/* SELECT */ DELETE FROM t WHERE pk='a'",
        "-- SELECT * FROM t\nDELETE FROM t WHERE pk='a'",
        "-- SELECT * FROM t\rDELETE FROM t WHERE pk='a'",
        "--\u{2028}DELETE FROM t WHERE pk='a'\nSELECT",
        "SELECT * FROM t; DELETE FROM t WHERE pk='a'",
        ";DELETE FROM t WHERE pk='a';SELECT * FROM t",
        "SELECT * FROM t DELETE FROM t WHERE pk='a'",
        "SELECT * FROM (DELETE FROM t WHERE pk='a')",
        "SELECT * FROM t WHERE pk = (DELETE FROM t WHERE pk='a')",
        "SELECT * FROM t WHERE EXISTS(DELETE FROM t WHERE pk='a')",
        "EXISTS(DELETE FROM t WHERE pk='a')",
        "SELECTDELETE FROM t WHERE pk='a'",
        "SELECT\u{0}; DELETE FROM t WHERE pk='a'",
        "SELECT * FROM t\u{0} DELETE FROM t WHERE pk='a'",
        "\u{0}DELETE FROM t WHERE pk='a'",
        "\u{feff}SELECT * FROM t",
        "\u{a0}SELECT * FROM t",
        "SELECT\u{a0}* FROM t",
        "SELECT\u{200b} * FROM t",
        "\u{ff33}ELECT * FROM t",
        "ＤELETE FROM t WHERE pk='a'",
        "DELETE\u{3000}FROM t WHERE pk='a'",
        "\"SELECT\" * FROM t",
        "'SELECT' * FROM t",
        "FROM t WHERE pk='a' SET x = 1",
        "FROM t WHERE pk='a' REMOVE x",
        "REPLACE INTO t <<{'pk': 'a'}>>",
        "UPSERT INTO t VALUE {'pk': 'a'}",
        "INSERT INTO t <<{'pk': 'a'}>>",
        "INSERT INTO t SELECT * FROM u",
        "INSERT INTO t VALUE (SELECT * FROM u)",
        "DROP TABLE t",
        "CREATE TABLE t",
        "EXEC delete_all",
        "BEGIN; SELECT * FROM t",
        "WITH x AS (DELETE FROM t) SELECT * FROM x",
        "EXPLAIN DELETE FROM t WHERE pk='a'",
        "(DELETE FROM t WHERE pk='a')",
        "/*/ SELECT * FROM t */ UPDATE t SET a=1 WHERE pk='a'",
        "/* /* */ DELETE FROM t WHERE pk='a' -- */ SELECT",
        "SELECT 'a\\' FROM t; DELETE FROM t WHERE pk='a' --'",
        "SELECT * FROM t WHERE a = 'x''; DELETE FROM t",
        long.as_str(),
        deep.as_str(),
    ] {
        if let Ok(read) = statement(text) {
            assert!(read.kind().writes(), "{text:?} passed as {:?}", read.kind());
            assert!(!matches!(read.body, Body::Select(_) | Body::Exists(_)));
        }
    }
}

/// Words that write, where they are only names and text.
#[test]
fn a_read_that_speaks_of_writing_stays_a_read() {
    for text in [
        "SELECT \"DELETE\", \"update\" FROM \"INSERT INTO\" WHERE pk = 'DELETE FROM t; --'",
        "SELECT * FROM t WHERE pk = 'it''s; DROP' -- DELETE FROM t",
        "SELECT * FROM t WHERE pk = '\u{0}\u{2028}\u{a0}'",
        "SELECT * FROM \"say \"\"hi\"\"\"",
    ] {
        assert_eq!(kind(text), Ok(Kind::Select), "{text}");
    }
}

#[test]
fn comments_are_not_sent() {
    let text = "-- a 'quote\n SELECT /* ; */ * FROM t -- no\n WHERE pk = '--x' ; ";
    let wire = statement(text).expect("valid").wire;
    assert_eq!(wire, "SELECT         * FROM t      \n WHERE pk = '--x'");
    assert!(!statement("SELECT * FROM t --").expect("valid").wire.contains("--"));
}

#[test]
fn a_script_keeps_its_statements_apart() {
    let text = "SELECT * FROM a; -- one; two\n;;DELET FROM b ; SELECT ';' FROM c;SELECT * FROM d WHERE x = 'open";
    let pieces = script(text);
    let read: Vec<_> = pieces.iter().map(|piece| &text[piece.span.start..piece.span.end]).collect();
    assert_eq!(
        read,
        [
            "SELECT * FROM a",
            "DELET FROM b",
            "SELECT ';' FROM c",
            "SELECT * FROM d WHERE x = 'open"
        ]
    );
    assert_eq!(pieces.iter().filter(|piece| piece.statement.is_ok()).count(), 1, "{pieces:?}");
    assert_eq!(
        pieces[3].statement.as_ref().expect_err("open").position,
        Position { line: 2, column: 62 }
    );
}

#[test]
fn a_select_scans_unless_its_partition_key_is_given() {
    for (condition, scans) in [
        ("", true),
        (" WHERE pk = 'a'", false),
        (" WHERE 'a' = \"pk\" AND x > 1", false),
        (" WHERE pk IN ['a', ?]", false),
        (" WHERE pk = 'a' OR pk = 'b'", false),
        (" WHERE (pk = 'a' AND x = 1) OR (pk = 'b')", false),
        (" WHERE pk = 'a' OR x = 1", true),
        (" WHERE NOT pk = 'a'", true),
        (" WHERE pk NOT IN ['a']", true),
        (" WHERE pk > 'a'", true),
        (" WHERE pk = sk", true),
        (" WHERE pk.a = 'a'", true),
        (" WHERE begins_with(pk, 'a')", true),
        (" WHERE PK = 'a'", true),
    ] {
        let read = statement(&format!("SELECT * FROM t{condition}")).expect(condition);
        assert_eq!(read.scans(&key()), scans, "{condition}");
    }
    assert!(!statement("DELETE FROM t").expect("valid").scans(&key()));
}

#[test]
fn a_write_says_which_item() {
    let given = [AttributeValue::S("p".into()), AttributeValue::S("s".into())];
    let expected = json!({"pk": {"S": "p"}, "sk": {"S": "s"}});
    for text in [
        "UPDATE t SET a = 1 WHERE pk = 'p' AND sk = 's'",
        "DELETE FROM t WHERE (sk = 's' AND 'p' = pk) AND a = 1",
        "DELETE FROM t WHERE pk = ? AND sk = ?",
        "INSERT INTO t VALUE {'pk': ?, 'sk': ?, 'l': [<<1, 2>>]}",
        "EXISTS(SELECT * FROM t WHERE pk = 'p' AND sk = ? OR 1 = 1)",
    ] {
        let key = statement(text).expect(text).key(&key(), &given);
        if text.starts_with("EXISTS") {
            assert!(key.is_err(), "an OR fixes no key");
        } else {
            assert_eq!(serde_json::to_value(key.expect(text)).expect("json"), expected, "{text}");
        }
    }
    let partly = statement("DELETE FROM t WHERE pk = 'p'").expect("valid").key(&key(), &[]);
    assert_eq!(partly, Err("WHERE does not say \"sk\" = a value".to_owned()));
    let wrong = statement("DELETE FROM t WHERE pk = 1 AND sk = 's'")
        .expect("valid")
        .key(&key(), &[]);
    assert!(wrong.expect_err("type").contains("must be S, this is N"));
    assert!(statement("INSERT INTO t VALUE ?").expect("valid").key(&key(), &[]).is_err());
}

#[test]
fn parameters_are_counted_outside_of_quotes() {
    let read = statement("UPDATE t SET a = ?, b = [?, {'x?': ?}] WHERE pk = '?' AND \"?\" = ? -- ?").expect("valid");
    assert_eq!(read.parameters, 4);
    assert_eq!(parameters("a = ? -- ?\n; '?' \"?\" ? 'open ?"), [4, 21]);
}
