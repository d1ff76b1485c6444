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
    pub images: AuditImages,
}

/// What is kept of an item before and after a write, for the audit log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum AuditImages {
    /// Both in the history, for as long as the entry that leads there.
    #[default]
    Whole,
    /// Their hashes in the entry; the history has both as long as a write can be undone.
    Hash,
    /// The history alone, as long as a write can be undone.
    Link,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self {
            days: DAYS,
            required: false,
            images: AuditImages::default(),
        }
    }
}

impl AuditConfig {
    /// For how many days the history is kept for the audit log, beyond what undoing needs.
    pub fn keeps_history(&self) -> Option<i64> {
        (self.images == AuditImages::Whole).then_some(self.days)
    }
}

/// `[audit]` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenAudit {
    pub days: Option<Spanned<i64>>,
    pub required: Option<bool>,
    pub images: Option<Spanned<AuditImages>>,
    /// The word of before there were three: `images = "hash"`.
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

    /// What the audit log keeps of items before and after: whole without it.
    #[arg(long, value_name = "HOW", env = "DYNADESK_AUDIT_IMAGES", value_enum, global = true)]
    pub audit_images: Option<AuditImages>,

    /// The same as --audit-images hash.
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
        images: images(args, written, source)?,
    })
}

/// A flag takes the place of what the file says; of the same place, `hashes` beside another word is a contradiction.
fn images(args: &AuditArgs, written: &WrittenAudit, source: Option<&Source>) -> Result<AuditImages, ConfigError> {
    match (args.audit_images, args.audit_hashes) {
        (Some(AuditImages::Whole | AuditImages::Link), true) => {
            return Err(ConfigError(
                "--audit-hashes means --audit-images hash: give one of the two".to_owned(),
            ));
        }
        (Some(images), _) => return Ok(images),
        (None, true) => return Ok(AuditImages::Hash),
        (None, false) => {}
    }
    match (&written.images, written.hashes == Some(true)) {
        (Some(images), true) if *images.get_ref() != AuditImages::Hash => {
            let why = "hashes = true means images = \"hash\": give one of the two".to_owned();
            Err(source.map_or_else(|| ConfigError(why.clone()), |source| source.fault(images.span(), &why)))
        }
        (Some(images), _) => Ok(*images.get_ref()),
        (None, true) => Ok(AuditImages::Hash),
        (None, false) => Ok(AuditImages::default()),
    }
}
