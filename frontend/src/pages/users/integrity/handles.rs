//! Handles that stand for more than one row of the database.

use dynadesk_shared::api::identity::{PeopleFilter, Person};
use leptos::prelude::*;

use super::super::list::seen;
use super::super::people::People;
use super::super::table::Picked;
use crate::components::FailurePanel;
use crate::format;
use crate::nav;
use crate::ui::{Button, DataTable, Skeleton};

#[component]
pub fn SameHandles(picked: Picked) -> impl IntoView {
    let people = People::new(PeopleFilter::SameHandle);
    people.reload();
    let row = move |person: Person| {
        let uuid = person.uuid.clone().unwrap_or_default();
        let user = uuid.clone();
        let (handle, name) = (seen(&person.handle), seen(&person.display_name));
        let href = move || {
            let (connection, table) = picked.place();
            nav::user(&connection, &table, &user)
        };
        view! {
            <tr>
                <td class="users-text" title=handle.clone()>{handle.clone()}</td>
                <td class="users-text" title=name.clone()>{name.clone()}</td>
                <td class="users-id">{uuid}</td>
                <td>{person.created_at.clone()}</td>
                <td><a href=href>"Conversations"</a></td>
            </tr>
        }
    };
    let is_empty = Memo::new(move |_| people.rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    view! {
        <section class="users-section" aria-label="One handle, several users">
            <h2>"One handle, several users "<span class="muted">{move || people.total.get().map(format::count)}</span></h2>
            {move || {
                people
                    .failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| people.reload());
                        view! { <FailurePanel what="Handles could not be compared" failure retry busy=people.busy /> }
                    })
            }}
            {move || match is_empty.get() {
                None if people.failure.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=3 label="Comparing handles" /> }.into_any(),
                Some(true) => view! { <p class="muted">"No two rows of the database have one handle."</p> }.into_any(),
                Some(false) => {
                    view! {
                        <p class="muted">"Nobody can tell which of these a handle means, so their Cognito ids are left alone."</p>
                        <DataTable label="Users with one handle">
                            <thead>
                                <tr>
                                    <th scope="col">"Handle"</th>
                                    <th scope="col">"Display name"</th>
                                    <th scope="col">"uuid"</th>
                                    <th scope="col">"Created"</th>
                                    <th scope="col"><span class="ui-hidden">"Link"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || people.rows.get().unwrap_or_default() key=|person| person.uuid.clone() children=row />
                            </tbody>
                        </DataTable>
                    }
                        .into_any()
                }
            }}
            <Show when=move || people.next.with(Option::is_some)>
                <div class="users-more">
                    <Button busy=people.busy on_press=move |()| people.more()>"Show more"</Button>
                </div>
            </Show>
        </section>
    }
}
