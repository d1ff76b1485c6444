//! The price table. To bring it up to date: read the AWS Price List (`AmazonDynamoDB`) of the region,
//! change the numbers, and change [`DATED`] and the region's `source` with them.

use super::money::Money;
use super::{ClassPrices, RegionPrices};

/// When the prices were last compared with their sources.
pub const DATED: &str = "2026-11-25";

const fn million(price: &str) -> Money {
    Money::usd(price).per(1_000_000)
}

/// Regions in the order in which they are offered.
pub const REGIONS: [RegionPrices; 4] = [
    RegionPrices {
        region: "us-east-1",
        name: "US East (N. Virginia)",
        source: "AWS Price List, offer of 2026-08-15; capacity, storage and recovery read again on 2026-10-08; backups, S3 and streams from aws.amazon.com/dynamodb/pricing",
        doubt: None,
        standard: ClassPrices {
            read_request: million("0.125"),
            write_request: million("0.625"),
            read_hour: Some(Money::usd("0.00013")),
            write_hour: Some(Money::usd("0.00065")),
            storage: Money::usd("0.25"),
        },
        infrequent: ClassPrices {
            read_request: million("0.155"),
            write_request: million("0.78"),
            read_hour: Some(Money::usd("0.00016")),
            write_hour: Some(Money::usd("0.00081")),
            storage: Money::usd("0.10"),
        },
        recovery: Some(Money::usd("0.20")),
        backup: Some(Money::usd("0.10")),
        stream_read: Some(Money::usd("0.02").per(100_000)),
    },
    RegionPrices {
        region: "eu-west-1",
        name: "Europe (Ireland)",
        source: "AWS Price List, offer of 2026-08-15; provisioned capacity from aws.amazon.com/dynamodb/pricing",
        doubt: None,
        standard: ClassPrices {
            read_request: million("0.1415"),
            write_request: million("0.705"),
            read_hour: Some(Money::usd("0.000147")),
            write_hour: Some(Money::usd("0.000735")),
            storage: Money::usd("0.283"),
        },
        infrequent: ClassPrices {
            read_request: million("0.177"),
            write_request: million("0.885"),
            read_hour: None,
            write_hour: None,
            storage: Money::usd("0.1132"),
        },
        recovery: Some(Money::usd("0.22")),
        backup: None,
        stream_read: None,
    },
    RegionPrices {
        region: "eu-central-1",
        name: "Europe (Frankfurt)",
        source: "AWS Price List, offer of 2026-08-15; provisioned capacity from aws.amazon.com/dynamodb/pricing",
        doubt: None,
        standard: ClassPrices {
            read_request: million("0.1525"),
            write_request: million("0.7625"),
            read_hour: Some(Money::usd("0.0001586")),
            write_hour: Some(Money::usd("0.000793")),
            storage: Money::usd("0.306"),
        },
        infrequent: ClassPrices {
            read_request: million("0.1905"),
            write_request: million("0.955"),
            read_hour: None,
            write_hour: None,
            storage: Money::usd("0.1224"),
        },
        recovery: Some(Money::usd("0.2448")),
        backup: None,
        stream_read: None,
    },
    RegionPrices {
        region: "ca-central-1",
        name: "Canada (Central)",
        source: "a tenth above us-east-1, as AWS has priced this region",
        doubt: Some("no published list of this region was at hand when the table was made: check these prices before you rely on them"),
        standard: ClassPrices {
            read_request: million("0.1375"),
            write_request: million("0.6875"),
            read_hour: Some(Money::usd("0.000143")),
            write_hour: Some(Money::usd("0.000715")),
            storage: Money::usd("0.275"),
        },
        infrequent: ClassPrices {
            read_request: million("0.1705"),
            write_request: million("0.858"),
            read_hour: None,
            write_hour: None,
            storage: Money::usd("0.11"),
        },
        recovery: Some(Money::usd("0.22")),
        backup: None,
        stream_read: None,
    },
];
