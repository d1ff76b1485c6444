//! Users that a table names and that the database does not have.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::integrity::{Finding, FindingKind, NameCopy};
use leptos::prelude::*;

use super::super::table::Picked;
use super::checking::Checking;
use super::more::{ShowMore, Shown};
use crate::format;
use crate::nav;
use crate::state::names;
use crate::ui::DataTable;

#[component]
pub fn Unknown(checking: Checking, picked: Picked, kind: FindingKind) -> impl IntoView {
    let (title, label, meaning, none) = match kind {
        FindingKind::OnlyPool => (
            "Only in Cognito",
            "Users only in Cognito",
            "No row of the database has these uuids. A user of the pool has the handle or the sub that rows give them.",
            "Every user that the rows name is in the database, or nowhere.",
        ),
        FindingKind::Nowhere | FindingKind::OutOfDate => (
            "On neither side",
            "Users on neither side",
            "Nobody has these uuids. Their rows stay as they are: look at them before you decide.",
            "Every user that the rows name exists.",
        ),
    };
    let found = Memo::new(move |_| checking.of(kind));
    let is_empty = Memo::new(move |_| found.with(Vec::is_empty));
    let shown = Shown::new();
    let row = move |finding: Finding| {
        let user = finding.uuid.clone();
        let href = move || {
            let (connection, table) = picked.place();
            nav::user(&connection, &table, &user)
        };
        let nameless = finding.uuid.is_empty();
        let shown = if nameless { "no uuid".to_owned() } else { finding.uuid.clone() };
        view! {
            <tr>
                <td class="users-id">{shown}</td>
                <td>{copied(&finding.copies)}</td>
                <td>{counts(&finding)}</td>
                <td>{(!nameless).then(|| view! { <a href=href>"Conversations"</a> })}</td>
            </tr>
        }
    };
    view! {
        <section class="users-section" aria-label=title>
            <h2>{title}" "<span class="muted">{move || format::count(found.with(Vec::len) as u64)}</span></h2>
            {move || {
                if is_empty.get() {
                    return view! { <p class="muted">{none}</p> }.into_any();
                }
                view! {
                    <p class="muted">{meaning}</p>
                    <DataTable label=label>
                        <thead>
                            <tr>
                                <th scope="col">"uuid"</th>
                                <th scope="col">"Names in the rows"</th>
                                <th scope="col">"Rows"</th>
                                <th scope="col"><span class="ui-hidden">"Link"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || found.with(|all| shown.of(all)) key=content children=row />
                        </tbody>
                    </DataTable>
                    <ShowMore shown total=Signal::derive(move || found.with(Vec::len)) />
                }
                    .into_any()
            }}
        </section>
    }
}

/// What a line shows: the next stretch may have found more of the same user.
pub fn content(finding: &Finding) -> (String, u64, usize) {
    let rows = finding.copies.iter().map(|copy| copy.groups + copy.messages).sum::<u64>();
    (finding.uuid.clone(), rows + finding.owned, finding.copies.len())
}

/// Every name that rows have.
pub fn copied(copies: &[NameCopy]) -> AnyView {
    let name = |copy: &NameCopy| {
        let text = called(&copy.display_name, &copy.handle);
        view! { <span class="users-text" title=text.clone()>{text.clone()}</span> }
    };
    view! { <span class="users-who">{copies.iter().map(name).collect_view()}</span> }.into_any()
}

/// A name with its handle.
pub fn called(display_name: &str, handle: &str) -> String {
    names::called(&UserRef {
        uuid: "no name".to_owned(),
        display_name: display_name.to_owned(),
        handle: handle.to_owned(),
    })
}

/// Rows that name the user, and those that are the user's.
fn counts(finding: &Finding) -> String {
    let groups = finding.owned + finding.copies.iter().map(|copy| copy.groups).sum::<u64>();
    let messages = finding.copies.iter().map(|copy| copy.messages).sum::<u64>();
    format!(
        "{}, {}",
        format::counted(groups, "group row", "group rows"),
        format::counted(messages, "message", "messages")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rows_are_put_in_words() {
        assert_eq!(called("Ada", "ada"), "Ada (@ada)");
        assert_eq!(
            (called("", "ada"), called("Ada", ""), called("", "")),
            ("@ada".into(), "Ada".into(), "no name".into())
        );
        let copy = |groups, messages| NameCopy {
            display_name: String::new(),
            handle: String::new(),
            groups,
            messages,
        };
        let finding = Finding {
            uuid: "u".into(),
            kind: FindingKind::Nowhere,
            known: None,
            copies: vec![copy(1, 1), copy(0, 0)],
            owned: 1,
        };
        assert_eq!(counts(&finding), "2 group rows, 1 message");
    }
}
