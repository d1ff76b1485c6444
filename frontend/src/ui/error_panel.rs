//! What went wrong, how to find it in the log, and the way to try again.

use leptos::prelude::*;

use super::button::Button;
use super::copy_button::CopyButton;
use super::icon::{Icon, IconName};

#[component]
pub fn ErrorPanel(
    /// What was tried: `The items could not be read`.
    #[prop(into)]
    title: String,
    /// What happened, for a person.
    #[prop(into)]
    message: String,
    /// The stable code, and the engine's own where there is one.
    #[prop(optional_no_strip, into)]
    code: Option<String>,
    #[prop(optional_no_strip, into)] request_id: Option<String>,
    #[prop(optional, into)] retry: Option<Callback<()>>,
    /// Whether the retry is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="ui-error" role="alert">
            <span class="ui-error-icon"><Icon name=IconName::Alert size=20 /></span>
            <div class="ui-error-body">
                <p class="ui-error-title">{title}</p>
                <p class="ui-error-message">{message}</p>
                <dl class="ui-error-facts">
                    {code.map(|code| view! { <div><dt>"Code"</dt><dd><code>{code}</code></dd></div> })}
                    {request_id
                        .map(|id| {
                            let text = id.clone();
                            view! {
                                <div>
                                    <dt>"Request"</dt>
                                    <dd><code>{id}</code><CopyButton text label="Copy request id" /></dd>
                                </div>
                            }
                        })}
                </dl>
                {retry.map(|retry| view! { <Button icon=IconName::Refresh small=true busy on_press=retry>"Try again"</Button> })}
            </div>
        </div>
    }
}
