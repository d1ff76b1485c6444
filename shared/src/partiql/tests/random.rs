//! Statements that nobody wrote: what is printed reads the same again, and no shreds break the parser.

use proptest::prelude::*;

use super::*;

fn names() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,6}", "[a-zA-Z_ .\"'?;#é-]{1,8}", Just("SELECT".to_owned())]
}

fn paths() -> impl Strategy<Value = ast::Path> {
    let steps = prop::collection::vec(
        prop_oneof![names().prop_map(ast::Step::Name), any::<u32>().prop_map(ast::Step::Index)],
        0..3,
    );
    (names(), steps).prop_map(|(first, rest)| ast::Path(std::iter::once(ast::Step::Name(first)).chain(rest).collect()))
}

fn operands() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        paths().prop_map(Expression::Path),
        any::<String>().prop_map(|text| Expression::Value(AttributeValue::S(text))),
        "-?[1-9][0-9]{0,37}".prop_map(|digits| Expression::Value(AttributeValue::N(digits))),
        any::<bool>().prop_map(|flag| Expression::Value(AttributeValue::Bool(flag))),
        Just(Expression::Value(AttributeValue::Null)),
        Just(Expression::Missing),
        "[^`]{0,8}".prop_map(Expression::Ion),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Expression::List),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Expression::Set),
            prop::collection::btree_map(any::<String>(), inner.clone(), 0..3)
                .prop_map(|members| Expression::Tuple(members.into_iter().collect())),
            prop::collection::vec(inner, 1..3).prop_map(|parts| Expression::Call("contains".to_owned(), parts)),
        ]
    })
}

fn conditions() -> impl Strategy<Value = Expression> {
    use ast::Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let operators = prop::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
    let leaf = prop_oneof![
        (operands(), operators, operands()).prop_map(|(l, o, r)| Expression::Compare(Box::new(l), o, Box::new(r))),
        (operands(), any::<bool>(), operands(), operands()).prop_map(|(value, not, low, high)| Expression::Between {
            value: Box::new(value),
            not,
            low: Box::new(low),
            high: Box::new(high),
        }),
        (operands(), any::<bool>(), prop::collection::vec(operands(), 0..3)).prop_map(|(value, not, among)| Expression::In {
            value: Box::new(value),
            not,
            among,
        }),
        (operands(), any::<bool>(), prop::sample::select(vec!["MISSING", "NULL", "STRING"])).prop_map(|(value, not, what)| {
            Expression::Is {
                value: Box::new(value),
                not,
                what: what.to_owned(),
            }
        }),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Any),
            inner.prop_map(|part| Expression::Not(Box::new(part))),
        ]
    })
}

/// Pieces that statements are made of, in any order.
fn shreds() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "SELECT",
        "select",
        "*",
        "FROM",
        "t",
        "\"t\"",
        "WHERE",
        "pk",
        "=",
        "'a'",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "DELETE",
        "UPDATE",
        "SET",
        "INSERT",
        "INTO",
        "VALUE",
        "{",
        "}",
        "'",
        "\"",
        ";",
        "--",
        "/*",
        "*/",
        "?",
        ",",
        ".",
        "[",
        "]",
        "<<",
        ">>",
        "EXISTS",
        "IN",
        "1",
        "\n",
        "\r",
        "\u{0}",
        "\u{a0}",
        "\u{2028}",
        "`",
        "é",
        "RETURNING",
        "ALL",
        "OLD",
        "REMOVE",
        "x",
        "-",
        "BETWEEN",
        "IS",
    ]);
    let space = prop::sample::select(vec!["", " ", "  ", "\n"]);
    prop::collection::vec((words, space), 0..24).prop_map(|parts| parts.into_iter().flat_map(|(word, space)| [word, space]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn what_is_written_out_is_read_back(condition in conditions()) {
        let text = format!("SELECT * FROM t WHERE {condition}");
        let read = statement(&text);
        prop_assert!(read.is_ok(), "{}: {:?}", text, read);
        let read = read.expect("checked");
        prop_assert_eq!(read.condition(), Some(&condition), "{}", text);
    }

    #[test]
    fn any_text_has_an_answer_with_a_place_inside_of_it(text in any::<String>()) {
        for piece in script(&text) {
            prop_assert!(text.get(piece.span.start..piece.span.end).is_some());
            if let Err(fault) = piece.statement {
                prop_assert!(text.get(fault.span.start..fault.span.end).is_some());
                prop_assert!(fault.position.line >= 1 && fault.position.column >= 1);
            }
        }
    }

    #[test]
    fn what_reads_begins_with_its_word_and_says_nothing_else(text in shreds()) {
        let Ok(read) = statement(&text) else { return Ok(()) };
        let again = statement(&read.wire).expect("what is sent is understood");
        prop_assert_eq!(&again.body, &read.body);
        prop_assert_eq!(script(&read.wire).len(), 1);
        prop_assert!(read.wire.to_ascii_uppercase().starts_with(read.kind().word()), "{:?}", read.wire);
    }
}
