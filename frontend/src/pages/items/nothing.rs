//! What stands in the place of the grid when there is nothing to show in it.

use leptos::prelude::*;

use super::query::Asked;
use super::scan::Scan;
use super::{View, ask};
use crate::components::TableScope;
use crate::format;
use crate::nav;
use crate::ui::{Button, ButtonVariant, EmptyState, IconName, LinkButton};

/// What stands in the place of the grid while much was read and nothing matched.
#[component]
pub fn NothingYet(scan: Scan) -> impl IntoView {
    let totals = scan.totals.get_untracked();
    let text = format!(
        "{} scanned so far and none of them matched. The rest of the table is not read yet.",
        format::counted(totals.scanned, "item", "items")
    );
    view! { <EmptyState icon=IconName::Filter title="Nothing matched yet" text /> }
}

/// What stands in the place of the grid when nothing came.
#[component]
pub fn Nothing(view: View, scope: TableScope) -> impl IntoView {
    let (filtered, queried) = view.asked.with_untracked(|asked| (asked.filter.is_some(), asked.key.is_some()));
    let indexed = view.asked.with_untracked(|asked| asked.index.clone());
    if filtered {
        let text = match queried {
            true => "The whole item collection was read and no item of it meets the filter.",
            false => "The whole table was read and no item meets the filter.",
        };
        view! {
            <EmptyState icon=IconName::Filter title="Nothing matches" text>
                <Button on_press=move |()| ask(view, Asked { filter: None, ..view.asked.get_untracked() })>"Clear the filter"</Button>
            </EmptyState>
        }
        .into_any()
    } else if queried {
        view! {
            <EmptyState icon=IconName::Key title="No item has this key" text="The Query was answered to its end: no item meets the key condition.">
                <Button on_press=move |()| ask(view, Asked::default())>"Scan the table instead"</Button>
            </EmptyState>
        }
        .into_any()
    } else if let Some(index) = indexed {
        let text = format!("No item of the table has the attributes that put it into the index {index}.");
        view! {
            <EmptyState icon=IconName::Index title="The index is empty" text>
                <Button on_press=move |()| ask(view, Asked { index: None, ..view.asked.get_untracked() })>"Read the table instead"</Button>
            </EmptyState>
        }
        .into_any()
    } else {
        let href = nav::seed(&scope.connection.name, &scope.table);
        view! {
            <EmptyState
                icon=IconName::Table
                title="The table is empty"
                text="Seed it with a sample, with a conversation, or with items of your own from a file or the clipboard."
            >
                <LinkButton variant=ButtonVariant::Primary icon=IconName::Seed href>"Seed data"</LinkButton>
            </EmptyState>
        }
        .into_any()
    }
}
