//! What a table can be brought back from, and how: asked for where the engine has it, checked against
//! the table's own window before the engine is asked to do anything.

use dynadesk_shared::api::backups::{
    BackupCreate, BackupDelete, BackupsPages, BackupsView, ExportStart, ImportStart, RecoverySetting, RecoveryUpdate, RecoveryView,
    Restore, RestoreFrom,
};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::backups as rules;

use crate::confirm;
use crate::connections::Connection;
use crate::engine::{Engine, EngineError};
use crate::error::{Error, Result};
use crate::tables::of_table;

/// Everything at once. A part that is refused (by a policy, say) does not take the others with it.
pub async fn view(engine: &Engine, table: &str, pages: BackupsPages) -> Result<BackupsView> {
    sound("invalid_pages", rules::check_pages(&pages))?;
    let described = engine.describe_table_only(table).await.map_err(|error| of_table(table, error))?;
    let has = |feature| engine.capabilities().why_not(feature).is_none();
    let recovery = async {
        match has(Feature::PointInTimeRecovery) {
            true => engine.recovery(table).await.map(Some),
            false => Ok(None),
        }
    };
    let backups = async {
        match has(Feature::Backups) {
            true => engine.backups(table, pages.backups).await.map(Some),
            false => Ok(None),
        }
    };
    let exports = async {
        match described.arn.as_deref().filter(|_| has(Feature::S3Transfer)) {
            Some(arn) => engine.exports(arn, pages.exports).await.map(Some),
            None => Ok(None),
        }
    };
    let imports = async {
        match has(Feature::S3Transfer) {
            true => engine.imports(pages.imports).await.map(Some),
            false => Ok(None),
        }
    };
    let (recovery, backups, exports, imports) = tokio::join!(recovery, backups, exports, imports);
    let mut view = BackupsView::default();
    if let Some((recovery, exchange)) = part("point-in-time recovery", recovery, &mut view.unread) {
        view.recovery = Some(recovery);
        view.exchanges.push(exchange);
    }
    if let Some((all, more, exchanges)) = part("backups", backups, &mut view.unread) {
        (view.backups, view.more_backups) = (all, more);
        view.exchanges.extend(exchanges);
    }
    if let Some((all, more, exchanges)) = part("exports", exports, &mut view.unread) {
        (view.exports, view.more_exports) = (all, more);
        view.exchanges.extend(exchanges);
    }
    if let Some((all, more, exchanges)) = part("imports", imports, &mut view.unread) {
        (view.imports, view.more_imports) = (all, more);
        view.exchanges.extend(exchanges);
    }
    Ok(view)
}

fn part<T>(what: &str, answer: std::result::Result<Option<T>, EngineError>, unread: &mut Vec<String>) -> Option<T> {
    answer.unwrap_or_else(|error| {
        unread.push(format!("{what}: {error}"));
        None
    })
}

/// Changes recovery where it is still what the operator saw. Times that are lost with it are lost for
/// good, so that is agreed to by name on every connection.
pub async fn update_recovery(connection: &Connection, table: &str, wanted: &RecoveryUpdate) -> Result<Exchange> {
    let engine = &connection.engine;
    needs(engine, Feature::PointInTimeRecovery)?;
    sound("invalid_recovery", rules::check_recovery(wanted))?;
    let now = window(engine, table).await?.setting();
    if now != wanted.seen {
        return Err(Error::conflict(
            "recovery_changed",
            format!(
                "recovery of {table} changed meanwhile, so nothing was done: it is {}, and you saw {}",
                words(&now),
                words(&wanted.seen)
            ),
        ));
    }
    match rules::loses_times(&now, wanted) {
        true => confirm::by_name(table, wanted.confirm.as_deref())?,
        false => confirm::on_production(connection, table, wanted.confirm.as_deref())?,
    }
    engine.update_recovery(table, wanted).await.map_err(|error| of_table(table, error))
}

pub async fn create(engine: &Engine, table: &str, wanted: &BackupCreate) -> Result<Exchange> {
    needs(engine, Feature::Backups)?;
    sound("invalid_backup", rules::check_create(wanted))?;
    engine
        .create_backup(table, &wanted.name)
        .await
        .map_err(|error| of_table(table, error))
}

/// Deletes a backup of this table when the request repeats its name.
pub async fn delete(engine: &Engine, table: &str, asked: &BackupDelete) -> Result<Exchange> {
    needs(engine, Feature::Backups)?;
    let (backup, of) = engine.backup(&asked.arn).await.map_err(gone)?;
    is_of(table, &of)?;
    confirm::by_name(&backup.name, Some(&asked.confirm))?;
    engine.delete_backup(&asked.arn).await.map_err(gone)
}

/// What may be done to one table opens no backup of another.
fn is_of(table: &str, of: &str) -> Result<()> {
    if of == table {
        return Ok(());
    }
    Err(Error::invalid(
        "other_tables_backup",
        format!("this is a backup of another table, not of {table}: nothing was done"),
    ))
}

/// Begins a restore into a new table; its status is the new table's own.
pub async fn restore(engine: &Engine, table: &str, wanted: &Restore) -> Result<Exchange> {
    let by_time = !matches!(wanted.from, RestoreFrom::Backup(_));
    needs(engine, if by_time { Feature::PointInTimeRecovery } else { Feature::Backups })?;
    let recovery = if by_time { Some(window(engine, table).await?) } else { None };
    sound("invalid_restore", rules::check_restore(wanted, table, recovery.as_ref()))?;
    if let RestoreFrom::Backup(arn) = &wanted.from {
        let (_, of) = engine.backup(arn).await.map_err(gone)?;
        is_of(table, &of)?;
    }
    let taken = |error: EngineError| match error.code.as_deref() {
        Some("TableAlreadyExistsException" | "TableInUseException" | "ResourceInUseException") => Error {
            engine_code: error.code,
            ..Error::conflict("table_exists", format!("there is a table {:?} already", wanted.target))
        },
        _ => of_table(table, error),
    };
    engine.restore(table, wanted).await.map_err(taken)
}

pub async fn export(engine: &Engine, table: &str, wanted: &ExportStart) -> Result<Exchange> {
    needs(engine, Feature::S3Transfer)?;
    needs(engine, Feature::PointInTimeRecovery)?;
    let described = engine.describe_table_only(table).await.map_err(|error| of_table(table, error))?;
    let recovery = window(engine, table).await?;
    sound("invalid_export", rules::check_export(wanted, Some(&recovery)))?;
    let Some(arn) = described.arn else {
        return Err(Error::invalid(
            "unsupported_by_engine",
            format!("the engine gives table {table} no ARN, and an export needs one"),
        ));
    };
    Ok(engine.export(&arn, wanted, &token()).await?)
}

pub async fn import(engine: &Engine, wanted: &ImportStart) -> Result<Exchange> {
    needs(engine, Feature::S3Transfer)?;
    sound("invalid_import", rules::check_import(wanted))?;
    let taken = |error: EngineError| match error.code.as_deref() {
        Some("ResourceInUseException") => Error {
            engine_code: error.code,
            ..Error::conflict("table_exists", format!("there is a table {:?} already", wanted.target))
        },
        _ => error.into(),
    };
    engine.import(wanted, &token()).await.map_err(taken)
}

async fn window(engine: &Engine, table: &str) -> Result<RecoveryView> {
    let (recovery, _) = engine.recovery(table).await.map_err(|error| of_table(table, error))?;
    Ok(recovery)
}

fn words(setting: &RecoverySetting) -> String {
    match setting.on {
        true => format!("on, {} days back", setting.days),
        false => "off".to_owned(),
    }
}

/// DynamoDB takes a request that the network doubled once.
fn token() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn needs(engine: &Engine, feature: Feature) -> Result<()> {
    match engine.capabilities().why_not(feature) {
        Some(why) => Err(Error::invalid("unsupported_by_engine", why)),
        None => Ok(()),
    }
}

fn sound(code: &'static str, faults: Vec<FieldError>) -> Result<()> {
    match faults.first() {
        Some(first) => Err(Error::invalid(code, format!("{}: {}", first.field, first.message)).with_fields(faults)),
        None => Ok(()),
    }
}

fn gone(error: EngineError) -> Error {
    if error.code.as_deref() == Some("BackupNotFoundException") {
        return Error {
            engine_code: error.code,
            ..Error::not_found("backup_not_found", "there is no such backup any more")
        };
    }
    error.into()
}
