//! The console as a whole: its state, its shell, and the page within.

use leptos::prelude::*;

use crate::components::command_palette::CommandPalette;
use crate::components::global_commands;
use crate::components::shell::Shell;
use crate::components::shortcut_sheet::ShortcutSheet;
use crate::components::sign_in::SignInDialog;
use crate::components::unlock::UnlockDialog;
use crate::components::unsaved_dialog::UnsavedDialog;
use crate::routes::CurrentPage;
use crate::state::commands::Commands;
use crate::state::connections::Connections;
use crate::state::drops::Drops;
use crate::state::names::Names;
use crate::state::navigation::Navigation;
use crate::state::preferences::Preferences;
use crate::state::session::Session;
use crate::state::shortcuts::Shortcuts;
use crate::state::tables::Tables;
use crate::state::toasts::ToastQueue;
use crate::state::unsaved::Unsaved;
use crate::state::users::Users;
use crate::ui::toasts::Toasts;

#[component]
pub fn App() -> impl IntoView {
    Preferences::provide();
    Unsaved::provide();
    Navigation::provide();
    Session::provide();
    Connections::provide();
    Tables::provide();
    Drops::provide();
    Names::provide();
    Users::provide();
    Commands::provide();
    Shortcuts::provide();
    let queue = ToastQueue::provide();
    global_commands::register();
    view! {
        <Shell>
            <CurrentPage />
        </Shell>
        <CommandPalette />
        <ShortcutSheet />
        <UnsavedDialog />
        <UnlockDialog />
        <SignInDialog />
        <Toasts toasts=queue.toasts on_dismiss=move |id| queue.dismiss(id) />
    }
}
