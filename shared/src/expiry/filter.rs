//! The filter that leaves out what is expired and still there. It says `NOT (ttl BETWEEN …)` and not
//! `ttl > now`: an item without the attribute, with a text in it or with a time of long ago is never
//! deleted by DynamoDB, so it is no expired one and stays in sight.

use super::FIVE_YEARS;
use crate::filter::Filter;
use crate::filter::path::of_name;
use crate::value::AttributeValue;

/// Everything that is not expired at `now`.
pub fn live(attribute: &str, now: i64) -> Filter {
    Filter::Not(Box::new(expired(attribute, now)))
}

/// What is expired at `now` and would be deleted.
pub fn expired(attribute: &str, now: i64) -> Filter {
    between(attribute, now - FIVE_YEARS, now)
}

/// What expires from one instant to another.
pub fn between(attribute: &str, from: i64, to: i64) -> Filter {
    Filter::Between {
        path: of_name(attribute),
        low: AttributeValue::N(from.to_string()),
        high: AttributeValue::N(to.to_string()),
    }
}

/// Whether a filter leaves expired items out, at whatever instant.
pub fn has_live(filter: Option<&Filter>, attribute: &str) -> bool {
    match filter {
        Some(Filter::All(parts)) => parts.iter().any(|part| is_live(part, attribute)),
        Some(filter) => is_live(filter, attribute),
        None => false,
    }
}

/// The filter with the condition added, in place of an older one.
pub fn with_live(filter: Option<Filter>, attribute: &str, now: i64) -> Filter {
    let live = live(attribute, now);
    match without_live(filter, attribute) {
        None => live,
        Some(Filter::All(mut parts)) => {
            parts.push(live);
            Filter::All(parts)
        }
        Some(other) => Filter::All(vec![other, live]),
    }
}

/// The filter without the condition.
pub fn without_live(filter: Option<Filter>, attribute: &str) -> Option<Filter> {
    match filter? {
        Filter::All(parts) => {
            let mut parts: Vec<Filter> = parts.into_iter().filter(|part| !is_live(part, attribute)).collect();
            match parts.len() {
                0 => None,
                1 => parts.pop(),
                _ => Some(Filter::All(parts)),
            }
        }
        filter => (!is_live(&filter, attribute)).then_some(filter),
    }
}

fn is_live(filter: &Filter, attribute: &str) -> bool {
    let Filter::Not(inner) = filter else { return false };
    let Filter::Between { path, low, high } = &**inner else {
        return false;
    };
    let seconds = |value: &AttributeValue| match value {
        AttributeValue::N(text) => text.parse::<i64>().ok(),
        _ => None,
    };
    *path == of_name(attribute) && seconds(low).zip(seconds(high)).is_some_and(|(low, high)| high - low == FIVE_YEARS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::compile::compile;

    #[test]
    fn the_condition_comes_and_goes_and_leaves_the_rest_alone() {
        let other = Filter::Exists { path: "a".into() };
        let alone = with_live(None, "expires.at", 100);
        assert!(has_live(Some(&alone), "expires.at") && !has_live(Some(&alone), "b"));
        assert_eq!(without_live(Some(alone), "expires.at"), None);
        let both = with_live(Some(other.clone()), "t", 100);
        // Again, later: the old instant goes.
        let later = with_live(Some(both), "t", 200);
        assert_eq!(later, Filter::All(vec![other.clone(), live("t", 200)]));
        assert_eq!(without_live(Some(later), "t"), Some(other.clone()));
        assert_eq!(without_live(Some(other.clone()), "t"), Some(other));
    }

    #[test]
    fn it_is_one_condition_of_the_request() {
        let compiled = compile(&live("ttl", FIVE_YEARS + 5)).expect("valid");
        assert_eq!(compiled.text, "NOT (#n0 BETWEEN :v0 AND :v1)");
        assert_eq!(compiled.values[":v0"], AttributeValue::N("5".into()));
        // A range of the operator's own is not taken for it.
        let own = Filter::Not(Box::new(between("ttl", 0, 10)));
        assert!(!has_live(Some(&own), "ttl"));
    }
}
