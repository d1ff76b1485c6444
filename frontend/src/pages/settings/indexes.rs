//! The indexes of the table: what they are, how far a new one is, adding and removing.

use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use dynadesk_shared::api::tables::{IndexKind, IndexView};
use dynadesk_shared::key::KeyAttribute;
use leptos::prelude::*;

use super::card::{OpenButton, Opened, why_not};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use super::new_index::NewIndexForm;
use crate::format;
use crate::ui::{Badge, DataTable, IconName, Notice, Tone};

const ADD: &str = "add-index";
/// Stands before the name of the index.
const REMOVE: &str = "remove-index:";

#[component]
pub fn IndexesCard(desk: Desk) -> impl IntoView {
    let removed = Memo::new(move |_| desk.open.with(|open| open.as_ref()?.strip_prefix(REMOVE).map(str::to_owned)));
    let remove = move || {
        let (name, seen) = (removed.get()?, desk.seen()?);
        Some(untrack(|| view! { <Remove desk seen name /> }))
    };
    // A look that finds nothing new leaves the rows and their focus alone.
    let indexes = Memo::new(move |_| desk.view.ready(|view| view.indexes.clone()).unwrap_or_default());
    let table = move || {
        let indexes = indexes.get();
        if indexes.is_empty() {
            return view! { <p class="muted">"No indexes: items are found by their key, or by a scan."</p> }.into_any();
        }
        let rows: Vec<_> = indexes.into_iter().map(|index| row(desk, index)).collect();
        view! {
            <DataTable label="Indexes of the table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Projection"</th>
                        <th scope="col" class="is-numeric">"Items"</th>
                        <th scope="col"><span class="ui-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
        .into_any()
    };
    view! {
        <section class="card settings-card settings-whole" aria-label="Indexes">
            <div class="settings-head">
                <h2>"Indexes"</h2>
                <OpenButton desk form=ADD.to_owned() reason=why_not(desk, None)>"Add index"</OpenButton>
            </div>
            {table}
            <p class="settings-limit">
                "A table has at most 20 global indexes. One is created or removed at a time; a new one is filled in the background while the table stays in use. Key and projection of an index cannot be changed: add another and remove the first. Local indexes stay as long as their table. Units, maximums and warm throughput of an index are changed beside the table's, above."
            </p>
            <Opened desk form=ADD.to_owned() content=|desk, seen| view! { <NewIndexForm desk seen /> }.into_any() />
            {remove}
        </section>
    }
}

fn row(desk: Desk, index: IndexView) -> impl IntoView {
    let names = |keys: &[KeyAttribute]| {
        let one = |key: &KeyAttribute| format!("{} ({})", key.name, key.kind.name());
        keys.iter().map(one).collect::<Vec<_>>().join(" + ")
    };
    let mut key = names(&index.key.partition);
    if !index.key.sort.is_empty() {
        key.push_str(&format!(", sorted by {}", names(&index.key.sort)));
    }
    let projection = match index.projection.as_str() {
        "ALL" => "All attributes".to_owned(),
        "KEYS_ONLY" => "Keys only".to_owned(),
        _ => format!("Keys and {}", index.projected.join(", ")),
    };
    let status = index.status.clone().filter(|status| status != "ACTIVE");
    let remove = (index.kind == IndexKind::Gsi).then(|| {
        let (form, name) = (format!("{REMOVE}{}", index.name), format!(" {}", index.name));
        view! {
            <OpenButton desk form reason=why_not(desk, None) icon=IconName::Trash>
                "Remove"
                <span class="ui-hidden">{name}</span>
            </OpenButton>
        }
    });
    view! {
        <tr>
            <td>
                <strong>{index.name}</strong>
                {status.map(|status| view! { " "<Badge tone=Tone::Accent>{status}</Badge> })}
            </td>
            <td>{if index.kind == IndexKind::Gsi { "Global" } else { "Local" }}</td>
            <td>{key}</td>
            <td>{projection}</td>
            <td class="is-numeric">{format!("≈ {}", format::count(index.item_count))}</td>
            <td class="is-numeric">{remove}</td>
        </tr>
    }
}

#[component]
fn Remove(desk: Desk, seen: SettingsView, name: String) -> impl IntoView {
    let filling = seen.indexes.iter().any(|index| index.name == name && index.backfilling);
    let title = format!("Remove the index {name}");
    let draft = Draft::new(desk, &seen, move || SettingsChange::RemoveIndex(name.clone()));
    let text = if filling {
        "It is still being filled: removing it gives its creation up."
    } else {
        "Queries and scans that name it fail from then on. The items stay in the table, and the index can be made again, which reads the whole table."
    };
    view! {
        <h3>{title}</h3>
        <ChangeForm desk draft title="Index" verb="Remove index" danger=true>
            <Notice tone=Tone::Warning>{text}</Notice>
        </ChangeForm>
    }
}
