//! Quoted text, with Go's escapes.

use super::Parser;
use super::error::Fault;

impl Parser<'_> {
    /// From the opening quote to the next one without a backslash before it.
    pub(super) fn quoted(&mut self, quote: char) -> Result<Vec<u8>, Fault> {
        self.cursor.mark();
        self.cursor.next();
        loop {
            match self.cursor.next() {
                None | Some('\n') => return Err(Fault::UnterminatedQuote),
                Some(end) if end == quote && self.cursor.second_last() != Some(b'\\') => break,
                Some(_) => {}
            }
        }
        let text = self.cursor.marked();
        unquote(&text[1..text.len() - 1], quote).ok_or_else(|| Fault::InvalidQuote(text.to_owned()))
    }
}

/// What the text between two quotes means.
fn unquote(text: &str, quote: char) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        let c = match next {
            '\\' => match escape(&mut chars, quote)? {
                Escaped::Char(c) => c,
                Escaped::Byte(byte) => {
                    bytes.push(byte);
                    continue;
                }
            },
            c if c == quote => return None,
            c => c,
        };
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(bytes)
}

enum Escaped {
    Char(char),
    /// `\xff` and `\377` are bytes, not characters.
    Byte(u8),
}

fn escape(chars: &mut std::str::Chars<'_>, quote: char) -> Option<Escaped> {
    let c = match chars.next()? {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        'x' => return Some(Escaped::Byte(u8::try_from(digits(chars, 2, 16)?).ok()?)),
        'u' => char::from_u32(digits(chars, 4, 16)?)?,
        'U' => char::from_u32(digits(chars, 8, 16)?)?,
        first @ '0'..='7' => {
            let rest = digits(chars, 2, 8)?;
            let value = first.to_digit(8)? * 64 + rest;
            return Some(Escaped::Byte(u8::try_from(value).ok()?));
        }
        same if same == quote => same,
        _ => return None,
    };
    Some(Escaped::Char(c))
}

fn digits(chars: &mut std::str::Chars<'_>, count: u32, radix: u32) -> Option<u32> {
    let mut value: u32 = 0;
    for _ in 0..count {
        value = value
            .checked_mul(radix)?
            .checked_add(chars.next()?.to_digit(radix)?)?;
    }
    Some(value)
}
