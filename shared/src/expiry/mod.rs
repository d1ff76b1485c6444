//! Time to live: what a value means to DynamoDB as an expiry, what a sample of items says of an
//! attribute, and the filter that leaves expired items out. Instants are epoch seconds; the caller
//! brings the time.

mod filter;
mod reading;
mod survey;

pub use self::filter::{between, expired, has_live, live, with_live, without_live};
pub use self::reading::{FIVE_YEARS, Kind, Reading, read};
pub use self::survey::{Candidate, Example, Found, Survey, Windows, candidates, survey};

use crate::api::error::FieldError;

/// The most bytes of an attribute's name.
const MOST_NAME: usize = 255;

/// What is wrong with the name of a TTL attribute.
pub fn check_attribute(name: &str) -> Result<(), FieldError> {
    match name.len() {
        1..=MOST_NAME => Ok(()),
        0 => Err(FieldError::new("attribute", "name the attribute that holds the time")),
        long => Err(FieldError::new(
            "attribute",
            format!("an attribute name has 1 to {MOST_NAME} bytes, not {long}"),
        )),
    }
}
