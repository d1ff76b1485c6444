//! What both pages begin with: the tabs, and how to configure what is missing.

use dynadesk_shared::api::identity::IdentityView;
use leptos::prelude::*;

use crate::components::{FailurePanel, Page};
use crate::nav::{self, Route};
use crate::state::remote::Load;
use crate::state::use_navigation;
use crate::state::users::use_users;
use crate::ui::{CodeBlock, EmptyState, IconName, NavTab, NavTabs, Skeleton};

const EXAMPLE: &str = "[identity.database]\n\
    url_env = \"CRUDDUR_DATABASE_URL\"   # postgres://dynadesk@db.example.com/cruddur\n\
    sslmode = \"verify-full\"\n\
    \n\
    [identity.pool]\n\
    id = \"eu-central-1_AbCdEfGhI\"\n\
    profile = \"cruddur\"";

/// A page about users. The body is built when it is known what is configured.
#[component]
pub fn UsersFrame(
    #[prop(into)] title: String,
    /// Whether a users file alone will do.
    #[prop(optional)]
    file_will_do: bool,
    #[prop(into)] body: Callback<IdentityView, AnyView>,
) -> impl IntoView {
    let route = use_navigation().route();
    let tabs = Signal::derive(move || {
        let tab = |label: &str, icon, href, wanted: Route| NavTab {
            label: label.to_owned(),
            icon,
            href,
            current: route.with(|route| *route == wanted),
        };
        vec![
            tab("Users", IconName::Users, nav::people(), Route::People),
            tab("Update Cognito ids", IconName::Key, nav::cognito_ids(), Route::CognitoIds),
            tab("Integrity", IconName::Shield, nav::integrity(), Route::Integrity),
        ]
    });
    let remote = use_users().view;
    // Read again, the same answer must not build the page anew.
    let state = Memo::new(move |_| remote.with(Clone::clone));
    view! {
        <Page title=title fill=true tabs=move || view! { <NavTabs label="Users" tabs /> }>
            {move || match state.get() {
                Load::Loading => view! { <Skeleton lines=6 label="Loading" /> }.into_any(),
                Load::Failed(failure) => {
                    let retry = Callback::new(move |()| remote.reload());
                    view! { <FailurePanel what="What is configured could not be read" failure retry /> }.into_any()
                }
                Load::Ready(view) if view.database.is_none() && view.pool.is_none() && !(file_will_do && view.users_file.is_some()) => unconfigured(),
                Load::Ready(view) => body.run(view),
            }}
        </Page>
    }
}

/// How to tell Dynadesk where the users are.
pub fn unconfigured() -> AnyView {
    view! {
        <div class="users-setup">
            <EmptyState
                icon=IconName::Users
                title="No users are configured"
                text="Tell Dynadesk where your application's users are: a PostgreSQL, a Cognito user pool, or both. Put this into \
                dynadesk.toml with your own names, and start Dynadesk again."
            />
            <CodeBlock text=EXAMPLE label="dynadesk.toml" />
        </div>
    }
    .into_any()
}
