//! DER, as far as certificates need it: read one value, write one value.

pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const UTF8_STRING: u8 = 0x0c;

/// One value: its tag, its content, and the bytes that hold both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
}

/// Reads values one after the other; ends at the first byte that is no DER.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next value, if it has this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Value<'a>> {
        if *self.rest.first()? == tag {
            self.next()
        } else {
            None
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (&tag, after) = self.rest.split_first()?;
        let (&first, after) = after.split_first()?;
        let (length, after) = if first < 0x80 {
            (usize::from(first), after)
        } else {
            let count = usize::from(first & 0x7f);
            let (octets, after) = (count <= 4).then(|| after.split_at_checked(count))??;
            (
                octets
                    .iter()
                    .fold(0, |n, octet| n << 8 | usize::from(*octet)),
                after,
            )
        };
        let (content, rest) = after.split_at_checked(length)?;
        let whole = &self.rest[..self.rest.len() - rest.len()];
        self.rest = rest;
        Some(Value {
            tag,
            content,
            whole,
        })
    }
}

/// A value of this tag around parts put one behind the other.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let octets = length.to_be_bytes();
            let used = octets.iter().skip_while(|octet| **octet == 0);
            out.push(0x80 | used.clone().count() as u8);
            out.extend(used);
        }
    }
    out.extend(content);
    out
}

/// A positive integer: leading zeros dropped, one put back where the first bit would say "negative".
pub(super) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude
        .iter()
        .position(|b| *b != 0)
        .unwrap_or(magnitude.len());
    let digits = &magnitude[start..];
    let pad: &[u8] = if digits.first().is_none_or(|b| *b >= 0x80) {
        &[0]
    } else {
        &[]
    };
    write(INTEGER, &[pad, digits])
}
