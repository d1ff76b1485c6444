//! Shows why a request failed.

use leptos::prelude::*;

use crate::api::ApiFailure;
use crate::ui::ErrorPanel;

#[component]
pub fn FailurePanel(
    /// What was tried: `The items could not be read`.
    #[prop(into)]
    what: String,
    failure: ApiFailure,
    #[prop(optional, into)] retry: Option<Callback<()>>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let code = match failure.engine_code() {
        Some(engine) => format!("{} · {engine}", failure.code()),
        None => failure.code().to_owned(),
    };
    let request_id = failure.request_id().map(str::to_owned);
    let message = failure.message();
    // The answer to the same person is the same.
    let retry = retry.filter(|_| !failure.is_not_allowed());
    match retry {
        Some(retry) => view! { <ErrorPanel title=what message code request_id retry busy /> }.into_any(),
        None => view! { <ErrorPanel title=what message code request_id /> }.into_any(),
    }
}
