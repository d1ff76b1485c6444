//! Signing in and out, sessions, and production's lock.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::{PasswordSignIn, SessionList, SessionView, SignedOut, UnlockRequest, UnlockView};

use super::Description;
use crate::api::session::{Begin, Done};

pub fn describe(api: &mut Description) {
    api.add("get", paths::SESSION, "session", "Who one is, and how people sign in")
        .open()
        .answers::<SessionView>();
    api.add("post", paths::SIGN_IN, "sign_in", "Signs in with a name and a password")
        .open()
        .takes::<PasswordSignIn>()
        .without_body("204", "Signed in: the cookie is set");
    api.add("post", paths::SIGN_OUT, "sign_out", "Ends one's session")
        .open()
        .answers::<SignedOut>();
    api.add("get", paths::OIDC_BEGIN, "begin_oidc", "Sends the browser to the provider")
        .open()
        .query::<Begin>()
        .without_body("303", "Where the browser goes");
    api.add("get", paths::OIDC_DONE, "finish_oidc", "The provider sends the browser back")
        .open()
        .query::<Done>()
        .without_body("303", "Signed in, or to the page that says why not");
    api.add("get", paths::SESSIONS, "sessions", "All sessions").answers::<SessionList>();
    api.add("delete", paths::SESSION_ONE, "end_session", "Ends a session")
        .answers::<()>();
    api.add("post", paths::UNLOCK, "unlock", "Unlocks a production connection for a while")
        .takes::<UnlockRequest>()
        .answers::<UnlockView>();
    api.add("delete", paths::UNLOCK, "lock", "Locks it again").answers::<()>();
}
