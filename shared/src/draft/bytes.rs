//! Binary while it is typed: bytes, and the text that stands for them in one of three spellings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Base64,
    Hex,
    /// The bytes as UTF-8, where they are that.
    Text,
}

impl Encoding {
    pub const ALL: [Self; 3] = [Self::Base64, Self::Hex, Self::Text];

    pub fn label(self) -> &'static str {
        match self {
            Self::Base64 => "Base64",
            Self::Hex => "Hex",
            Self::Text => "Text",
        }
    }

    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.label() == label)
    }

    /// How bytes are written; nothing where they are no text.
    pub fn write(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Base64 => Some(STANDARD.encode(bytes)),
            Self::Hex => Some(hex(bytes)),
            Self::Text => std::str::from_utf8(bytes).ok().map(str::to_owned),
        }
    }

    /// Reads bytes. White space means nothing in base64 and hex.
    pub fn read(self, text: &str) -> Result<Vec<u8>, String> {
        let dense = || text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>();
        match self {
            Self::Text => Ok(text.as_bytes().to_vec()),
            Self::Base64 => STANDARD.decode(dense()).map_err(|cause| format!("this is no base64: {cause}")),
            Self::Hex => from_hex(&dense()),
        }
    }
}

/// Bytes being edited. The bytes are those of the last text that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Bytes {
    bytes: Vec<u8>,
    encoding: Encoding,
    /// What was typed and cannot be read, and why not.
    fault: Option<(String, String)>,
}

impl Bytes {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            encoding: Encoding::default(),
            fault: None,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Why what stands in the field is no binary.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_ref().map(|(_, reason)| reason.as_str())
    }

    /// What the field shows: the bytes, or what was typed instead of any.
    pub fn text(&self) -> String {
        match &self.fault {
            Some((typed, _)) => typed.clone(),
            None => self.encoding.write(&self.bytes).unwrap_or_default(),
        }
    }

    /// Takes what is in the field now.
    pub fn typed(&mut self, text: &str) {
        match self.encoding.read(text) {
            Ok(bytes) => {
                self.bytes = bytes;
                self.fault = None;
            }
            Err(reason) => self.fault = Some((text.to_owned(), reason)),
        }
    }

    /// Shows the bytes in another spelling; not as text where they are none.
    pub fn show(&mut self, encoding: Encoding) -> Result<(), String> {
        if self.fault.is_some() {
            return Err("what stands here cannot be read: correct it first".to_owned());
        }
        if encoding.write(&self.bytes).is_none() {
            return Err("these bytes are no UTF-8 text".to_owned());
        }
        self.encoding = encoding;
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)] as char);
        out.push(DIGITS[usize::from(byte & 15)] as char);
    }
    out
}

fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    if let Some(bad) = text.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(format!("hex has the digits 0 to 9 and a to f, not {bad:?}"));
    }
    if !text.len().is_multiple_of(2) {
        return Err("hex has two digits for each byte, one is missing".to_owned());
    }
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    Ok(text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_same_in_every_spelling() {
        let all: Vec<u8> = (0..=255).collect();
        for encoding in [Encoding::Base64, Encoding::Hex] {
            assert_eq!(encoding.read(&encoding.write(&all).expect("written")), Ok(all.clone()));
        }
        assert_eq!(Encoding::Text.write(&all), None);
        assert_eq!(Encoding::Text.write("é\0".as_bytes()).as_deref(), Some("é\0"));
        assert_eq!(Encoding::Hex.read("00 fF\n"), Ok(vec![0, 255]));
        assert!(Encoding::Hex.read("0").expect_err("odd").contains("one is missing"));
        assert!(Encoding::Hex.read("0g").expect_err("digit").contains("'g'"));
        assert!(Encoding::Base64.read("AA").is_err());
    }

    #[test]
    fn half_typed_binary_is_a_fault_until_it_is_whole() {
        let mut bytes = Bytes::new(vec![1, 2]);
        bytes.typed("AQ");
        assert!(bytes.fault().is_some());
        assert_eq!(bytes.bytes(), [1, 2]);
        assert!(bytes.show(Encoding::Hex).is_err());
        assert_eq!(bytes.text(), "AQ");
        bytes.typed("AQ==");
        assert_eq!((bytes.bytes(), bytes.fault()), ([1].as_slice(), None));
        assert_eq!(bytes.show(Encoding::Hex), Ok(()));
        assert_eq!(bytes.text(), "01");
        bytes.typed("ff");
        assert!(bytes.show(Encoding::Text).is_err());
        assert_eq!(bytes.encoding(), Encoding::Hex);
    }
}
