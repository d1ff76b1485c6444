//! The editor's script: fetched when a page first wants it, and what it offers.

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What the script puts into the window.
const GLOBAL: &str = "dynadeskEditor";

#[wasm_bindgen]
extern "C" {
    /// One editor in the page.
    #[derive(Clone)]
    pub type Editor;

    #[wasm_bindgen(js_namespace = dynadeskEditor, catch)]
    pub fn create(
        host: &web_sys::Element,
        label: &str,
        hint: &str,
        text: &str,
        words: &str,
        changed: &JsValue,
        run: &JsValue,
    ) -> Result<Editor, JsValue>;

    #[wasm_bindgen(method, js_name = setText)]
    pub fn set_text(this: &Editor, text: &str);
    #[wasm_bindgen(method)]
    pub fn from(this: &Editor) -> usize;
    #[wasm_bindgen(method)]
    pub fn to(this: &Editor) -> usize;
    #[wasm_bindgen(method, js_name = setNames)]
    pub fn set_names(this: &Editor, json: &str);
    #[wasm_bindgen(method, js_name = setFaults)]
    pub fn set_faults(this: &Editor, json: &str);
    #[wasm_bindgen(method)]
    pub fn select(this: &Editor, from: usize, to: usize);
    #[wasm_bindgen(method)]
    pub fn destroy(this: &Editor);
}

/// Brings the script, once for the whole console.
pub async fn load() -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    if js_sys::Reflect::has(&window, &GLOBAL.into())? {
        return Ok(());
    }
    let named = document().query_selector("meta[name='dynadesk-editor']")?;
    let url = named.and_then(|meta| meta.get_attribute("content")).ok_or(JsValue::NULL)?;
    let script = document().create_element("script")?;
    script.set_attribute("src", &url)?;
    let (head, own) = (document().query_selector("head")?.ok_or(JsValue::NULL)?, script.clone());
    let coming = Promise::new(&mut |done, failed| {
        // Each refuses only what is no function, and these are.
        let _ = own.add_event_listener_with_callback("load", &done);
        let _ = own.add_event_listener_with_callback("error", &failed);
    });
    head.append_child(&script)?;
    let came = JsFuture::from(coming).await;
    // One that failed must not be there twice when the page is opened again.
    script.remove();
    came.map(|_| ())
}
