//! Times that hide in values: ISO text and epoch numbers, found by their form.

use dynadesk_shared::AttributeValue;
use dynadesk_shared::time::{parse_iso, to_iso_naive};
use wasm_bindgen::{JsCast, JsValue};

/// 2000-01-01 and 2100-01-01 in seconds: a number between them is likely a time, others are counts.
const EARLIEST: i64 = 946_684_800;
const LATEST: i64 = 4_102_444_800;

/// The instant that a value seems to hold, in microseconds since 1970, and the form it is in.
pub fn instant_of(value: &AttributeValue) -> Option<(i64, &'static str)> {
    match value {
        AttributeValue::S(text) => iso(text).map(|micros| (micros, "ISO")),
        AttributeValue::N(text) => epoch(text),
        _ => None,
    }
}

/// ISO text, also a plain date.
fn iso(text: &str) -> Option<i64> {
    match text.len() {
        10 if text.is_ascii() => parse_iso(&format!("{text}T00:00:00")),
        19..=35 => parse_iso(text),
        _ => None,
    }
}

/// Epoch seconds, milliseconds or microseconds, told apart by their size.
fn epoch(text: &str) -> Option<(i64, &'static str)> {
    if text.len() > 17 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    [
        (1, "epoch seconds"),
        (1_000, "epoch milliseconds"),
        (1_000_000, "epoch microseconds"),
    ]
    .into_iter()
    .find(|(per_second, _)| (EARLIEST..LATEST).contains(&(number / per_second)))
    .map(|(per_second, name)| (number * (1_000_000 / per_second), name))
}

/// UTC for machines and for a hover text: `2023-03-24 09:45:01 UTC`.
pub fn utc(micros: i64) -> String {
    let iso = to_iso_naive(micros);
    match iso.split_once('T') {
        Some((date, time)) => format!("{date} {} UTC", time.split('.').next().unwrap_or(time)),
        None => iso,
    }
}

/// What a style of time shows of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Date and time to the second.
    Full,
    /// Date and time to the minute, short.
    Short,
    /// The same without the year, where a line is narrow.
    Brief,
    /// Hours and minutes.
    Clock,
    /// The day with its weekday.
    Day,
}

thread_local! {
    // Making a formatter takes about a tenth of a millisecond, using one takes a thousandth.
    static FORMATS: std::cell::RefCell<Vec<(Style, js_sys::Function)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The instant in the reader's zone and language, by the browser's Intl. Runs only in a browser.
pub fn local(micros: i64, style: Style) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64((micros / 1000) as f64));
    let format = FORMATS.with_borrow_mut(|known| {
        if let Some((_, format)) = known.iter().find(|(kind, _)| *kind == style) {
            return format.clone();
        }
        let format = new_format(style);
        known.push((style, format.clone()));
        format
    });
    let text = format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string());
    text.unwrap_or_else(|| utc(micros))
}

/// An ISO time of the server's, in the reader's zone; a text that is none stays as it is.
pub fn when(iso: &str, style: Style) -> String {
    parse_iso(iso).map_or_else(|| iso.to_owned(), |micros| local(micros, style))
}

fn new_format(style: Style) -> js_sys::Function {
    let options = js_sys::Object::new();
    let parts: &[(&str, &str)] = match style {
        Style::Full => &[("dateStyle", "medium"), ("timeStyle", "long")],
        Style::Short => &[("dateStyle", "medium"), ("timeStyle", "short")],
        Style::Brief => &[("month", "short"), ("day", "numeric"), ("hour", "numeric"), ("minute", "2-digit")],
        Style::Clock => &[("timeStyle", "short")],
        Style::Day => &[("dateStyle", "full")],
    };
    // Half past one in the night is never half past one in the day, whatever the language is used to.
    for (name, value) in parts.iter().chain(&[("hourCycle", "h23")]) {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &options)
        .format()
        .unchecked_into()
}

/// The first instant of a day (`2024-03-01`) in the reader's zone, so many days later. Runs only in a browser.
pub fn day_begins(day: &str, later: u32) -> Option<i64> {
    parse_iso(&format!("{day}T00:00:00"))?;
    // Without an offset the browser reads a date and time in its own zone.
    let date = js_sys::Date::new(&JsValue::from_str(&format!("{day}T00:00:00")));
    date.set_date(date.get_date() + later);
    let millis = date.get_time();
    millis.is_finite().then_some(millis as i64 * 1000)
}

/// A hover text: the form, the local reading and UTC.
pub fn hover(value: &AttributeValue) -> Option<String> {
    let (micros, form) = instant_of(value)?;
    Some(format!("{form}: {} · {}", local(micros, Style::Full), utc(micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> AttributeValue {
        AttributeValue::N(text.into())
    }

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.into())
    }

    #[test]
    fn times_are_found_by_their_form() {
        let micros = 1_679_651_101_000_000;
        assert_eq!(instant_of(&n("1679651101")), Some((micros, "epoch seconds")));
        assert_eq!(instant_of(&n("1679651101000")), Some((micros, "epoch milliseconds")));
        assert_eq!(instant_of(&n("1679651101000000")), Some((micros, "epoch microseconds")));
        assert_eq!(instant_of(&s("2023-03-24T09:45:01+00:00")), Some((micros, "ISO")));
        assert_eq!(
            instant_of(&s("2023-03-24")).map(|t| utc(t.0)),
            Some("2023-03-24 00:00:00 UTC".into())
        );
    }

    #[test]
    fn counts_and_texts_are_no_times() {
        for value in [
            n("42"),
            n("1679651101.5"),
            n("-1679651101"),
            n("99999999999999999999"),
            s("1679651101"),
            s("2023-99-24"),
            s("é2023-01-1"),
        ] {
            assert_eq!(instant_of(&value), None, "{value:?}");
        }
    }
}
