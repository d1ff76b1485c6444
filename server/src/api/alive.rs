//! Streams of events that have nothing to tell still say that they go on: as an event, because a browser
//! shows no comment to a page, and a page begins again after silence.

use std::time::Duration;

use axum::response::sse::{Event, KeepAlive};
use dynadesk_shared::api::events::{ALIVE, ALIVE_SECONDS};

/// What every stream of events is given.
pub fn keep_alive() -> KeepAlive {
    after(Duration::from_secs(ALIVE_SECONDS))
}

fn after(silence: Duration) -> KeepAlive {
    // An event without data is none to a browser.
    KeepAlive::new().interval(silence).event(Event::default().event(ALIVE).data("{}"))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::response::{IntoResponse as _, Sse};
    use futures_util::{StreamExt as _, stream};

    use super::*;

    #[tokio::test]
    async fn a_silent_stream_says_that_it_goes_on() {
        let silent = stream::pending::<Result<Event, Infallible>>();
        let answer = Sse::new(silent).keep_alive(after(Duration::from_millis(1))).into_response();
        let mut pieces = answer.into_body().into_data_stream();
        for _ in 0..2 {
            let piece = pieces.next().await.expect("a piece").expect("of a stream that goes on");
            assert_eq!(piece, "event: alive\ndata: {}\n\n");
        }
    }
}
