//! The people whom an item of a Cruddur table names, as far as anybody knows them.

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::cruddur::{self, Row};
use leptos::prelude::*;

use crate::state::names::called;
use crate::state::use_names;

/// Each person of an item with the word that says how the item names the person.
pub fn people_of(item: &Item) -> Vec<(&'static str, UserRef)> {
    let mut people = match cruddur::row(item) {
        None => Vec::new(),
        Some(Row::Group(view)) => {
            let owner = UserRef {
                uuid: view.owner,
                ..UserRef::default()
            };
            vec![("of", owner), ("with", view.with)]
        }
        Some(Row::Message(view)) => vec![("from", view.from)],
    };
    people.retain(|(_, user)| !user.uuid.is_empty());
    people
}

/// One line: "from Ada (@ada)". Nothing where the item names nobody.
#[component]
pub fn Who(people: Vec<(&'static str, UserRef)>) -> impl IntoView {
    let names = use_names();
    names.want(people.iter().map(|(_, user)| user.uuid.as_str()));
    move || {
        let words: Vec<String> = people
            .iter()
            .map(|(word, user)| format!("{word} {}", called(&names.of(user))))
            .collect();
        let text = words.join(" ");
        (!text.is_empty()).then(|| view! { <span class="muted truncate" title=text.clone()>{text.clone()}</span> })
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::AttributeValue;

    use super::*;

    #[test]
    fn an_item_names_its_people() {
        let item = |pairs: &[(&str, &str)]| -> Item {
            let pairs = pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned())));
            pairs.collect()
        };
        let words = |item: &Item| -> Vec<String> {
            let people = people_of(item).into_iter();
            people.map(|(word, user)| format!("{word} {}", called(&user))).collect()
        };
        let group = item(&[("pk", "GRP#u1"), ("sk", "t"), ("user_uuid", "u2"), ("user_display_name", "Bo")]);
        assert_eq!(words(&group), ["of u1", "with Bo"]);
        // A stream that keeps only keys tells no sender.
        assert_eq!(words(&item(&[("pk", "MSG#g"), ("sk", "t")])), [""; 0]);
        assert_eq!(words(&item(&[("id", "1")])), [""; 0]);
    }
}
