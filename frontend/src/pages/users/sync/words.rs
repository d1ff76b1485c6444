//! What the plan and its reports say: the words of `shared`, with a colour.

use dynadesk_shared::api::identity::{SyncEnd, SyncOutcome, SyncState};
use dynadesk_shared::identity::plan::PlanKind;
use dynadesk_shared::words::capitalized;

use crate::ui::Tone;

pub fn kind(kind: PlanKind) -> String {
    capitalized(kind.word())
}

pub fn state(state: SyncState) -> (String, Tone) {
    let tone = match state {
        SyncState::Begun => Tone::Warning,
        SyncState::Done => Tone::Good,
        SyncState::Nothing => Tone::Bad,
        SyncState::Undone => Tone::Neutral,
    };
    (capitalized(state.word()), tone)
}

pub fn outcome(outcome: &SyncOutcome) -> (String, Tone) {
    let word = capitalized(outcome.end().word());
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let tone = match outcome.end() {
        SyncEnd::Written => Tone::Good,
        SyncEnd::NotWritten => Tone::Neutral,
        SyncEnd::Unknown => Tone::Warning,
        SyncEnd::Changed | SyncEnd::Gone | SyncEnd::Shared => Tone::Bad,
    };
    let words = match outcome {
        SyncOutcome::Changed { handle, cognito_user_id } => {
            format!("{word}: handle {}, id {}", or_nothing(handle), or_nothing(cognito_user_id))
        }
        _ => word,
    };
    (words, tone)
}
