//! What a table consumes and how it answers: series over a period, from CloudWatch or from what
//! passed through Dynadesk itself. Measurements, not values of items: here numbers may be floats.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;

/// How far back one looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Period {
    #[default]
    #[serde(rename = "1h")]
    Hour,
    #[serde(rename = "3h")]
    ThreeHours,
    #[serde(rename = "12h")]
    TwelveHours,
    #[serde(rename = "1d")]
    Day,
    #[serde(rename = "7d")]
    Week,
}

impl Period {
    pub const ALL: [Self; 5] = [Self::Hour, Self::ThreeHours, Self::TwelveHours, Self::Day, Self::Week];

    /// As it stands in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::ThreeHours => "3h",
            Self::TwelveHours => "12h",
            Self::Day => "1d",
            Self::Week => "7d",
        }
    }

    /// Reads what a URL has; anything else is nothing.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    pub const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::ThreeHours => 3 * 3_600,
            Self::TwelveHours => 12 * 3_600,
            Self::Day => 24 * 3_600,
            Self::Week => 7 * 24 * 3_600,
        }
    }

    /// Seconds that one point covers: a resolution that CloudWatch still keeps that far back, with few
    /// enough points for a screen.
    pub const fn step(self) -> i64 {
        match self {
            Self::Hour | Self::ThreeHours => 60,
            Self::TwelveHours | Self::Day => 300,
            Self::Week => 3_600,
        }
    }

    /// How many points the period has.
    pub const fn points(self) -> usize {
        (self.seconds() / self.step()) as usize
    }

    /// The whole steps that end with the last full one before `now`, as seconds since 1970: where it
    /// begins and where it ends. CloudWatch answers fast and exactly only for times on its own marks.
    pub const fn until(self, now: i64) -> (i64, i64) {
        let end = now - now.rem_euclid(self.step());
        (end - self.seconds(), end)
    }
}

/// Who measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Everybody's requests, as AWS counts them.
    CloudWatch,
    /// Only what passed through this server since it started.
    Dynadesk,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MonitoringView {
    pub source: Source,
    /// Where the numbers are from, for a person.
    pub place: String,
    pub period: Period,
    /// Seconds since 1970: where the first point begins.
    pub from: i64,
    /// Seconds that each point covers.
    pub step: i64,
    /// Since when there was anybody to count, where that is later than `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    pub charts: Vec<Chart>,
    pub consumed: Consumed,
    /// What the numbers leave out, for a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The request to CloudWatch, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
}

/// What the whole table and its indexes consumed, for an estimate of what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consumed {
    pub read_units: f64,
    pub write_units: f64,
    /// The seconds over which they were counted.
    pub seconds: i64,
}

/// One picture: lines of one unit over the same times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chart {
    pub topic: Topic,
    pub title: String,
    pub unit: Unit,
    /// The index it is about; the table itself where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    ReadCapacity,
    WriteCapacity,
    Throttles,
    Latency,
    Errors,
    Requests,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Capacity units a second, on average over each point.
    UnitsASecond,
    /// How often in each point.
    Count,
    Milliseconds,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    pub label: String,
    /// What may be used, not what was: drawn as a limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limit: bool,
    /// One for each point; nothing where nothing was measured.
    pub values: Vec<Option<f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_on_their_own_marks() {
        // 2026-11-25 10:07:31 UTC.
        let now = 1_795_601_251;
        assert_eq!(Period::Hour.until(now), (1_795_597_620, 1_795_601_220));
        assert_eq!(Period::Day.until(now).1 % 300, 0);
        assert_eq!(Period::Week.until(now).1 % 3_600, 0);
        for period in Period::ALL {
            let (from, until) = period.until(now);
            assert_eq!(until - from, period.seconds());
            assert!(until <= now && now - until < period.step());
            assert_eq!(period.points() as i64 * period.step(), period.seconds());
            // GetMetricData gives at most 100,800 points, and a screen shows fewer than three hundred.
            assert!(period.points() <= 288);
            assert_eq!(Period::of(period.word()), Some(period));
            assert_eq!(serde_json::to_value(period).expect("a word"), period.word());
        }
        assert_eq!(Period::of("2h"), None);
    }
}
