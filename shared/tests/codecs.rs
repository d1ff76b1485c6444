//! Every value that DynamoDB can hold survives every codec of ours.

use std::collections::BTreeMap;

use dynadesk_shared::draft::Draft;
use dynadesk_shared::item_faults::Rules;
use dynadesk_shared::item_text::{self, Form};
use dynadesk_shared::value::{number, plain_json};
use dynadesk_shared::{AttributeValue, Item, Key, token};
use proptest::prelude::*;

/// Numbers of up to 38 digits with a point and an exponent, in spellings that engines use.
fn numbers() -> impl Strategy<Value = String> {
    ("-?", "[1-9][0-9]{0,37}", any::<prop::sample::Index>(), -80i32..80).prop_map(|(sign, digits, point, exponent)| {
        let at = 1 + point.index(digits.len());
        let (whole, fraction) = digits.split_at(at);
        let point = if fraction.is_empty() { "" } else { "." };
        match exponent {
            0 => format!("{sign}{whole}{point}{fraction}"),
            positive @ 1.. => format!("{sign}{whole}{point}{fraction}E+{positive}"),
            negative => format!("{sign}{whole}{point}{fraction}e{negative}"),
        }
    })
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        any::<String>(),
        Just("a.b[0]/#\"\0<script>".to_owned()),
        Just(String::new())
    ]
}

fn values() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        any::<String>().prop_map(AttributeValue::S),
        numbers().prop_map(AttributeValue::N),
        any::<Vec<u8>>().prop_map(AttributeValue::B),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
        prop::collection::vec(any::<String>(), 1..4).prop_map(AttributeValue::Ss),
        prop::collection::vec(numbers(), 1..4).prop_map(AttributeValue::Ns),
        prop::collection::vec(any::<Vec<u8>>(), 1..4).prop_map(AttributeValue::Bs),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
            prop::collection::btree_map(names(), inner, 0..4).prop_map(AttributeValue::M),
        ]
    })
}

fn items() -> impl Strategy<Value = Item> {
    prop::collection::btree_map(names(), values(), 0..5)
}

/// What plain JSON can say without loss: no sets and no binary.
fn plain(value: &AttributeValue) -> AttributeValue {
    use base64::Engine as _;
    let base64 = |bytes: &Vec<u8>| base64::engine::general_purpose::STANDARD.encode(bytes);
    match value {
        AttributeValue::B(bytes) => AttributeValue::S(base64(bytes)),
        AttributeValue::Ss(set) => AttributeValue::L(set.iter().cloned().map(AttributeValue::S).collect()),
        AttributeValue::Ns(set) => AttributeValue::L(set.iter().cloned().map(AttributeValue::N).collect()),
        AttributeValue::Bs(set) => AttributeValue::L(set.iter().map(|b| AttributeValue::S(base64(b))).collect()),
        AttributeValue::L(list) => AttributeValue::L(list.iter().map(plain).collect()),
        AttributeValue::M(members) => {
            let members: BTreeMap<_, _> = members.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
            AttributeValue::M(members)
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn dynamodb_json_round_trip(item in items()) {
        let text = serde_json::to_string(&item).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Item>(&text).expect("reads"), item);
    }

    #[test]
    fn plain_json_round_trip(item in items()) {
        let expected = plain(&AttributeValue::M(item.clone()));
        let read = plain_json::item_from_str(&plain_json::item_to_string(&item)).expect("reads");
        prop_assert_eq!(AttributeValue::M(read), expected);
    }

    #[test]
    fn numbers_are_valid_and_equal_to_themselves(text in numbers()) {
        prop_assert_eq!(number::check(&text), Ok(()));
        prop_assert!(number::equal(&text, &text));
        let value = plain_json::from_str(&text).expect("a JSON number");
        prop_assert_eq!(value, AttributeValue::N(text));
    }

    #[test]
    fn keys_survive_as_tokens(bytes in any::<Vec<u8>>(), text in any::<String>(), number in numbers()) {
        let key = Key([
            ("b".to_owned(), AttributeValue::B(bytes)),
            ("s/#".to_owned(), AttributeValue::S(text)),
            ("n".to_owned(), AttributeValue::N(number)),
        ].into());
        let word = key.to_token();
        prop_assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(Key::from_token(&word).expect("reads"), key);
    }

    #[test]
    fn a_damaged_token_is_an_error_and_no_panic(word in any::<String>()) {
        let _ = token::decode::<Key>(&word);
    }

    #[test]
    fn sameness_ignores_the_order_of_sets(mut set in prop::collection::vec(numbers(), 1..6)) {
        let before = AttributeValue::Ns(set.clone());
        set.reverse();
        prop_assert!(before.same_as(&AttributeValue::Ns(set)));
    }

    /// peers.md 1: what is not touched is saved as it was, by every view of the editor.
    #[test]
    fn an_untouched_draft_gives_the_very_item_back(item in items()) {
        prop_assert_eq!(&Draft::of(&item, &["a"]).check(&Rules::default()).item, &item);
        let valid = Draft::of(&item, &[]).check(&Rules::default()).faults.is_empty();
        for form in [Form::Plain, Form::Dynamo] {
            let text = item_text::write(&item, form);
            let reading = item_text::read(&text, form, &item, &Rules::default());
            prop_assert_eq!(reading.item.as_ref(), Some(&item), "{:?} {:?}", form, reading.faults);
            prop_assert_eq!(reading.faults.is_empty(), valid);
        }
    }

    /// Whatever is typed: no panic, and a place that the text has.
    #[test]
    fn any_text_is_read_or_told_of(text in any::<String>(), cut in any::<prop::sample::Index>(), item in items()) {
        let written = item_text::write(&item, Form::Dynamo);
        let cut = written.char_indices().nth(cut.index(written.chars().count())).map_or(0, |(at, _)| at);
        for text in [text.as_str(), &written[..cut]] {
            for form in [Form::Plain, Form::Dynamo] {
                if let Some(fault) = item_text::read(text, form, &item, &Rules::default()).faults.first() {
                    let (line, column) = fault.place(text);
                    prop_assert!(line <= text.matches('\n').count() + 1 && column >= 1);
                }
            }
        }
    }
}
