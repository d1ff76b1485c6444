//! The benchmark's rival for scan throughput: a bare loop over the AWS SDK, on an endpoint or on the
//! embedded engine's file, that reads a table to its end in pages of 1,000.
//! Prints one JSON object: `{"items": n, "ms": t}`.
//!
//! `sdk_scan <endpoint URL or path of embedded.db> <table>`

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use dynadesk_server::engine::embedded;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().context("name an endpoint or a file")?;
    let table = arguments.next().context("name a table")?;
    let client = if place.starts_with("http") {
        over_http(&place)
    } else {
        embedded::open(Some(Path::new(&place)), true)?.client().clone()
    };
    // One pass warms the connection and the caches; the second is measured.
    scan(&client, &table).await?;
    let (items, took) = scan(&client, &table).await?;
    println!("{{\"items\": {items}, \"ms\": {}}}", took.as_secs_f64() * 1e3);
    Ok(())
}

async fn scan(client: &Client, table: &str) -> anyhow::Result<(usize, Duration)> {
    let start = Instant::now();
    let mut items = 0;
    let mut from = None;
    loop {
        let page = client
            .scan()
            .table_name(table)
            .limit(1000)
            .set_exclusive_start_key(from)
            .send()
            .await?;
        items += page.items().len();
        from = page.last_evaluated_key;
        if from.is_none() {
            return Ok((items, start.elapsed()));
        }
    }
}

fn over_http(endpoint: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(
            aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("benchmark", "benchmark", None, None, "benchmark"))
        .endpoint_url(endpoint)
        .http_client(http)
        .build();
    Client::from_conf(config)
}
