//! From a source's text to its items, one after the other: nothing but the text itself is held.
//! Which form the text has is found from its beginning; a file may not mix forms.

use std::collections::BTreeMap;

use dynadesk_shared::value::{Members, plain_json};
use dynadesk_shared::{AttributeValue, Item};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::shape::{self, Region};

/// One place of the source: an item, or the reason why it is none.
#[derive(Debug)]
pub struct Entry {
    /// The line of the source, or the place in an array, counted from 1.
    pub line: u64,
    pub item: Result<Item, String>,
}

/// How one item is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Dynamo,
    /// `{"Item": {…}}`, as an export to S3 writes its lines.
    Wrapped,
    /// `{"PutRequest": {"Item": {…}}}` in a BatchWriteItem request.
    PutRequest,
}

/// Walks through a source.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    /// Where the next value is looked for, and the line that this is.
    at: usize,
    line: u64,
    /// Where the line of `at` begins.
    line_start: usize,
    /// The arrays that hold the items, last one first; none in JSON Lines.
    regions: Option<Vec<Region>>,
    in_region: bool,
    /// Items of the arrays so far.
    place: u64,
    form: Option<Form>,
    answer: bool,
    target: &'a str,
    foreign: Option<String>,
}

impl<'a> Reader<'a> {
    /// Looks at the beginning of a text that is meant for the table `target`.
    pub fn open(text: &'a str, target: &'a str) -> Result<Self, String> {
        let shape = shape::of(text)?;
        Ok(Self {
            text,
            at: shape.start,
            line: 1 + newlines(&text[..shape.start]),
            line_start: text[..shape.start].rfind('\n').map_or(0, |at| at + 1),
            regions: shape.regions,
            in_region: false,
            place: 0,
            form: shape.put_requests.then_some(Form::PutRequest),
            answer: shape.answer,
            target,
            foreign: None,
        })
    }

    /// The form in words, as far as it was read.
    pub fn format(&self) -> &'static str {
        let array = self.regions.is_some();
        match self.form {
            Some(Form::PutRequest) => "BatchWriteItem requests",
            Some(Form::Wrapped) => "DynamoDB JSON Lines of an export",
            Some(Form::Dynamo) if self.answer => "DynamoDB JSON of a Scan or Query",
            Some(Form::Dynamo) if array => "DynamoDB JSON array",
            Some(Form::Dynamo) => "DynamoDB JSON Lines",
            _ if array => "JSON array",
            _ => "JSON Lines",
        }
    }

    /// The next place, nothing at the end, or what makes the rest of the text unreadable.
    pub fn next(&mut self) -> Result<Option<Entry>, String> {
        if self.regions.is_some() {
            self.next_of_array()
        } else {
            Ok(self.next_line())
        }
    }

    fn next_line(&mut self) -> Option<Entry> {
        self.skip_space();
        if self.at == self.text.len() {
            return None;
        }
        let (line, start) = (self.line, self.at);
        let item = match self.value() {
            Ok(raw) => self.item(raw),
            Err(reason) => {
                // The next line may be good again.
                let end = self.text[start..].find('\n').map_or(self.text.len(), |offset| start + offset);
                self.go_to(end);
                Err(reason)
            }
        };
        Some(Entry { line, item })
    }

    fn next_of_array(&mut self) -> Result<Option<Entry>, String> {
        if !self.in_region {
            let Some(region) = self.regions.as_mut().and_then(Vec::pop) else {
                return Ok(None);
            };
            self.go_to(region.start);
            self.foreign = region.table.filter(|table| table != self.target);
            self.in_region = true;
            self.skip_space();
            if self.byte() == Some(b']') {
                return self.leave_region();
            }
        }
        self.skip_space();
        let line = self.line;
        let raw = self.value()?;
        self.place += 1;
        let mut item = match &self.foreign {
            Some(table) => Err(format!("it belongs to table {table:?}, not to {:?}", self.target)),
            None => self.item(raw),
        };
        if line != self.place {
            item = item.map_err(|reason| format!("line {line}: {reason}"));
        }
        let entry = Entry { line: self.place, item };
        self.skip_space();
        match self.byte() {
            Some(b',') => self.at += 1,
            Some(b']') => {
                self.close_region()?;
            }
            Some(_) => return Err(format!("{}: a comma or ']' is missing", self.position())),
            None => return Err(format!("{}: the array is never closed", self.position())),
        }
        Ok(Some(entry))
    }

    fn leave_region(&mut self) -> Result<Option<Entry>, String> {
        self.close_region()?;
        self.next_of_array()
    }

    fn close_region(&mut self) -> Result<(), String> {
        self.in_region = false;
        self.at += 1;
        let is_whole_text = !self.answer && self.form != Some(Form::PutRequest);
        if is_whole_text {
            self.skip_space();
            if self.at < self.text.len() {
                return Err(format!("{}: there is more after the end of the array", self.position()));
            }
        }
        Ok(())
    }

    /// The JSON value that begins here; moves behind it.
    fn value(&mut self) -> Result<&'a RawValue, String> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<&'a RawValue>();
        match values.next() {
            Some(Ok(raw)) => {
                let end = self.at + values.byte_offset();
                self.go_to(end);
                Ok(raw)
            }
            Some(Err(cause)) => {
                let line = self.line + cause.line().saturating_sub(1) as u64;
                let column = match cause.line() {
                    0 | 1 => cause.column() + self.at - self.line_start,
                    _ => cause.column(),
                };
                let what = cause.to_string();
                let what = what.rfind(" at line ").map_or(what.as_str(), |at| &what[..at]);
                Err(format!("line {line}, column {column}: {what}"))
            }
            None => Err(format!("{}: a value is missing", self.position())),
        }
    }

    /// Reads a value as an item, in the form of the ones before.
    fn item(&mut self, raw: &RawValue) -> Result<Item, String> {
        let text = raw.get();
        if !text.starts_with('{') {
            return Err("an item is a JSON object, this is something else".to_owned());
        }
        let form = match self.form {
            Some(form) => form,
            None => {
                let form = form_of(text);
                // An empty object says nothing about the rest of the file.
                if text.len() > 2 {
                    self.form = Some(form);
                }
                form
            }
        };
        match form {
            Form::Plain => {
                let item = plain_json::item_from_str(text).map_err(without_position)?;
                match !item.is_empty() && item.values().all(is_typed) {
                    true => Err("this is DynamoDB JSON, and the file began with plain JSON".to_owned()),
                    false => Ok(item),
                }
            }
            Form::Dynamo => serde_json::from_str::<Members<AttributeValue>>(text)
                .map(|members| members.0)
                .map_err(|cause| dynamo_error(text, &cause)),
            Form::Wrapped => serde_json::from_str::<Wrapped>(text)
                .map(|wrapped| wrapped.item.0)
                .map_err(|cause| dynamo_error(text, &cause)),
            Form::PutRequest => {
                let request: WriteRequest = serde_json::from_str(text).map_err(|cause| dynamo_error(text, &cause))?;
                let put = request
                    .put_request
                    .ok_or("only a PutRequest can be seeded, this is another request")?;
                Ok(put.item.0)
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn position(&self) -> String {
        format!("line {}, column {}", self.line, self.at - self.line_start + 1)
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.go_to(self.at + space);
    }

    fn go_to(&mut self, to: usize) {
        // An answer or a batch file may name its arrays in any order, so this also goes back.
        if to < self.at {
            self.line = 1 + newlines(&self.text[..to]);
            self.line_start = self.text[..to].rfind('\n').map_or(0, |at| at + 1);
        } else {
            let passed = &self.text[self.at..to];
            self.line += newlines(passed);
            if let Some(last) = passed.rfind('\n') {
                self.line_start = self.at + last + 1;
            }
        }
        self.at = to;
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    #[serde(rename = "Item")]
    item: Members<AttributeValue>,
}

#[derive(Deserialize)]
struct WriteRequest {
    #[serde(rename = "PutRequest")]
    put_request: Option<Wrapped>,
}

fn form_of(text: &str) -> Form {
    if shape::looks_typed(text) {
        return Form::Dynamo;
    }
    match serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        Ok(members) if members.len() == 1 && members.get("Item").is_some_and(|raw| shape::looks_typed(raw.get())) => Form::Wrapped,
        _ => Form::Plain,
    }
}

fn is_typed(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::M(members) if members.len() == 1 && members.keys().all(|name| shape::is_type(name)))
}

fn dynamo_error(text: &str, cause: &serde_json::Error) -> String {
    if plain_json::item_from_str(text)
        .is_ok_and(|item| !item.is_empty() && !item.values().any(|value| matches!(value, AttributeValue::M(_))))
    {
        return "this is plain JSON, and the file began with DynamoDB JSON".to_owned();
    }
    without_position(cause.to_string())
}

/// A reader's message without its place in the one item, which says nothing about the file.
fn without_position(what: String) -> String {
    what.rfind(" at line ").map_or(what.clone(), |at| what[..at].to_owned())
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests;
