//! Starts the console in the browser.

fn main() {
    console_error_panic_hook::set_once();
    dynadesk_frontend::mount();
}
