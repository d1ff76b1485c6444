//! A long list that is in the browser already: the first of it, and more on a press.

use leptos::prelude::*;

use crate::format;
use crate::ui::Button;

/// Rows that a press adds.
const STEP: usize = 500;

/// How much of a list is shown.
#[derive(Clone, Copy)]
pub struct Shown(RwSignal<usize>);

impl Shown {
    pub fn new() -> Self {
        Self(RwSignal::new(STEP))
    }

    /// The part that is shown.
    pub fn of<T: Clone>(self, all: &[T]) -> Vec<T> {
        all.iter().take(self.0.get()).cloned().collect()
    }

    /// Begins again: it is another list.
    pub fn reset(self) {
        self.0.set(STEP);
    }
}

#[component]
pub fn ShowMore(shown: Shown, #[prop(into)] total: Signal<usize>) -> impl IntoView {
    let left = Memo::new(move |_| total.get().saturating_sub(shown.0.get()));
    view! {
        <Show when=move || left.get() != 0>
            <div class="users-more">
                <Button on_press=move |()| shown.0.update(|shown| *shown += STEP)>
                    {move || format!("Show more ({} left)", format::count(left.get() as u64))}
                </Button>
            </div>
        </Show>
    }
}
