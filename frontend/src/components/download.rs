//! Hands a text to the operator as a file.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Saves `text` under a name, as the browser saves downloads.
pub fn download(name: &str, text: &str) {
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence(&js_sys::Array::of1(&JsValue::from_str(text))) {
        save(name, &blob);
    }
}

/// Saves pieces of a text as one file. Each piece goes to the browser by itself, so that a long text is
/// never in memory twice.
pub fn download_pieces<'a>(name: &str, pieces: impl IntoIterator<Item = &'a str>) {
    let parts = js_sys::Array::new();
    for piece in pieces {
        parts.push(&JsValue::from_str(piece));
    }
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) {
        save(name, &blob);
    }
}

/// Saves bytes as they are.
pub fn download_bytes(name: &str, bytes: &[u8]) {
    let array = js_sys::Uint8Array::from(bytes);
    if let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&array)) {
        save(name, &blob);
    }
}

fn save(name: &str, blob: &web_sys::Blob) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else {
        return;
    };
    if let Ok(link) = document().create_element("a") {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The download holds the file by now; without this the text would stay in memory.
    let _ = web_sys::Url::revoke_object_url(&url);
}
