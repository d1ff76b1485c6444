//! Times as DynamoDB has them here: whole seconds, shown and typed in UTC, so that the window and what
//! is typed into it cannot be of two zones.

use dynadesk_shared::time::parse_iso;

use crate::format::time::utc;

/// `2026-11-25 10:07:31 UTC`.
pub fn show(seconds: i64) -> String {
    utc(seconds.saturating_mul(1_000_000))
}

/// The same without its zone, as a field has it.
pub fn write(seconds: i64) -> String {
    show(seconds).trim_end_matches(" UTC").to_owned()
}

/// Reads what was typed: `2026-11-25 10:07:31`, with or without seconds.
pub fn read(text: &str) -> Result<i64, String> {
    let text = text.trim().trim_end_matches(" UTC");
    let full = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    let micros = parse_iso(&full).ok_or_else(|| "a time such as 2026-11-25 10:07:31, in UTC".to_owned())?;
    Ok(micros.div_euclid(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_as_it_was() {
        assert_eq!(write(1_795_601_251), "2026-11-25 10:07:31");
        assert_eq!(read(&write(1_795_601_251)), Ok(1_795_601_251));
        assert_eq!(read("2026-11-25 10:07"), Ok(1_795_601_220));
        assert_eq!(read(&show(1_795_601_251)), Ok(1_795_601_251));
        assert!(read("yesterday").is_err());
    }
}
