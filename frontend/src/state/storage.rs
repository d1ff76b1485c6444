//! The browser's storage, for all tabs or for one. A browser may refuse it; then nothing is remembered and nothing breaks.

use serde::Serialize;
use serde::de::DeserializeOwned;

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn full(key: &str) -> String {
    format!("dynadesk.{key}")
}

/// What was remembered under a key, where it still can be read.
pub fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = storage()?.get_item(&full(key)).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Remembers a value under a key.
pub fn write<T: Serialize>(key: &str, value: &T) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(value)) {
        // A full or forbidden storage only means that nothing is remembered.
        let _ = storage.set_item(&full(key), &text);
    }
}

/// The storage of this tab: what is in it goes with the tab.
fn of_tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// What this tab remembered under a key.
pub fn read_in_tab<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = of_tab()?.get_item(&full(key)).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Remembers a value for as long as the tab lives.
pub fn write_in_tab<T: Serialize>(key: &str, value: &T) {
    if let (Some(storage), Ok(text)) = (of_tab(), serde_json::to_string(value)) {
        // As above.
        let _ = storage.set_item(&full(key), &text);
    }
}

/// A remembered word as it is: the script that runs before the first paint reads these too.
pub fn read_word(key: &str) -> Option<String> {
    storage()?.get_item(&full(key)).ok().flatten()
}

/// Remembers a word as it is.
pub fn write_word(key: &str, word: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage only means that nothing is remembered.
        let _ = storage.set_item(&full(key), word);
    }
}
