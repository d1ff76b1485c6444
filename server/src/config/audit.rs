//! The audit log: for how long, and whether anything may be done that is not in it.

use serde::Deserialize;
use toml::Spanned;

use super::file::{Source, Written};
use super::{Args, ConfigError};

/// Days that entries are kept, where nothing is said.
const DAYS: i64 = 365;
/// The fewest and the most.
const RANGE: std::ops::RangeInclusive<i64> = 1..=3650;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditConfig {
    pub days: i64,
    /// Whether a change is refused that cannot be written down first.
    pub required: bool,
    /// Whether entries have hashes of items before and after.
    pub hashes: bool,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self {
            days: DAYS,
            required: false,
            hashes: false,
        }
    }
}

/// `[audit]` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenAudit {
    pub days: Option<Spanned<i64>>,
    pub required: Option<bool>,
    pub hashes: Option<bool>,
}

#[derive(Clone, Debug, Default, clap::Args)]
pub struct AuditArgs {
    /// For how many days the audit log is kept; 365 without it.
    #[arg(long, value_name = "DAYS", env = "DYNADESK_AUDIT_DAYS", global = true)]
    pub audit_days: Option<i64>,

    /// Refuse every change that cannot be written to the audit log first.
    #[arg(long, env = "DYNADESK_AUDIT_REQUIRED", global = true)]
    pub audit_required: bool,

    /// Keep the hashes of items before and after in the audit log, beside the way to the history.
    #[arg(long, env = "DYNADESK_AUDIT_HASHES", global = true)]
    pub audit_hashes: bool,
}

/// Puts flags and `[audit]` together; a flag takes the place of what the file says.
pub fn read(args: &Args, written: &Written, source: Option<&Source>) -> Result<AuditConfig, ConfigError> {
    let usual = WrittenAudit::default();
    let (args, written) = (&args.audit, written.audit.as_ref().unwrap_or(&usual));
    let why = |days| format!("the audit log is kept for {} to {} days, not {days}", RANGE.start(), RANGE.end());
    let days = match (args.audit_days, &written.days) {
        (Some(days), _) if RANGE.contains(&days) => days,
        (Some(days), _) => return Err(ConfigError(format!("--audit-days: {}", why(days)))),
        (None, Some(days)) if RANGE.contains(days.get_ref()) => *days.get_ref(),
        (None, Some(days)) => {
            let why = why(*days.get_ref());
            return Err(source.map_or_else(|| ConfigError(why.clone()), |source| source.fault(days.span(), &why)));
        }
        (None, None) => DAYS,
    };
    Ok(AuditConfig {
        days,
        required: args.audit_required || written.required == Some(true),
        hashes: args.audit_hashes || written.hashes == Some(true),
    })
}
