//! What the plan and its reports say, in words.

use dynadesk_shared::api::identity::{SyncOutcome, SyncState};
use dynadesk_shared::identity::plan::PlanKind;
use dynadesk_shared::time::parse_iso;

use crate::format::time;
use crate::ui::Tone;

pub fn kind(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::WillChange => "Will change",
        PlanKind::AlreadyRight => "Already right",
        PlanKind::NoRow => "No row",
        PlanKind::NoPoolUser => "No Cognito user",
        PlanKind::MockLeft => "MOCK left over",
        PlanKind::Ambiguous => "Ambiguous",
        PlanKind::MissingAttribute => "Attribute missing",
    }
}

/// What a kind means, and what to do about it.
pub fn meaning(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::WillChange => {
            "These rows get the sub of the pool's user with their handle. Take out those that you do not want to change."
        }
        PlanKind::AlreadyRight => "These rows have the right sub.",
        PlanKind::NoRow => "These users of the pool have a preferred_username that is no row's handle.",
        PlanKind::NoPoolUser => "Nobody in the pool has the handle of these rows. They stay as they are.",
        PlanKind::MockLeft => "Nobody in the pool has the handle of these rows, and they were never synchronised. They stay MOCK.",
        PlanKind::Ambiguous => "A handle or a sub stands for more than one. These are left alone until that is put right.",
        PlanKind::MissingAttribute => "These users of the pool lack an attribute, so no row can be found for them.",
    }
}

pub fn state(state: SyncState) -> (&'static str, Tone) {
    match state {
        SyncState::Begun => ("Not known", Tone::Warning),
        SyncState::Done => ("Done", Tone::Good),
        SyncState::Nothing => ("Nothing written", Tone::Bad),
        SyncState::Undone => ("Undone", Tone::Neutral),
    }
}

pub fn outcome(outcome: &SyncOutcome) -> (String, Tone) {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    match outcome {
        SyncOutcome::Written => ("Written".to_owned(), Tone::Good),
        SyncOutcome::NotWritten => ("Not written".to_owned(), Tone::Neutral),
        SyncOutcome::Changed { handle, cognito_user_id } => (
            format!("Changed since: handle {}, id {}", or_nothing(handle), or_nothing(cognito_user_id)),
            Tone::Bad,
        ),
        SyncOutcome::Gone => ("The row is gone".to_owned(), Tone::Bad),
        SyncOutcome::Shared => ("Another row has this handle or sub by now".to_owned(), Tone::Bad),
        SyncOutcome::Unknown => ("Not known".to_owned(), Tone::Warning),
    }
}

/// A time of the server's, in the operator's zone.
pub fn when(iso: &str, style: time::Style) -> String {
    parse_iso(iso).map_or_else(|| iso.to_owned(), |micros| time::local(micros, style))
}
