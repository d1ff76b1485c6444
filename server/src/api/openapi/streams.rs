//! A table's stream and its relay.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::{RelayAsideId, RelayRetried, RelayRetry, RelaySet, RelayView};
use dynadesk_shared::api::settings::SettingsChanged;
use dynadesk_shared::api::streams::{StreamChange, StreamGap, StreamRecords, StreamSkipped, StreamState};

use super::Description;
use crate::api::streams::From;

pub fn describe(api: &mut Description) {
    api.add("post", paths::STREAM, "change_stream", "Turns a table's stream on or off")
        .takes::<StreamChange>()
        .answers::<SettingsChanged>();
    api.add("get", paths::STREAM_EVENTS, "stream_events", "A table's stream as it goes on")
        .query::<From>()
        .streams("The id of an event is the position after it; the last event is `end`")
        .event::<StreamState>("state")
        .event::<StreamRecords>("records")
        .event::<StreamSkipped>("skipped")
        .event::<StreamGap>("gap");
    api.add("get", paths::RELAY, "relay", "How the relay of a table stands")
        .answers::<RelayView>();
    api.add("put", paths::RELAY, "set_relay", "Turns the relay on or off")
        .takes::<RelaySet>()
        .answers::<RelayView>();
    api.add("post", paths::RELAY_RETRY, "retry_set_aside", "Tries again what was set aside")
        .takes::<RelayRetry>()
        .answers::<RelayRetried>();
    api.add("post", paths::RELAY_DISMISS, "dismiss_set_aside", "Forgets what was set aside")
        .takes::<RelayAsideId>()
        .answers::<RelayView>();
}
