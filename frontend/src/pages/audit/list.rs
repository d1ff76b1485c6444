//! The entries, a line for each.

use dynadesk_shared::api::audit::AuditRow;
use leptos::prelude::*;

use super::place::Place;
use super::words;
use crate::components::log::Moment;
use crate::format;
use crate::ui::{DataTable, StatusDot};

#[component]
pub fn List(rows: Vec<AuditRow>, place: Memo<Place>) -> impl IntoView {
    let row = move |row: AuditRow| {
        let entry = row.entry;
        let (word, tone) = words::result(entry.result);
        let (own, anchor) = (row.hash.clone(), row_id(&row.hash));
        let is_open = Memo::new(move |_| place.with(|place| place.entry.as_ref() == Some(&own)));
        let href = move || {
            let entry = Some(row.hash.clone());
            Place { entry, ..place.get() }.href()
        };
        let (what, whose, where_to) = (words::operation(&entry), words::who(&entry), words::place(&entry));
        let said = match (entry.code.as_str(), entry.detail.as_str()) {
            ("", "") => String::new(),
            ("", detail) => format::readable(detail),
            (code, _) => code.to_owned(),
        };
        view! {
            <tr class:is-open=is_open>
                <td>
                    <a id=anchor href=href aria-current=move || is_open.get().then_some("true")>
                        <Moment at=entry.at />
                    </a>
                </td>
                <td class="ui-clip audit-name" data-label="Who" title=whose.clone()>{whose.clone()}</td>
                <td data-label="Result"><StatusDot tone label=word /></td>
                <td class="ui-clip audit-name" data-label="What" title=what.clone()>{what.clone()}</td>
                <td class="ui-clip audit-name" data-label="Where" title=where_to.clone()>{where_to.clone()}</td>
                <td class="ui-clip audit-said" data-label="Detail" title=said.clone()>{said.clone()}</td>
                <td data-label="From">{entry.from}</td>
            </tr>
        }
    };
    view! {
        <DataTable label="Audit log" stacks=true>
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col">"Result"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Where"</th>
                    <th scope="col">"Detail"</th>
                    <th scope="col">"From"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </DataTable>
    }
}

pub fn row_id(hash: &str) -> String {
    format!("entry-{hash}")
}
