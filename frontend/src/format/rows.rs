//! Items as text for other programs: to copy, or to save as a file. Every form keeps every digit.
//! DynamoDB JSON and CSV keep every type as well.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::api::exported::ExportForm;
use dynadesk_shared::value::{plain_json, plain_line};
use dynadesk_shared::{AttributeValue, Item};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowForm {
    /// Plain JSON: sets become arrays, binary becomes base64.
    Json,
    DynamoJson,
    Csv,
}

impl RowForm {
    pub const ALL: [Self; 3] = [Self::Json, Self::DynamoJson, Self::Csv];

    /// What it is called where it is copied, and where it is saved.
    pub fn label(self, as_file: bool) -> &'static str {
        match (self, as_file) {
            (Self::Json, false) => "JSON",
            (Self::Json, true) => "JSON Lines",
            (Self::DynamoJson, false) => "DynamoDB JSON",
            (Self::DynamoJson, true) => "DynamoDB JSON Lines",
            (Self::Csv, _) => "CSV",
        }
    }

    /// As the audit log has it.
    pub fn noted(self) -> ExportForm {
        match self {
            Self::Json => ExportForm::Json,
            Self::DynamoJson => ExportForm::DynamoJson,
            Self::Csv => ExportForm::Csv,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "jsonl",
            Self::DynamoJson => "dynamodb.jsonl",
            Self::Csv => "csv",
        }
    }
}

/// Takes items one by one and gives the text at the end, in pieces.
pub struct RowWriter {
    form: RowForm,
    /// One piece a batch of items, so that a long text is never moved as a whole.
    pieces: Vec<String>,
    table: CsvTable,
    /// Where attributes come in a row of CSV: as the grid has them.
    order: HashMap<String, usize>,
}

impl RowWriter {
    pub fn new(form: RowForm, order: impl IntoIterator<Item = String>) -> Self {
        Self {
            form,
            pieces: Vec::new(),
            table: CsvTable::default(),
            order: order.into_iter().enumerate().map(|(at, name)| (name, at)).collect(),
        }
    }

    /// Takes some items.
    pub fn take<'a>(&mut self, items: impl IntoIterator<Item = &'a Item>) {
        let mut piece = String::new();
        for item in items {
            match self.form {
                RowForm::Json => piece.push_str(&plain_line::of_item(item)),
                // Values are never refused as JSON.
                RowForm::DynamoJson => piece.push_str(&serde_json::to_string(item).unwrap_or_default()),
                RowForm::Csv => {
                    self.table.row(item, &self.order);
                    continue;
                }
            }
            piece.push('\n');
        }
        if !piece.is_empty() {
            self.pieces.push(piece);
        }
    }

    /// The file, in pieces.
    pub fn finish(self) -> Vec<String> {
        match self.form {
            RowForm::Csv => self.table.pieces(),
            _ => self.pieces,
        }
    }
}

/// The text for the clipboard: a JSON array that a person can read, or CSV.
pub fn copied(form: RowForm, items: &[Item], order: impl IntoIterator<Item = String>) -> String {
    match form {
        RowForm::Json => {
            let list = items.iter().map(|item| AttributeValue::M(item.clone())).collect();
            plain_json::to_string(&AttributeValue::L(list))
        }
        RowForm::DynamoJson => serde_json::to_string_pretty(items).unwrap_or_default(),
        RowForm::Csv => {
            let mut writer = RowWriter::new(form, order);
            writer.take(items);
            writer.finish().concat()
        }
    }
}

/// CSV by RFC 4180 with one column for each name and type, `total:N`. A text stands as it is, `""` is
/// the empty one and nothing means that the item has no such attribute; sets, lists and maps are
/// DynamoDB JSON in the cell.
#[derive(Default)]
struct CsvTable {
    columns: Vec<(String, &'static str)>,
    places: HashMap<(String, &'static str), usize>,
    /// Each line with the number of its cells: a later line may bring a column.
    lines: Vec<(String, usize)>,
}

impl CsvTable {
    fn row(&mut self, item: &Item, order: &HashMap<String, usize>) {
        let mut members: Vec<(&String, &AttributeValue)> = item.iter().collect();
        members.sort_by_key(|(name, _)| order.get(*name).copied().unwrap_or(usize::MAX));
        let mut cells: Vec<(usize, &AttributeValue)> = members
            .into_iter()
            .map(|(name, value)| (self.place(name, value.type_name()), value))
            .collect();
        cells.sort_by_key(|(place, _)| *place);
        let (mut line, mut written) = (String::new(), 0);
        for (place, value) in cells {
            let commas = if written == 0 { place } else { place - (written - 1) };
            line.extend(std::iter::repeat_n(',', commas));
            line.push_str(&csv_value(value));
            written = place + 1;
        }
        self.lines.push((line, written));
    }

    fn place(&mut self, name: &str, kind: &'static str) -> usize {
        let column = (name.to_owned(), kind);
        let next = self.columns.len();
        let place = *self.places.entry(column.clone()).or_insert(next);
        if place == next {
            self.columns.push(column);
        }
        place
    }

    fn pieces(self) -> Vec<String> {
        let header: Vec<String> = self
            .columns
            .iter()
            .map(|(name, kind)| csv_text(&format!("{name}:{kind}")))
            .collect();
        let mut pieces = vec![format!("{}\r\n", header.join(","))];
        for lines in self.lines.chunks(1_000) {
            let mut piece = String::new();
            for (line, cells) in lines {
                piece.push_str(line);
                piece.extend(std::iter::repeat_n(',', header.len().saturating_sub((*cells).max(1))));
                piece.push_str("\r\n");
            }
            pieces.push(piece);
        }
        pieces
    }
}

fn csv_value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) if text.is_empty() => "\"\"".to_owned(),
        AttributeValue::S(text) | AttributeValue::N(text) => csv_text(text),
        // As with a text, empty binary is told apart from none.
        AttributeValue::B(bytes) if bytes.is_empty() => "\"\"".to_owned(),
        AttributeValue::B(bytes) => STANDARD.encode(bytes),
        AttributeValue::Bool(flag) => flag.to_string(),
        AttributeValue::Null => "true".to_owned(),
        nested => csv_text(&serde_json::to_string(nested).unwrap_or_default()),
    }
}

/// A text as one cell; quoted where it must be, or where a reader may trim it.
fn csv_text(text: &str) -> String {
    let trimmed = text.trim() != text;
    if trimmed || text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two items with all ten types between them, and one attribute of two types.
    fn items() -> Vec<Item> {
        let one = r#"{"pk": {"S": "a,\"b\"\n"}, "n": {"N": "99999999999999999999999999999999999999"}, "b": {"B": "AP8="},
            "yes": {"BOOL": true}, "none": {"NULL": true}, "empty": {"S": ""}, "mixed": {"S": "1"},
            "l": {"L": [{"N": "1.50"}, {"S": "x"}]}, "m": {"M": {"k": {"NULL": true}}}}"#;
        let two = r#"{"pk": {"S": "z"}, "mixed": {"N": "1"}, "ss": {"SS": ["a", "ü"]}, "ns": {"NS": ["1"]}, "bs": {"BS": ["AA=="]}}"#;
        [one, two]
            .iter()
            .map(|text| serde_json::from_str(text).expect("DynamoDB JSON"))
            .collect()
    }

    fn file(form: RowForm) -> String {
        let mut writer = RowWriter::new(form, ["pk", "n"].map(str::to_owned));
        // Items come in batches.
        for item in &items() {
            writer.take([item]);
        }
        writer.finish().concat()
    }

    #[test]
    fn csv_has_a_column_for_each_name_and_type() {
        let lines = [
            "pk:S,n:N,b:B,empty:S,l:L,m:M,mixed:S,none:NULL,yes:BOOL,bs:BS,mixed:N,ns:NS,ss:SS",
            concat!(
                "\"a,\"\"b\"\"\n\",99999999999999999999999999999999999999,AP8=,\"\",",
                "\"{\"\"L\"\":[{\"\"N\"\":\"\"1.50\"\"},{\"\"S\"\":\"\"x\"\"}]}\",",
                "\"{\"\"M\"\":{\"\"k\"\":{\"\"NULL\"\":true}}}\",1,true,true,,,,"
            ),
            "z,,,,,,,,,\"{\"\"BS\"\":[\"\"AA==\"\"]}\",1,\"{\"\"NS\"\":[\"\"1\"\"]}\",\"{\"\"SS\"\":[\"\"a\"\",\"\"ü\"\"]}\"",
        ];
        assert_eq!(file(RowForm::Csv), lines.map(|line| format!("{line}\r\n")).concat());
    }

    #[test]
    fn lines_of_json_are_whole_items() {
        let lines: Vec<Item> = file(RowForm::DynamoJson)
            .lines()
            .map(|line| serde_json::from_str(line).expect("an item"))
            .collect();
        assert_eq!(lines, items());
        let plain = file(RowForm::Json);
        assert_eq!(plain.lines().count(), 2);
        assert!(plain.contains("\"n\":99999999999999999999999999999999999999"));
        assert!(!plain.contains("[object"));
    }

    #[test]
    fn a_copy_reads_back() {
        let text = copied(RowForm::DynamoJson, &items(), []);
        assert_eq!(serde_json::from_str::<Vec<Item>>(&text).expect("an array"), items());
        assert!(copied(RowForm::Json, &items(), []).starts_with("[\n  {\n"));
        assert!(copied(RowForm::Csv, &items(), []).starts_with("b:B,empty:S,"));
    }

    #[test]
    fn cells_that_a_reader_might_change_are_quoted() {
        assert_eq!(csv_text(" lead"), "\" lead\"");
        assert_eq!(csv_text("a;b"), "a;b");
        assert_eq!(csv_text("tab\tinside"), "tab\tinside");
    }
}
