//! Short messages at the edge of the screen, read out as they come.

use leptos::prelude::*;

use super::button::Button;
use super::icon::{Icon, IconName};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    Done,
    Note,
    Failed,
}

#[derive(Clone)]
pub struct Toast {
    pub id: u64,
    pub kind: ToastKind,
    pub message: String,
    /// A label and an address.
    pub link: Option<(String, String)>,
    /// A label and what it does; the message goes with it.
    pub action: Option<(String, Callback<()>)>,
}

#[component]
pub fn Toasts(#[prop(into)] toasts: Signal<Vec<Toast>>, #[prop(into)] on_dismiss: Callback<u64>) -> impl IntoView {
    let one = move |toast: Toast| {
        let (class, icon) = match toast.kind {
            ToastKind::Done => ("ui-toast is-good", IconName::Check),
            ToastKind::Note => ("ui-toast is-neutral", IconName::Info),
            ToastKind::Failed => ("ui-toast is-bad", IconName::Alert),
        };
        view! {
            <div class=class>
                <Icon name=icon />
                <p>
                    {toast.message}
                    {toast.link.map(|(label, href)| view! { " " <a href=href>{label}</a> })}
                </p>
                {toast
                    .action
                    .map(|(label, run)| {
                        let press = move |()| {
                            on_dismiss.run(toast.id);
                            run.run(());
                        };
                        view! { <Button small=true on_press=press>{label}</Button> }
                    })}
                <button type="button" class="ui-icon-button" aria-label="Dismiss" on:click=move |_| on_dismiss.run(toast.id)>
                    <Icon name=IconName::Close />
                </button>
            </div>
        }
    };
    view! {
        <section class="ui-toasts" aria-label="Messages" aria-live="polite">
            <For each=move || toasts.get() key=|toast| toast.id children=one />
        </section>
    }
}
