//! Times as items hold them: ISO text in two forms, or epoch numbers. Instants are microseconds
//! since 1970 in UTC; nothing here reads a clock.

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

/// Reads ISO 8601 text: a date and time, an optional fraction, and an optional offset.
/// Without an offset the time is UTC.
pub fn parse_iso(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 19
        || !matches!(bytes[10], b'T' | b' ')
        || bytes[4] != b'-'
        || bytes[7] != b'-'
        || bytes[13] != b':'
        || bytes[16] != b':'
    {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let part = bytes.get(from..to)?;
        part.iter()
            .try_fold(0i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        let digits = bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 || digits > 9 {
            return None;
        }
        for place in 0..6 {
            let digit = if place < digits {
                i64::from(bytes[at + 1 + place] - b'0')
            } else {
                0
            };
            fraction = fraction * 10 + digit;
        }
        at += 1 + digits;
    }
    let offset = match &bytes[at..] {
        [] | [b'Z'] => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, minutes) = match rest.len() {
                5 if rest[2] == b':' => (number(at + 1, at + 3)?, number(at + 4, at + 6)?),
                4 => (number(at + 1, at + 3)?, number(at + 3, at + 5)?),
                2 => (number(at + 1, at + 3)?, 0),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let seconds = hour * 3600 + minute * 60 + second - offset;
    Some(days_from_civil(year, month, day) * DAY + seconds * MICROS + fraction)
}

/// Writes an instant as ISO with microseconds and `+00:00`, the form of Cruddur's own handler.
pub fn to_iso_offset(micros: i64) -> String {
    format!("{}+00:00", to_iso_naive(micros))
}

/// Writes an instant as ISO with microseconds and no offset, the other form that real tables hold.
pub fn to_iso_naive(micros: i64) -> String {
    let (year, month, day) = civil_from_days(micros.div_euclid(DAY));
    let rest = micros.rem_euclid(DAY);
    let (seconds, fraction) = (rest / MICROS, rest % MICROS);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{fraction:06}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_the_same_instant() {
        let instant = parse_iso("2023-03-24T09:45:01.561513").expect("naive");
        assert_eq!(instant, 1_679_651_101_561_513);
        assert_eq!(parse_iso("2023-03-24T09:45:01.561513+00:00"), Some(instant));
        assert_eq!(parse_iso("2023-03-24T10:45:01.561513+01:00"), Some(instant));
        assert_eq!(parse_iso("2023-03-24T04:15:01.561513-0530"), Some(instant));
        assert_eq!(parse_iso("2023-03-24 09:45:01Z"), Some(1_679_651_101_000_000));
        assert_eq!(to_iso_naive(instant), "2023-03-24T09:45:01.561513");
        assert_eq!(to_iso_offset(instant), "2023-03-24T09:45:01.561513+00:00");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in [
            "",
            "2023",
            "2023-13-01T00:00:00",
            "2023-02-29T00:00:00",
            "2023-01-01T24:00:00",
            "2023-01-01T00:00:00.",
            "2023-01-01T00:00:00+1",
            "2023-01-01T00:00:00 x",
            "20é3-01-01T00:00:00",
        ] {
            assert_eq!(parse_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for day in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, date) = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, date), day);
        }
    }
}
