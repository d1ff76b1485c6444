//! The history of a connection: what was written, with the way back, and what was asked.

mod facts;
mod group;
mod panel;
mod runs;
mod undo;
mod words;
mod writes;

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use self::runs::Runs;
use self::writes::Writes;
use crate::components::Page;
use crate::nav;
use crate::state::use_navigation;
use crate::ui::{IconName, NavTab, NavTabs};

/// What the URL says of the page.
#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    runs: bool,
    table: Option<String>,
    /// The writes of one request or job.
    group: Option<String>,
    write: Option<String>,
}

impl Place {
    fn read(query: &str) -> Self {
        let value = |name| nav::query_value(query, name).filter(|value| !value.is_empty());
        Self {
            runs: value("show").as_deref() == Some("runs"),
            table: value("table"),
            group: value("group"),
            write: value("write"),
        }
    }

    fn href(&self, connection: &str) -> String {
        let show = self.runs.then(|| "runs".to_owned());
        nav::with_query(
            &nav::history(connection),
            &[
                ("show", show),
                ("table", self.table.clone()),
                ("group", self.group.clone()),
                ("write", self.write.clone()),
            ],
        )
    }
}

#[component]
pub fn HistoryPage(connection: ConnectionView) -> impl IntoView {
    let navigation = use_navigation();
    let place = Memo::new(move |_| navigation.query().with(|query| Place::read(query)));
    let shows_runs = Memo::new(move |_| place.with(|place| place.runs));
    let name = connection.name.clone();
    let tabs = Signal::derive(move || {
        let tab = |label: &str, icon, runs| NavTab {
            label: label.to_owned(),
            icon,
            href: Place { runs, ..Place::default() }.href(&name),
            current: shows_runs.get() == runs,
        };
        vec![
            tab("Writes", IconName::Edit, false),
            tab("Queries and statements", IconName::Search, true),
        ]
    });
    let connection = StoredValue::new(connection);
    view! {
        <Page title="History" fill=true tabs=move || view! { <NavTabs label="History" tabs /> }>
            {move || match shows_runs.get() {
                true => view! { <Runs connection=connection.get_value() /> }.into_any(),
                false => view! { <Writes connection=connection.get_value() place /> }.into_any(),
            }}
        </Page>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_written_and_read() {
        for place in [
            Place::default(),
            Place {
                runs: true,
                ..Place::default()
            },
            Place {
                runs: false,
                table: Some("a.b&c".to_owned()),
                group: Some("02".to_owned()),
                write: Some("01".to_owned()),
            },
        ] {
            let href = place.href("local");
            let query = href.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(Place::read(query), place, "{href}");
        }
    }
}
