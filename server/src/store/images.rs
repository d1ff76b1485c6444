//! Images of items as rows. An item may have 400 KB and so may a row, names and all, so an image is
//! written as deflated DynamoDB JSON (which keeps every byte and every digit) in parts.

use std::io::{Read as _, Write as _};

use dynadesk_shared::{AttributeValue, Item};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::rows::{EXPIRES_AT, PK, SK, n, s};

/// Bytes of one part; beside them a row has its keys.
const PART: usize = 350_000;
/// Bytes of an image before it is deflated. Two items of 400 KB in their most talkative JSON stay far below.
const MOST: usize = 64 * 1024 * 1024;

/// Both images of a write, in one text: what they have in common is deflated away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Images {
    pub(super) before: Option<Item>,
    pub(super) after: Option<Item>,
}

pub(super) fn pk(write: &str) -> String {
    format!("IMAGES#{write}")
}

/// The rows of an image under a partition key, in order; `part` names what it is an image of. One that
/// could not be read back is not written either.
pub(super) fn split<T: Serialize>(pk: &str, part: &str, image: &T, expires_at: i64) -> std::io::Result<Vec<Item>> {
    let rows = deflate(&serde_json::to_vec(image)?)?;
    let rows = rows.chunks(PART).enumerate().map(|(number, bytes)| {
        [
            (PK, s(pk)),
            (SK, s(format!("{part}#{number:03}"))),
            ("data", AttributeValue::B(bytes.to_vec())),
            (EXPIRES_AT, n(expires_at)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    });
    Ok(rows.collect())
}

/// An image from the rows under its write; nothing where a part of it is missing or damaged.
pub(super) fn join<T: for<'de> Deserialize<'de>>(rows: &[Item], part: &str, parts: usize) -> Option<T> {
    let mut deflated = Vec::new();
    for number in 0..parts {
        let sk = s(format!("{part}#{number:03}"));
        let row = rows.iter().find(|row| row.get(SK) == Some(&sk))?;
        match row.get("data")? {
            AttributeValue::B(bytes) => deflated.extend_from_slice(bytes),
            _ => return None,
        }
    }
    serde_json::from_slice(&inflate(&deflated)?).ok()
}

/// Text as few bytes; no more of it than can be read back.
pub(super) fn deflate(text: &[u8]) -> std::io::Result<Vec<u8>> {
    if text.len() > MOST {
        return Err(std::io::Error::other(format!("an image of {} bytes is too large", text.len())));
    }
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(text)?;
    deflated.finish()
}

/// The text again; nothing where it is damaged.
pub(super) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    DeflateDecoder::new(bytes).take(MOST as u64).read_to_end(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::size::{MAX_ITEM_BYTES, item_bytes};

    #[test]
    fn an_image_that_nothing_deflates_comes_back_from_its_parts() {
        // Noise without a crate: what a hash makes of a counter.
        let noise = |bytes: usize| -> Vec<u8> {
            use sha2::{Digest, Sha256};
            (0..bytes / 32).flat_map(|at| Sha256::digest(at.to_le_bytes())).collect()
        };
        let item: Item = [("pk".to_owned(), s("a")), ("b".to_owned(), AttributeValue::B(noise(409_000)))].into();
        assert!(item_bytes(&item) < MAX_ITEM_BYTES);
        let images = Images {
            before: Some(item.clone()),
            after: Some(item),
        };
        let rows = split("IMAGES#id", "begun", &images, 1).expect("written");
        assert!(rows.len() > 1 && rows.iter().all(|row| item_bytes(row) < MAX_ITEM_BYTES));
        assert_eq!(join(&rows, "begun", rows.len()), Some(images));
        assert_eq!(join::<Images>(&rows[1..], "begun", rows.len()), None, "a part is missing");
        assert_eq!(join::<Images>(&rows, "begun", 1), None, "an end is missing");
    }
}
