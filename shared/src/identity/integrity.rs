//! Bringing together what was found on the stretches of a table.

use std::collections::BTreeMap;

use crate::api::integrity::{Finding, FindingKind, NameCopy};

/// Adds what a stretch found to what is known, in the order of kind and uuid.
pub fn merge(all: &mut Vec<Finding>, stretch: Vec<Finding>) {
    let mut by_user: BTreeMap<String, Finding> = all.drain(..).map(|finding| (finding.uuid.clone(), finding)).collect();
    for finding in stretch {
        match by_user.get_mut(&finding.uuid) {
            None => {
                by_user.insert(finding.uuid.clone(), finding);
            }
            Some(known) => {
                known.kind = match (known.kind, finding.kind) {
                    // Rows that name the handle of the pool's user were found; that others do not takes nothing back.
                    (FindingKind::OnlyPool, FindingKind::Nowhere) => FindingKind::OnlyPool,
                    // What was asked last is what is so by now.
                    (_, last) => last,
                };
                known.known = finding.known;
                known.owned += finding.owned;
                for copy in finding.copies {
                    add(&mut known.copies, copy);
                }
            }
        }
    }
    all.extend(by_user.into_values());
    all.sort_by_key(|finding| finding.kind);
}

/// Counts rows that have one and the same name together.
pub fn add(copies: &mut Vec<NameCopy>, copy: NameCopy) {
    let same = |other: &&mut NameCopy| other.display_name == copy.display_name && other.handle == copy.handle;
    match copies.iter_mut().find(same) {
        Some(known) => {
            known.groups += copy.groups;
            known.messages += copy.messages;
        }
        None => copies.push(copy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(name: &str, groups: u64, messages: u64) -> NameCopy {
        NameCopy {
            display_name: name.to_owned(),
            handle: "h".to_owned(),
            groups,
            messages,
        }
    }

    fn finding(uuid: &str, kind: FindingKind, copies: Vec<NameCopy>) -> Finding {
        Finding {
            uuid: uuid.to_owned(),
            kind,
            known: None,
            copies,
            owned: 1,
        }
    }

    #[test]
    fn stretches_add_up_by_user_and_name() {
        let mut all = Vec::new();
        merge(&mut all, vec![finding("a", FindingKind::OutOfDate, vec![copy("Old", 1, 2)])]);
        merge(
            &mut all,
            vec![
                finding("a", FindingKind::OutOfDate, vec![copy("Old", 0, 3), copy("Older", 1, 0)]),
                finding("b", FindingKind::Nowhere, Vec::new()),
            ],
        );
        let uuids: Vec<&str> = all.iter().map(|finding| finding.uuid.as_str()).collect();
        assert_eq!(uuids, ["b", "a"], "who is nowhere stands first");
        assert_eq!((all[1].owned, &all[1].copies), (2, &vec![copy("Old", 1, 5), copy("Older", 1, 0)]));
    }

    #[test]
    fn who_was_found_in_the_pool_stays_found_there() {
        use FindingKind::{Nowhere, OnlyPool, OutOfDate};
        let merged = |first, second| {
            let mut all = vec![finding("a", first, Vec::new())];
            merge(&mut all, vec![finding("a", second, Vec::new())]);
            all[0].kind
        };
        assert_eq!((merged(OnlyPool, Nowhere), merged(Nowhere, OnlyPool)), (OnlyPool, OnlyPool));
        assert_eq!((merged(OutOfDate, Nowhere), merged(Nowhere, OutOfDate)), (Nowhere, OutOfDate));
    }
}
