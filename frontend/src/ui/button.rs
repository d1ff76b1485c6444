//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::id;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    /// The one thing that this page is for.
    Primary,
    #[default]
    Secondary,
    /// Without a frame: for many small actions side by side.
    Ghost,
    /// Destroys something.
    Danger,
}

impl ButtonVariant {
    fn class(self, small: bool) -> String {
        let name = match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Ghost => "ghost",
            Self::Danger => "danger",
        };
        format!("ui-button is-{name}{}", if small { " is-small" } else { "" })
    }
}

/// A button. One that is not possible now stays in the tab order and says why.
#[component]
pub fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Shows a spinner and ignores presses.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it is not possible now; shown as a tooltip and read out.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    /// Sends the form around it.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] small: bool,
    children: Children,
) -> impl IntoView {
    let reason = id::unique("reason");
    let described = reason.clone();
    let blocked = move || busy.get() || disabled.with(Option::is_some);
    let press = move |event: leptos::ev::MouseEvent| {
        if blocked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=variant.class(small)
            class:is-busy=busy
            aria-disabled=move || blocked().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-describedby=move || disabled.with(Option::is_some).then(|| described.clone())
            on:click=press
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="ui-button-text">{children()}</span>
            {move || {
                let id = reason.clone();
                disabled.get().map(|text| view! { <span class="ui-reason" id=id role="tooltip">{text}</span> })
            }}
        </button>
    }
}

/// A link that looks like a button: for going somewhere, so that it can be opened in a new tab.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional)] small: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=variant.class(small) href=href>
            {icon.map(|name| view! { <Icon name /> })}
            <span class="ui-button-text">{children()}</span>
        </a>
    }
}
