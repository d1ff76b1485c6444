//! What a table can be brought back from: backups, point-in-time recovery, exports and imports.

mod transfer;

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::{
    BackupSummary, BackupTypeFilter, BillingMode, GlobalSecondaryIndex, LocalSecondaryIndex, PointInTimeRecoverySpecification,
    PointInTimeRecoveryStatus,
};
use dynadesk_shared::api::backups::{BackupView, RecoveryUpdate, RecoveryView, Restore, RestoreFrom};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::backups as requests;
use serde_json::json;

use super::convert::exchange;
use super::error::unbuildable;
use super::{Engine, EngineError};

/// DynamoDB's own most.
const BACKUPS_A_PAGE: i32 = 100;
/// DynamoDB takes ListBackups five times a second.
const BETWEEN_PAGES: Duration = Duration::from_millis(200);
/// What DynamoDB keeps where nothing else was said.
const USUAL_DAYS: u32 = 35;

/// What pages of a list hold, whether there is more, and how they were asked for.
pub type Listed<T> = (Vec<T>, bool, Vec<Exchange>);

impl Engine {
    pub async fn recovery(&self, table: &str) -> Result<(RecoveryView, Exchange), EngineError> {
        let started = Instant::now();
        let answer = self.client().describe_continuous_backups().table_name(table).send().await?;
        let described = answer
            .continuous_backups_description
            .and_then(|backups| backups.point_in_time_recovery_description);
        let recovery = described.as_ref();
        let view = RecoveryView {
            on: recovery.and_then(|recovery| recovery.point_in_time_recovery_status()) == Some(&PointInTimeRecoveryStatus::Enabled),
            days: recovery
                .and_then(|recovery| recovery.recovery_period_in_days())
                .and_then(|days| u32::try_from(days).ok())
                .unwrap_or(USUAL_DAYS),
            earliest: recovery
                .and_then(|recovery| recovery.earliest_restorable_date_time())
                .map(DateTime::secs),
            latest: recovery
                .and_then(|recovery| recovery.latest_restorable_date_time())
                .map(DateTime::secs),
        };
        Ok((view, exchange("DescribeContinuousBackups", json!({"TableName": table}), started)))
    }

    pub async fn update_recovery(&self, table: &str, wanted: &RecoveryUpdate) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let specification = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(wanted.on)
            .set_recovery_period_in_days(wanted.days.and_then(|days| i32::try_from(days).ok()))
            .build()
            .map_err(unbuildable)?;
        self.client()
            .update_continuous_backups()
            .table_name(table)
            .point_in_time_recovery_specification(specification)
            .send()
            .await?;
        Ok(took(requests::recovery(table, wanted), started))
    }

    /// Backups of a table, the newest of these pages first, and whether there are more.
    pub async fn backups(&self, table: &str, pages: u32) -> Result<Listed<BackupView>, EngineError> {
        let (mut backups, mut exchanges, mut after) = (Vec::new(), Vec::new(), None::<String>);
        for _ in 0..pages {
            if after.is_some() {
                tokio::time::sleep(BETWEEN_PAGES).await;
            }
            let started = Instant::now();
            let list = self
                .client()
                .list_backups()
                .table_name(table)
                .backup_type(BackupTypeFilter::All)
                .limit(BACKUPS_A_PAGE)
                .set_exclusive_start_backup_arn(after.clone());
            let answer = list.send().await?;
            let mut request = json!({"TableName": table, "BackupType": "ALL", "Limit": BACKUPS_A_PAGE});
            if let Some(after) = after {
                request["ExclusiveStartBackupArn"] = json!(after);
            }
            exchanges.push(exchange("ListBackups", request, started));
            backups.extend(answer.backup_summaries().iter().filter_map(backup));
            after = answer.last_evaluated_backup_arn;
            if after.is_none() {
                break;
            }
        }
        backups.sort_by_key(|backup| std::cmp::Reverse(backup.created));
        Ok((backups, after.is_some(), exchanges))
    }

    /// One backup by its ARN, with the table that it is of.
    pub async fn backup(&self, arn: &str) -> Result<(BackupView, String), EngineError> {
        let answer = self.client().describe_backup().backup_arn(arn).send().await?;
        let description = answer.backup_description.as_ref();
        let table = description
            .and_then(|backup| backup.source_table_details())
            .map(|table| table.table_name());
        let details = description.and_then(|backup| backup.backup_details());
        let (Some(details), Some(table)) = (details, table) else {
            return Err(EngineError::new(
                super::EngineErrorKind::Other,
                format!("the engine described nothing for backup {arn}"),
            ));
        };
        let view = BackupView {
            arn: details.backup_arn().to_owned(),
            name: details.backup_name().to_owned(),
            status: details.backup_status().as_str().to_owned(),
            kind: details.backup_type().as_str().to_owned(),
            created: details.backup_creation_date_time().secs(),
            expires: details.backup_expiry_date_time().map(DateTime::secs),
            size_bytes: size(details.backup_size_bytes()),
        };
        Ok((view, table.to_owned()))
    }

    pub async fn create_backup(&self, table: &str, name: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        self.client().create_backup().table_name(table).backup_name(name).send().await?;
        let wanted = dynadesk_shared::api::backups::BackupCreate {
            name: name.to_owned(),
            confirm: None,
        };
        Ok(took(requests::create(table, &wanted), started))
    }

    pub async fn delete_backup(&self, arn: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        self.client().delete_backup().backup_arn(arn).send().await?;
        Ok(took(requests::delete(arn), started))
    }

    /// Begins to make a new table of what was.
    pub async fn restore(&self, table: &str, wanted: &Restore) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let billing = wanted.billing.as_deref().map(BillingMode::from);
        // An empty list leaves all indexes out; no list keeps them.
        let globals = wanted.without_indexes.then(Vec::<GlobalSecondaryIndex>::new);
        let locals = wanted.without_indexes.then(Vec::<LocalSecondaryIndex>::new);
        match &wanted.from {
            RestoreFrom::Backup(arn) => {
                let restore = self
                    .client()
                    .restore_table_from_backup()
                    .target_table_name(&wanted.target)
                    .backup_arn(arn)
                    .set_billing_mode_override(billing)
                    .set_global_secondary_index_override(globals)
                    .set_local_secondary_index_override(locals);
                restore.send().await?;
            }
            RestoreFrom::Time(_) | RestoreFrom::LatestTime => {
                let at = match wanted.from {
                    RestoreFrom::Time(at) => Some(DateTime::from_secs(at)),
                    _ => None,
                };
                let restore = self
                    .client()
                    .restore_table_to_point_in_time()
                    .source_table_name(table)
                    .target_table_name(&wanted.target)
                    .set_use_latest_restorable_time(at.is_none().then_some(true))
                    .set_restore_date_time(at)
                    .set_billing_mode_override(billing)
                    .set_global_secondary_index_override(globals)
                    .set_local_secondary_index_override(locals);
                restore.send().await?;
            }
        }
        Ok(took(requests::restore(table, wanted), started))
    }
}

fn backup(summary: &BackupSummary) -> Option<BackupView> {
    Some(BackupView {
        arn: summary.backup_arn()?.to_owned(),
        name: summary.backup_name().unwrap_or_default().to_owned(),
        status: summary
            .backup_status()
            .map_or_else(|| "UNKNOWN".to_owned(), |status| status.as_str().to_owned()),
        kind: summary
            .backup_type()
            .map_or_else(|| "USER".to_owned(), |kind| kind.as_str().to_owned()),
        created: summary.backup_creation_date_time().map_or(0, DateTime::secs),
        expires: summary.backup_expiry_date_time().map(DateTime::secs),
        size_bytes: size(summary.backup_size_bytes()),
    })
}

/// A planned request that was sent.
fn took(mut planned: Exchange, started: Instant) -> Exchange {
    planned.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    planned
}

fn size(bytes: Option<i64>) -> u64 {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0)
}
