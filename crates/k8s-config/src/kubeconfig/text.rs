//! Bytes of a file as text and back: UTF-8, or UTF-16 as PowerShell writes it.

use std::borrow::Cow;

/// How the text of a file was written.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    Utf8,
    /// With a byte-order mark, which nobody needs and some editors write.
    Utf8Marked,
    Utf16LittleEndian,
    Utf16BigEndian,
}

const MARK: &str = "\u{feff}";

/// The text without its byte-order mark; `None` when it is neither UTF-8 nor marked as UTF-16.
pub(crate) fn read(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    let units = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        let whole = rest.is_empty().then_some(units)?;
        String::from_utf16(&whole).ok().map(Cow::Owned)
    };
    let utf8 = |bytes| std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    let (text, encoding) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (units(u16::from_le_bytes, rest), Encoding::Utf16LittleEndian),
        [0xFE, 0xFF, rest @ ..] => (units(u16::from_be_bytes, rest), Encoding::Utf16BigEndian),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8(rest), Encoding::Utf8Marked),
        bytes => (utf8(bytes), Encoding::Utf8),
    };
    Some((text?, encoding))
}

/// As [`read`]; bytes that are the text already are not copied.
pub(super) fn take(bytes: Cow<'_, [u8]>) -> Option<Cow<'_, str>> {
    match bytes {
        Cow::Borrowed(bytes) => Some(read(bytes)?.0),
        Cow::Owned(bytes) => {
            let marked = matches!(&bytes[..], [0xEF | 0xFE | 0xFF, ..]);
            let text = if marked {
                read(&bytes)?.0.into_owned()
            } else {
                String::from_utf8(bytes).ok()?
            };
            Some(Cow::Owned(text))
        }
    }
}

impl Encoding {
    /// The bytes that [`read`] makes this text of.
    pub(crate) fn write(self, text: &str) -> Vec<u8> {
        let units = |bytes: fn(u16) -> [u8; 2]| {
            let marked = MARK.encode_utf16().chain(text.encode_utf16());
            marked.flat_map(bytes).collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => [MARK.as_bytes(), text.as_bytes()].concat(),
            Self::Utf16LittleEndian => units(u16::to_le_bytes),
            Self::Utf16BigEndian => units(u16::to_be_bytes),
        }
    }
}
