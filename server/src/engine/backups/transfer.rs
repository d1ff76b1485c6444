//! Tables to S3 and from it. What is under way is asked for one by one: lists only name it.

use std::time::Instant;

use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::api::backups::{ExportStart, ExportView, ExportWhat, ImportStart, ImportView};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::backups as requests;
use dynadesk_shared::key::KeyAttribute;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Listed, size, took};
use crate::engine::convert::exchange;
use crate::engine::error::unbuildable;
use crate::engine::{Engine, EngineError};

/// Each of them is described by a request of its own.
const A_PAGE: i32 = 25;

impl Engine {
    /// Begins to write a table, or what changed in it, to S3.
    pub async fn export(&self, table_arn: &str, wanted: &ExportStart, token: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let export = self
            .client()
            .export_table_to_point_in_time()
            .table_arn(table_arn)
            .client_token(token)
            .s3_bucket(&wanted.bucket)
            .set_s3_prefix(wanted.prefix.clone())
            .export_format(wanted.format.as_str().into());
        let export = match wanted.what {
            ExportWhat::Full { at } => export
                .export_type(sdk::ExportType::FullExport)
                .set_export_time(at.map(DateTime::from_secs)),
            ExportWhat::Incremental {
                from,
                until,
                new_images_only,
            } => {
                let images = if new_images_only {
                    sdk::ExportViewType::NewImage
                } else {
                    sdk::ExportViewType::NewAndOldImages
                };
                let specification = sdk::IncrementalExportSpecification::builder()
                    .export_from_time(DateTime::from_secs(from))
                    .export_to_time(DateTime::from_secs(until))
                    .export_view_type(images)
                    .build();
                export
                    .export_type(sdk::ExportType::IncrementalExport)
                    .incremental_export_specification(specification)
            }
        };
        export.send().await?;
        Ok(with_token(took(requests::export(table_arn, wanted), started), token))
    }

    /// Exports of a table, the newest of these pages first, and whether there are more.
    pub async fn exports(&self, table_arn: &str, pages: u32) -> Result<Listed<ExportView>, EngineError> {
        let (mut exports, mut exchanges, mut next) = (Vec::new(), Vec::new(), None::<String>);
        for _ in 0..pages {
            let started = Instant::now();
            let list = self.client().list_exports().table_arn(table_arn).max_results(A_PAGE);
            let list = list.set_next_token(next.clone()).send().await?;
            let request = with_next(json!({"TableArn": table_arn, "MaxResults": A_PAGE}), next);
            exchanges.push(exchange("ListExports", request, started));
            let arns = list.export_summaries().iter().filter_map(|summary| summary.export_arn());
            let described = arns.map(|arn| async move {
                let started = Instant::now();
                let answer = self.client().describe_export().export_arn(arn).send().await;
                (answer, exchange("DescribeExport", json!({"ExportArn": arn}), started))
            });
            for (answer, asked) in join_all(described).await {
                exports.extend(answer?.export_description.as_ref().and_then(export));
                exchanges.push(asked);
            }
            next = list.next_token;
            if next.is_none() {
                break;
            }
        }
        exports.sort_by_key(|export| std::cmp::Reverse(export.started));
        Ok((exports, next.is_some(), exchanges))
    }

    /// Begins to make a new table of files in S3.
    pub async fn import(&self, wanted: &ImportStart, token: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let source = sdk::S3BucketSource::builder()
            .s3_bucket(&wanted.bucket)
            .set_s3_key_prefix(wanted.prefix.clone())
            .build()
            .map_err(unbuildable)?;
        let csv = (wanted.delimiter.is_some() || !wanted.header.is_empty()).then(|| {
            let csv = sdk::CsvOptions::builder()
                .set_delimiter(wanted.delimiter.clone())
                .set_header_list(Some(wanted.header.clone()).filter(|header| !header.is_empty()))
                .build();
            sdk::InputFormatOptions::builder().csv(csv).build()
        });
        self.client()
            .import_table()
            .client_token(token)
            .s3_bucket_source(source)
            .input_format(wanted.format.as_str().into())
            .input_compression_type(wanted.compression.as_str().into())
            .set_input_format_options(csv)
            .table_creation_parameters(new_table(wanted)?)
            .send()
            .await?;
        Ok(with_token(took(requests::import(wanted), started), token))
    }

    /// Imports of the account and region, the newest of these pages first, and whether there are more.
    pub async fn imports(&self, pages: u32) -> Result<Listed<ImportView>, EngineError> {
        let (mut imports, mut exchanges, mut next) = (Vec::new(), Vec::new(), None::<String>);
        for _ in 0..pages {
            let started = Instant::now();
            let list = self.client().list_imports().page_size(A_PAGE);
            let list = list.set_next_token(next.clone()).send().await?;
            exchanges.push(exchange("ListImports", with_next(json!({"PageSize": A_PAGE}), next), started));
            let arns = list.import_summary_list().iter().filter_map(|summary| summary.import_arn());
            let described = arns.map(|arn| async move {
                let started = Instant::now();
                let answer = self.client().describe_import().import_arn(arn).send().await;
                (answer, exchange("DescribeImport", json!({"ImportArn": arn}), started))
            });
            for (answer, asked) in join_all(described).await {
                imports.extend(answer?.import_table_description.as_ref().and_then(import));
                exchanges.push(asked);
            }
            next = list.next_token;
            if next.is_none() {
                break;
            }
        }
        imports.sort_by_key(|import| std::cmp::Reverse(import.started));
        Ok((imports, next.is_some(), exchanges))
    }
}

fn new_table(wanted: &ImportStart) -> Result<sdk::TableCreationParameters, EngineError> {
    let mut table = sdk::TableCreationParameters::builder()
        .table_name(&wanted.target)
        .billing_mode(sdk::BillingMode::PayPerRequest);
    let keys: [(Option<&KeyAttribute>, sdk::KeyType); 2] = [
        (Some(&wanted.partition), sdk::KeyType::Hash),
        (wanted.sort.as_ref(), sdk::KeyType::Range),
    ];
    for (key, side) in keys {
        let Some(key) = key else { continue };
        let element = sdk::KeySchemaElement::builder().attribute_name(&key.name).key_type(side);
        let definition = sdk::AttributeDefinition::builder()
            .attribute_name(&key.name)
            .attribute_type(key.kind.name().into());
        table = table
            .key_schema(element.build().map_err(unbuildable)?)
            .attribute_definitions(definition.build().map_err(unbuildable)?);
    }
    table.build().map_err(unbuildable)
}

/// A request for the page behind the token.
fn with_next(mut request: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        request["NextToken"] = json!(next);
    }
    request
}

fn with_token(mut exchange: Exchange, token: &str) -> Exchange {
    if let Some(request) = exchange.request.as_object_mut() {
        request.insert("ClientToken".to_owned(), json!(token));
    }
    exchange
}

/// A word of the SDK, which may be newer than we are.
fn word(known: Option<&str>) -> String {
    known.unwrap_or("UNKNOWN").to_owned()
}

fn failure(code: Option<&str>, message: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [code, message].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

fn export(described: &sdk::ExportDescription) -> Option<ExportView> {
    Some(ExportView {
        arn: described.export_arn()?.to_owned(),
        status: word(described.export_status().map(|status| status.as_str())),
        kind: word(described.export_type().map(|kind| kind.as_str()).or(Some("FULL_EXPORT"))),
        format: word(described.export_format().map(|format| format.as_str())),
        bucket: described.s3_bucket().unwrap_or_default().to_owned(),
        prefix: described.s3_prefix().map(str::to_owned),
        started: described.start_time().map(DateTime::secs),
        ended: described.end_time().map(DateTime::secs),
        manifest: described.export_manifest().map(str::to_owned),
        items: described.item_count().and_then(|count| u64::try_from(count).ok()),
        billed_bytes: described.billed_size_bytes().and_then(|bytes| u64::try_from(bytes).ok()),
        failure: failure(described.failure_code(), described.failure_message()),
    })
}

fn import(described: &sdk::ImportTableDescription) -> Option<ImportView> {
    let source = described.s3_bucket_source();
    let named = described.table_creation_parameters().map(|table| table.table_name().to_owned());
    Some(ImportView {
        arn: described.import_arn()?.to_owned(),
        status: word(described.import_status().map(|status| status.as_str())),
        table: named.unwrap_or_else(|| {
            let arn = described.table_arn().unwrap_or_default();
            arn.rsplit('/').next().unwrap_or_default().to_owned()
        }),
        format: word(described.input_format().map(|format| format.as_str())),
        compression: word(described.input_compression_type().map(|kind| kind.as_str()).or(Some("NONE"))),
        bucket: source.map(|source| source.s3_bucket().to_owned()).unwrap_or_default(),
        prefix: source.and_then(|source| source.s3_key_prefix()).map(str::to_owned),
        started: described.start_time().map(DateTime::secs),
        ended: described.end_time().map(DateTime::secs),
        processed_items: size(Some(described.processed_item_count())),
        imported_items: size(Some(described.imported_item_count())),
        processed_bytes: size(described.processed_size_bytes()),
        errors: size(Some(described.error_count())),
        log_group: described.cloud_watch_log_group_arn().map(str::to_owned),
        failure: failure(described.failure_code(), described.failure_message()),
    })
}
