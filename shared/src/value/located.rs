//! JSON that remembers where everything stands, so that whoever finds a fault can name its line.
//! Numbers stay text, and a name that stands twice is kept twice, for the reader to refuse.

/// One value and the byte at which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    pub at: usize,
    pub json: Json,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Located>),
    Object(Vec<Entry>),
}

/// A member of an object; `at` is the byte at which its name begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub at: usize,
    pub value: Located,
}

impl Json {
    /// What it is, in a sentence.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// What is wrong with a text, and the byte at which it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFault {
    pub at: usize,
    pub message: String,
}

impl TextFault {
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }

    /// Line and column, both counted from 1; a column is a character.
    pub fn place(&self, text: &str) -> (usize, usize) {
        let mut at = self.at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// Far deeper than any item is in either form: a hostile text must not end the stack.
const MOST_LEVELS: usize = 160;

/// Reads one JSON value that is the whole text.
pub fn parse(text: &str) -> Result<Located, TextFault> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.fault("the text goes on after the end of the JSON")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn fault(&self, message: impl Into<String>) -> TextFault {
        TextFault::new(self.at, message)
    }

    fn value(&mut self, depth: usize) -> Result<Located, TextFault> {
        self.space();
        let at = self.at;
        if depth > MOST_LEVELS {
            return Err(self.fault("lists and maps nest at most 32 deep"));
        }
        let json = match self.peek() {
            None => return Err(self.fault("the text ends where a value should stand")),
            Some(b'"') => Json::Text(self.string()?),
            Some(b'[') => self.array(depth)?,
            Some(b'{') => self.object(depth)?,
            Some(b'-' | b'0'..=b'9') => Json::Number(self.number()?),
            Some(_) => self.word()?,
        };
        Ok(Located { at, json })
    }

    fn word(&mut self) -> Result<Json, TextFault> {
        let rest = &self.text[self.at..];
        for (word, json) in [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))] {
            if rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric()) {
                self.at += word.len();
                return Ok(json);
            }
        }
        let found: String = rest.chars().take_while(|c| c.is_alphanumeric()).take(20).collect();
        Err(self.fault(match (found.is_empty(), rest.chars().next()) {
            (false, _) => format!("{found:?} is no JSON value: texts stand in double quotes"),
            (true, Some('\'')) => "texts stand in double quotes, not in single ones".to_owned(),
            (true, Some(other)) => format!("{other:?} cannot stand here: a value is missing"),
            (true, None) => "a value is missing".to_owned(),
        }))
    }

    fn number(&mut self) -> Result<String, TextFault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        while bytes.get(self.at).is_some_and(part) {
            self.at += 1;
        }
        let literal = &self.text[start..self.at];
        match is_number(literal) {
            true => Ok(literal.to_owned()),
            false => Err(TextFault::new(start, format!("{literal:?} is no JSON number"))),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, TextFault> {
        self.at += 1;
        let mut all = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(all));
        }
        loop {
            all.push(self.value(depth + 1)?);
            if self.ends(b']', "]")? {
                return Ok(Json::Array(all));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, TextFault> {
        self.at += 1;
        let mut all = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(all));
        }
        loop {
            self.space();
            let at = self.at;
            let name = match self.peek() {
                Some(b'"') => self.string()?,
                Some(b'}') => return Err(self.fault("a comma stands before the closing }")),
                Some(_) => return Err(self.fault("a name in double quotes is missing here")),
                None => return Err(self.fault("the text ends within an object")),
            };
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.fault("a colon is missing after the name"));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            all.push(Entry { name, at, value });
            if self.ends(b'}', "}")? {
                return Ok(Json::Object(all));
            }
        }
    }

    /// Whether the closing bracket comes now; a comma means that more follows.
    fn ends(&mut self, bracket: u8, name: &str) -> Result<bool, TextFault> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                match self.peek() == Some(bracket) {
                    true => Err(self.fault(format!("a comma stands before the closing {name}"))),
                    false => Ok(false),
                }
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(true)
            }
            Some(_) => Err(self.fault(format!("a comma or {name} is missing here"))),
            None => Err(self.fault(format!("the text ends, and the closing {name} is missing"))),
        }
    }

    fn string(&mut self) -> Result<String, TextFault> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            // Everything up to what is special is taken over as one piece.
            let rest = &self.text[self.at..];
            let plain = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
            let Some(plain) = plain else {
                return Err(TextFault::new(start, "the string that begins here is never closed"));
            };
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(b'\n') => return Err(self.fault("a string ends within its line: write \\n for a line break")),
                _ => return Err(self.fault("a control character in a string is written with a backslash, such as \\t")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, TextFault> {
        let start = self.at;
        let letter = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let half = TextFault::new(start, "\\u needs four hex digits, and both halves of a surrogate pair");
                let first = self.hex().ok_or_else(|| half.clone())?;
                let code = if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    let second = self
                        .hex()
                        .filter(|unit| (0xDC00..0xE000).contains(unit))
                        .ok_or_else(|| half.clone())?;
                    0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                } else {
                    first
                };
                char::from_u32(code).ok_or(half)?
            }
            _ => return Err(TextFault::new(start, "after a backslash stands one of \" \\ / b f n r t u")),
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(digits, 16).ok())??;
        self.at += 4;
        Some(unit)
    }
}

/// Writes JSON as it was read: every digit, the order of the members, and names that stand twice.
/// On one line, or indented.
pub fn write(value: &Located, indented: bool) -> String {
    let mut out = String::new();
    put(&mut out, &value.json, indented.then_some(0));
    out
}

fn put(out: &mut String, json: &Json, depth: Option<usize>) {
    let inner = depth.map(|depth| depth + 1);
    let line = |out: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(text) => out.push_str(text),
        Json::Text(text) => out.push_str(&quoted(text)),
        Json::Array(all) if all.is_empty() => out.push_str("[]"),
        Json::Object(all) if all.is_empty() => out.push_str("{}"),
        Json::Array(all) => {
            for (at, value) in all.iter().enumerate() {
                out.push(if at == 0 { '[' } else { ',' });
                line(out, inner);
                put(out, &value.json, inner);
            }
            line(out, depth);
            out.push(']');
        }
        Json::Object(all) => {
            for (at, entry) in all.iter().enumerate() {
                out.push(if at == 0 { '{' } else { ',' });
                line(out, inner);
                out.push_str(&quoted(&entry.name));
                out.push_str(if depth.is_some() { ": " } else { ":" });
                put(out, &entry.value.json, inner);
            }
            line(out, depth);
            out.push('}');
        }
    }
}

/// Whether a text is a number as JSON spells it: no leading zeros, no bare point.
pub fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests;
