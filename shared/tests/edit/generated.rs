//! Items that nobody wrote, and items that differ from them somewhere.

use dynadesk_shared::{AttributeValue, Item};
use proptest::prelude::*;

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-e]",
        Just("a.b[0]/#\"\0<script>, =".to_owned()),
        Just("SET".to_owned()),
        "\\PC{1,3}"
    ]
}

pub fn values() -> impl Strategy<Value = AttributeValue> {
    let number = prop_oneof![
        "-?[1-9][0-9]{0,37}",
        Just("1.0".to_owned()),
        Just("1".to_owned()),
        Just("1E+125".to_owned())
    ];
    let leaf = prop_oneof![
        "[ab]{0,1}".prop_map(AttributeValue::S),
        number.prop_map(AttributeValue::N),
        prop::collection::vec(any::<u8>(), 0..2).prop_map(AttributeValue::B),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
        prop::collection::btree_set("[abc]{0,1}", 1..3).prop_map(|set| AttributeValue::Ss(set.into_iter().collect())),
        prop::collection::btree_set("[1-9]{1,2}", 1..3).prop_map(|set| AttributeValue::Ns(set.into_iter().collect())),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(AttributeValue::L),
            prop::collection::btree_map(names(), inner, 0..5).prop_map(AttributeValue::M),
        ]
    })
}

pub fn items() -> impl Strategy<Value = Item> {
    prop::collection::btree_map(names(), values(), 0..6).prop_map(|mut item| {
        item.insert("pk".into(), AttributeValue::S("a".into()));
        item
    })
}

/// The same value with some places changed, by choices that are used up on the way.
pub fn disturbed(value: &AttributeValue, choices: &mut std::vec::IntoIter<(u8, AttributeValue)>) -> AttributeValue {
    let Some((choice, other)) = choices.next() else {
        return value.clone();
    };
    match (value, choice % 6) {
        (AttributeValue::L(list), 0) => AttributeValue::L(
            list.iter()
                .enumerate()
                .filter(|(at, _)| at % 2 == usize::from(choice) / 6 % 2)
                .map(|(_, value)| value.clone())
                .collect(),
        ),
        (AttributeValue::L(list), 1) => AttributeValue::L(list.iter().cloned().chain([other]).collect()),
        (AttributeValue::L(list), 2) => AttributeValue::L([other].into_iter().chain(list.iter().cloned()).collect()),
        (AttributeValue::L(list), _) => AttributeValue::L(list.iter().map(|value| disturbed(value, choices)).collect()),
        (AttributeValue::M(members), 0) => {
            AttributeValue::M(members.iter().skip(1).map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        (AttributeValue::M(members), 1) => {
            let mut members = members.clone();
            members.insert("added".into(), other);
            AttributeValue::M(members)
        }
        (AttributeValue::M(members), _) => AttributeValue::M(
            members
                .iter()
                .map(|(name, value)| (name.clone(), disturbed(value, choices)))
                .collect(),
        ),
        (_, 0 | 1) => other,
        (value, _) => value.clone(),
    }
}
