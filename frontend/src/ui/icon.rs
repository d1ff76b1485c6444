//! Our own icons: strokes on a grid of 16, drawn in the colour of the text around them.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IconName {
    Alert,
    ArrowDown,
    ArrowLeft,
    ArrowUp,
    Box,
    Chat,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Code,
    Columns,
    Command,
    Copy,
    Database,
    Download,
    Edit,
    External,
    Filter,
    Help,
    Index,
    Info,
    Jobs,
    Key,
    Lock,
    Menu,
    Monitor,
    Moon,
    More,
    Pause,
    Play,
    Plug,
    Plus,
    Refresh,
    Search,
    Seed,
    Send,
    Settings,
    Shield,
    Sort,
    Star,
    Stop,
    Stream,
    Sun,
    Table,
    Tag,
    Trash,
    Undo,
    Upload,
    User,
    Users,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M8 2.2 14.4 13.4H1.6ZM8 6.4v3.2M8 11.5v.1",
            Self::ArrowDown => "M8 3v10M4 9l4 4 4-4",
            Self::ArrowLeft => "M13 8H3M7 4 3 8l4 4",
            Self::ArrowUp => "M8 13V3M4 7l4-4 4 4",
            Self::Box => "M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM2.5 5 8 8.1 13.5 5M8 8.1v6.1",
            Self::Chat => "M2.5 3.5h11v7.5H7.2L4.3 13.6V11H2.5ZM5.2 6.2h5.6M5.2 8.4h3.4",
            Self::Check => "m3 8.4 3.3 3.3L13 4.9",
            Self::ChevronDown => "m4 6.2 4 4 4-4",
            Self::ChevronRight => "m6.2 4 4 4-4 4",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.8V8l2.3 1.6",
            Self::Close => "m3.8 3.8 8.4 8.4M12.2 3.8l-8.4 8.4",
            Self::Code => "M5.2 4.5 1.8 8l3.4 3.5M10.8 4.5 14.2 8l-3.4 3.5M9.2 3.2 6.8 12.8",
            Self::Columns => "M2.2 3h11.6v10H2.2ZM6.1 3v10M9.9 3v10",
            Self::Command => "m3.5 4.5 3.5 3.4-3.5 3.6M8.2 11.5h4.6",
            Self::Copy => "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
            Self::Database => {
                "M13.2 4c0 1.2-2.3 2.1-5.2 2.1S2.8 5.2 2.8 4 5.1 1.9 8 1.9s5.2.9 5.2 2.1ZM2.8 4v8c0 1.2 2.3 2.1 5.2 2.1s5.2-.9 5.2-2.1V4M2.8 8c0 1.2 2.3 2.1 5.2 2.1s5.2-.9 5.2-2.1"
            }
            Self::Download => "M8 2.5v7.6M4.6 7 8 10.3 11.4 7M2.5 13.3h11",
            Self::Edit => "M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2ZM9.4 4.4l2.2 2.2",
            Self::External => "M9.2 2.8h4v4M13 3 7.4 8.6M11.4 9.4v3.8H2.8V4.6h3.8",
            Self::Filter => "M2 3.2h12L9.4 8.6v4.6l-2.8-1.4V8.6Z",
            Self::Help => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM6.2 6.3a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1v.2M8 11.3v.1",
            Self::Index => "M2.5 3.5h6M2.5 8h4.2M2.5 12.5h6M10 8h4M12 5.8 14.2 8 12 10.2",
            Self::Info => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 7.4v3.4M8 5.1v.1",
            Self::Jobs => "M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h4",
            Self::Key => "M6 6.4a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6ZM8.4 7.4 13.4 2.4M11.2 4.6l1.8 1.8",
            Self::Lock => "M3.4 7h9.2v6.6H3.4ZM5.4 7V4.8a2.6 2.6 0 0 1 5.2 0V7",
            Self::Menu => "M2.2 4.2h11.6M2.2 8h11.6M2.2 11.8h11.6",
            Self::Monitor => "M2 3h12v7.6H2ZM5.4 13.4h5.2M8 10.6v2.8",
            Self::Moon => "M13.2 9.4A5.6 5.6 0 0 1 6.6 2.8a5.6 5.6 0 1 0 6.6 6.6Z",
            Self::More => "M3.4 8h.1M8 8h.1M12.6 8h.1",
            Self::Pause => "M5.4 3.4v9.2M10.6 3.4v9.2",
            Self::Play => "M4.6 2.8 12.6 8l-8 5.2Z",
            Self::Plug => "M5.8 1.8v3.4M10.2 1.8v3.4M3.8 5.2h8.4v2.2a4.2 4.2 0 0 1-8.4 0ZM8 11.6v2.8",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Refresh => "M13.2 8A5.2 5.2 0 1 1 11.5 4.1M13.2 2.2v3.2H10",
            Self::Search => "M7 2.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8ZM10.2 10.2l3.4 3.4",
            Self::Seed => "M8 14V7.6M8 7.6C8 4.8 10 3 13.4 3c0 3-1.8 4.6-5.4 4.6ZM8 10.2C8 8 6.4 6.4 2.8 6.4c0 2.6 1.8 3.8 5.2 3.8Z",
            Self::Send => "M14 2 7 9M14 2 9.6 14 7 9 2 6.4Z",
            Self::Settings => {
                "M2.2 5h6.2M12.2 5h1.6M2.2 11h1.6M7.6 11h6.2M10.3 3.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8ZM5.7 9.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8Z"
            }
            Self::Shield => "M8 1.8 13 3.6v4c0 3-2 5.2-5 6.6-3-1.4-5-3.6-5-6.6v-4Z",
            Self::Sort => "M5 3v10M2.6 10.6 5 13l2.4-2.4M11 13V3M8.6 5.4 11 3l2.4 2.4",
            Self::Star => "m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5Z",
            Self::Stop => "M3.6 3.6h8.8v8.8H3.6Z",
            Self::Stream => "M1.8 5.2c2-2 4.2-2 6.2 0s4.2 2 6.2 0M1.8 10.8c2-2 4.2-2 6.2 0s4.2 2 6.2 0",
            Self::Sun => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1"
            }
            Self::Table => "M2 3h12v10H2ZM2 6.4h12M2 9.7h12M6.2 6.4V13",
            Self::Tag => "M2.2 2.2h5.4l6.2 6.2-5.4 5.4-6.2-6.2ZM5.2 5.2v.1",
            Self::Trash => "M2.6 4.2h10.8M6 4.2V2.4h4v1.8M3.9 4.2l.7 9.4h6.8l.7-9.4M6.7 6.9v4M9.3 6.9v4",
            Self::Undo => "M5.6 2.6 2.4 5.8 5.6 9M2.4 5.8h6.8a4.2 4.2 0 0 1 0 8.4H5",
            Self::Upload => "M8 10.3V2.7M4.6 6 8 2.7 11.4 6M2.5 13.3h11",
            Self::User => "M8 2.4a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4ZM2.8 13.8c.4-2.5 2.4-4 5.2-4s4.8 1.5 5.2 4",
            Self::Users => {
                "M6 3a2.4 2.4 0 1 0 0 4.8A2.4 2.4 0 0 0 6 3ZM1.6 13.2c.3-2.2 2-3.5 4.4-3.5s4.1 1.3 4.4 3.5M10.6 3.2a2.3 2.3 0 0 1 0 4.4M12 9.9c1.4.5 2.2 1.6 2.4 3.3"
            }
        }
    }
}

/// A picture that says nothing by itself: whatever holds it needs a text or a label.
#[component]
pub fn Icon(
    name: IconName,
    /// Pixels, 16 where nothing is said.
    #[prop(default = 16)]
    size: u16,
) -> impl IntoView {
    view! {
        <svg class="ui-icon" width=size height=size viewBox="0 0 16 16" fill="none" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
