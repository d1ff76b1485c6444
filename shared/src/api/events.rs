//! What every stream of events has in common: it is never silent for long, so that silence means that nobody
//! is there any more. A balancer may keep a connection open to a server that is gone.

/// The name of the event that only says that the stream goes on.
pub const ALIVE: &str = "alive";

/// The longest that a server lets pass without an event, in seconds.
pub const ALIVE_SECONDS: u64 = 15;

/// After so much silence, in seconds, whoever listens begins again.
pub const SILENT_SECONDS: u32 = 40;
