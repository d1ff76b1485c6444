//! The entries of a source as a table would take them: each item checked, each key only once.

use std::collections::HashMap;

use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::value::number;
use dynadesk_shared::{AttributeValue, Item, Key, KeySchema, item_check, size};
use sha2::{Digest, Sha256};

use super::read::Reader;

/// What a table asks of its items.
#[derive(Clone, Debug)]
pub struct Rules {
    pub table: String,
    pub key: KeySchema,
    pub indexes: Vec<KeySchema>,
}

impl Rules {
    pub fn of(view: &TableView) -> Self {
        Self {
            table: view.name.clone(),
            key: view.key.clone(),
            indexes: view.indexes.iter().map(|index| index.key.clone()).collect(),
        }
    }
}

/// One entry of a source.
#[derive(Debug)]
pub struct Checked {
    /// Counted from 0 over all entries, good or bad.
    pub ordinal: u64,
    pub line: u64,
    pub item: Result<Good, String>,
}

/// An item that the table would take.
#[derive(Debug)]
pub struct Good {
    pub item: Item,
    pub key: Key,
    pub bytes: usize,
}

/// Walks through a source and remembers the keys it met.
#[derive(Debug)]
pub struct Checker<'a> {
    reader: Reader<'a>,
    rules: &'a Rules,
    /// Half a hash of each key, and the line where it stands first. A million keys take some 40 MB.
    seen: HashMap<[u8; 16], u64>,
    ordinal: u64,
}

impl<'a> Checker<'a> {
    pub fn open(text: &'a str, rules: &'a Rules) -> Result<Self, String> {
        Ok(Self {
            reader: Reader::open(text, &rules.table)?,
            rules,
            seen: HashMap::new(),
            ordinal: 0,
        })
    }

    pub fn format(&self) -> &'static str {
        self.reader.format()
    }

    /// The next entry, nothing at the end, or what makes the rest of the text unreadable.
    pub fn next(&mut self) -> Result<Option<Checked>, String> {
        let Some(entry) = self.reader.next()? else { return Ok(None) };
        let ordinal = self.ordinal;
        self.ordinal += 1;
        let item = entry.item.and_then(|item| self.check(item, entry.line));
        Ok(Some(Checked {
            ordinal,
            line: entry.line,
            item,
        }))
    }

    fn check(&mut self, item: Item, line: u64) -> Result<Good, String> {
        item_check::check(&item, &self.rules.key, &self.rules.indexes)?;
        let key = self.rules.key.key_of(&item)?;
        // The first of two wins, and the second is reported: never one over the other in silence.
        if let Some(first) = self.seen.insert(key_hash(&key), line) {
            self.seen.insert(key_hash(&key), first);
            return Err(format!("its key {key} stands in line {first} already"));
        }
        let bytes = size::item_bytes(&item);
        Ok(Good { item, key, bytes })
    }
}

/// Equal for keys that DynamoDB takes for the same one.
pub fn key_hash(key: &Key) -> [u8; 16] {
    let mut hash = Sha256::new();
    for (name, value) in &key.0 {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        match value {
            AttributeValue::S(text) => part(&mut hash, b'S', text.as_bytes()),
            AttributeValue::N(text) => part(&mut hash, b'N', number::canonical(text).as_bytes()),
            AttributeValue::B(bytes) => part(&mut hash, b'B', bytes),
            // A key is never of another type.
            _ => {}
        }
    }
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    half
}

fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}
