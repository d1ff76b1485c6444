//! What the operator prefers: theme and density.

use leptos::prelude::*;

use super::{kept, storage};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    #[default]
    Comfortable,
    Compact,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Density {
    pub const ALL: [Self; 2] = [Self::Comfortable, Self::Compact];

    pub fn name(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    /// The height of a row in pixels, for lists that compute their own layout.
    pub fn row_px(self) -> f64 {
        match self {
            Self::Comfortable => 36.0,
            Self::Compact => 28.0,
        }
    }
}

#[derive(Clone, Copy)]
pub struct Preferences {
    pub theme: RwSignal<Theme>,
    pub density: RwSignal<Density>,
}

pub fn use_preferences() -> Preferences {
    expect_context()
}

impl Preferences {
    /// Reads what was remembered and keeps the page's root element in step with it.
    pub fn provide() -> Self {
        let preferences = Self {
            theme: RwSignal::new(remembered("theme", Theme::ALL, Theme::name)),
            density: RwSignal::new(remembered("density", Density::ALL, Density::name)),
        };
        // What the console opened with is nobody's choice, and must not win over the store's copy.
        Effect::new(move |before: Option<()>| {
            let theme = preferences.theme.get();
            mark_root("data-theme", theme.name());
            if before.is_some() {
                kept::keep_word("theme", theme.name());
            }
        });
        Effect::new(move |before: Option<()>| {
            let density = preferences.density.get();
            mark_root("data-density", density.name());
            if before.is_some() {
                kept::keep_word("density", density.name());
            }
        });
        kept::take_over(preferences);
        provide_context(preferences);
        preferences
    }
}

fn remembered<T: Copy + Default, const N: usize>(key: &str, all: [T; N], name: fn(T) -> &'static str) -> T {
    let word = storage::read_word(key);
    all.into_iter().find(|one| word.as_deref() == Some(name(*one))).unwrap_or_default()
}

fn mark_root(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // The attribute names are ours and valid, so this cannot be refused.
        let _ = root.set_attribute(attribute, value);
    }
}
