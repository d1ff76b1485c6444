//! The indexes of a table.

use dynadesk_shared::api::tables::{IndexKind, IndexView};
use leptos::prelude::*;

use super::throughput;
use crate::format;
use crate::pages::tables::key_names::key_names;
use crate::ui::{Badge, DataTable, Tone};

#[component]
pub fn Indexes(indexes: Vec<IndexView>) -> impl IntoView {
    if indexes.is_empty() {
        return view! { <p class="muted">"No indexes: items are found by their key, or by a scan."</p> }.into_any();
    }
    view! {
        <DataTable label="Indexes">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Key"</th>
                    <th scope="col">"Projection"</th>
                    <th scope="col" class="is-numeric">"Items"</th>
                    <th scope="col" class="is-numeric">"Size"</th>
                    <th scope="col">"Capacity"</th>
                </tr>
            </thead>
            <tbody>{indexes.into_iter().map(row).collect_view()}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(index: IndexView) -> impl IntoView {
    let kind = match index.kind {
        IndexKind::Gsi => "Global",
        IndexKind::Lsi => "Local",
    };
    let keys = key_names(&index.key);
    let projection = match index.projection.as_str() {
        "ALL" => "All attributes".to_owned(),
        "KEYS_ONLY" => "Keys only".to_owned(),
        _ => format!("Keys and {}", index.projected.join(", ")),
    };
    let status = index.status.filter(|status| status != "ACTIVE");
    view! {
        <tr>
            <td>
                <strong>{index.name}</strong>
                {status.map(|status| view! { " "<Badge tone=Tone::Accent>{status}</Badge> })}
            </td>
            <td>{kind}</td>
            <td>{keys}</td>
            <td>{projection}</td>
            <td class="is-numeric">{format!("≈ {}", format::count(index.item_count))}</td>
            <td class="is-numeric">{format!("≈ {}", format::bytes(index.size_bytes))}</td>
            <td>{index.throughput.map(throughput)}</td>
        </tr>
    }
}
