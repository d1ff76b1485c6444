//! A conversation as a chat in a real browser, against answers of our own.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

/// Answers for the server: a table, two users, one conversation of two pages in both forms of time.
const SERVER: &str = r#"
const exchange = {operation: 'Query', request: {}, took_ms: 1};
const ada = {uuid: 'u-1', display_name: 'Ada', handle: 'ada'}, bo = {uuid: 'u-2', display_name: 'Bo', handle: 'bo'};
const key = name => [{name, type: 'S'}];
const message = (at, from) => {
  const time = new Date(Date.UTC(2024, 2, 1, 9, at)).toISOString().slice(0, 19);
  return {message_uuid: 'm' + at, group: 'g', from, text: 'text <i>' + at + '</i>', sk: time + (at % 2 ? '+00:00' : ''),
          at_micros: Date.UTC(2024, 2, 1, 9, at) * 1000};
};
const page = (from, to) => Array.from({length: to - from}, (_, at) => message(from + at, at % 2 ? ada : bo));
const answers = {
  '/api/connections': () => ({version: '0', connections: [{name: 'x', label: 'X', color: 'teal', engine: 'e', place: 'p', read_only: true,
    production: false, is_default: true, capabilities: {missing: {}, scan_segments: 1}}]}),
  '/api/c/x/tables': () => ({names: ['t']}),
  '/api/c/x/tables/t': () => ({name: 't', status: 'ACTIVE', key: {partition: key('pk'), sort: key('sk')}, item_count: 1, size_bytes: 1,
    billing_mode: 'PAY_PER_REQUEST', indexes: [], deletion_protection: false, table_class: 'STANDARD', tags: {}, exchange}),
  '/api/c/x/tables/t/conversations/users': () => ({users: [ada, bo].map(user => ({user, conversations: 1, messages: 20})), scanned: 42, exchange}),
  '/api/c/x/tables/t/conversations/list': () => ({exchange, conversations: [{group: 'g', owner: 'u-1', with: bo, last_message: 'last',
    sk: '2024-03-01T09:39:00', at_micros: Date.UTC(2024, 2, 1, 9, 39) * 1000}]}),
  '/api/c/x/tables/t/conversations/messages': body => body.cursor
    ? {messages: page(0, 20), exchange} : {messages: page(20, 40).reverse(), next: 'older', exchange},
};
const real = window.fetch.bind(window);
window.fetch = async (input, init) => {
  const url = new URL(typeof input === 'string' ? input : input.url, location.href);
  const answer = answers[url.pathname];
  if (!answer) return real(input, init);
  const text = input.method === 'POST' ? await input.clone().text() : '{}';
  return new Response(JSON.stringify(answer(JSON.parse(text))), {status: 200, headers: {'content-type': 'application/json'}});
};
history.pushState(null, '', '/c/x/tables/t/conversations/u-1/g');
"#;

/// Waits for a condition, frame by frame; fails when many seconds did not bring it.
async fn until(what: &str, is: impl Fn() -> bool) {
    for _ in 0..1_200 {
        if is() {
            return;
        }
        let frame = js_sys::Promise::new(&mut |done, _| {
            window().request_animation_frame(&done).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
    panic!("{what} did not happen: {}", document().body().unwrap().inner_text());
}

fn texts(place: &HtmlElement, selector: &str) -> Vec<String> {
    let found = place.query_selector_all(selector).unwrap();
    (0..found.length())
        .map(|at| found.get(at).unwrap().text_content().unwrap())
        .collect()
}

#[wasm_bindgen_test]
async fn the_newest_page_comes_first_and_older_ones_keep_the_place() {
    js_sys::Function::new_no_args(SERVER).call0(&JsValue::NULL).unwrap();
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    let sheet = document().create_element("style").unwrap();
    sheet.set_text_content(Some(".talk-log { height: 300px; overflow: auto; overflow-anchor: none; }"));
    place.append_child(&sheet).unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    let _mounted = mount_to(place.clone(), dynadesk_frontend::app::App);

    let count = || texts(&place, ".talk-text").len();
    until("the newest page", || count() == 20).await;
    let log: HtmlElement = place.query_selector(".talk-log").unwrap().unwrap().unchecked_into();
    until("the scroll to the end", || {
        log.scroll_top() + log.client_height() >= log.scroll_height() - 2
    })
    .await;
    let expected: Vec<String> = (20..40).map(|at| format!("text <i>{at}</i>")).collect();
    assert_eq!(texts(&place, ".talk-text"), expected, "both forms of time stand in one order");
    assert_eq!(texts(&place, ".talk-bubble.is-own .talk-from")[0], "from Ada");
    assert_eq!(texts(&place, ".talk-conversations .talk-entry strong"), ["with Bo"]);
    assert_eq!(texts(&place, ".talk-day").len(), 1);

    let below = log.scroll_height();
    log.set_scroll_top(0);
    until("the older page", || count() == 40).await;
    until("the place kept", || log.scroll_top() > 0).await;
    assert!(
        (log.scroll_height() - below - log.scroll_top()).abs() < 40,
        "what was read is still in view"
    );
    assert_eq!(texts(&place, ".talk-text")[0], "text <i>0</i>");
    assert_eq!(texts(&place, ".talk-day").len(), 1, "one day is said once");
    assert!(
        place.query_selector(".talk-send textarea[disabled]").unwrap().is_some(),
        "read-only"
    );
    place.remove();
}
