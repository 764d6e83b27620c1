//! The wire format: tags, varints and lengths, read and written.
//!
//! Faults are told in the words of the code that gogo's compiler writes for k8s.io/api (`generated.pb.go`, v0.36).

pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const LENGTH: u8 = 2;
const BEGIN_GROUP: u8 = 3;
const END_GROUP: u8 = 4;
const FIXED32: u8 = 5;

const CUT_OFF: &str = "unexpected EOF";

/// What stands before a value: the number of its field, and how it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Tag {
    pub(super) number: u32,
    pub(super) wire: u8,
}

/// What is left of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next field of a message of this name; nothing behind the last.
    pub(super) fn tag(&mut self, message: &str) -> Result<Option<Tag>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let wire = low_bits(tag);
        if wire == END_GROUP {
            return Err(format!(
                "proto: {message}: wiretype end group for non-group"
            ));
        }
        #[allow(clippy::cast_possible_truncation, reason = "Go cuts off, too")]
        let number = (tag >> 3) as i32;
        match u32::try_from(number) {
            Ok(number @ 1..) => Ok(Some(Tag { number, wire })),
            _ => Err(format!(
                "proto: {message}: illegal tag {number} (wire type {tag})"
            )),
        }
    }

    pub(super) fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            if shift >= 64 {
                return Err("proto: integer overflow".to_owned());
            }
            let (byte, rest) = self.rest.split_first().ok_or(CUT_OFF)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }

    pub(super) fn fixed64(&mut self) -> Result<u64, String> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*bytes))
    }

    /// Bytes behind their length.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], String> {
        let length = self.varint()?;
        if i64::try_from(length).is_err() {
            return Err("proto: negative length found during unmarshaling".to_owned());
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Passes over the value behind a tag of a field that nobody knows.
    pub(super) fn skip(&mut self, tag: Tag) -> Result<(), String> {
        let mut open = 0_usize;
        let mut wire = tag.wire;
        loop {
            match wire {
                VARINT => drop(self.varint()?),
                FIXED64 => drop(self.fixed64()?),
                LENGTH => drop(self.bytes()?),
                BEGIN_GROUP => open += 1,
                END_GROUP if open == 0 => {
                    return Err("proto: unexpected end of group".to_owned());
                }
                END_GROUP => open -= 1,
                FIXED32 => self.rest = self.rest.get(4..).ok_or(CUT_OFF)?,
                other => return Err(format!("proto: illegal wireType {other}")),
            }
            if open == 0 {
                return Ok(());
            }
            wire = low_bits(self.varint()?);
        }
    }
}

/// How the value behind a tag is written.
fn low_bits(tag: u64) -> u8 {
    (tag & 7) as u8
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

pub(super) fn put_tag(out: &mut Vec<u8>, number: u32, wire: u8) {
    put_varint(out, u64::from(number) << 3 | u64::from(wire));
}

/// A field that is a number; negative ones take ten bytes.
pub(super) fn put_number(out: &mut Vec<u8>, number: u32, value: i64) {
    put_tag(out, number, VARINT);
    put_varint(out, value.cast_unsigned());
}

/// A field that is bytes, or text.
pub(super) fn put_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_tag(out, number, LENGTH);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A field that is a message, which `write` writes.
pub(super) fn put_message(out: &mut Vec<u8>, number: u32, write: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    write(&mut inner);
    put_bytes(out, number, &inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for number in [0, 1, 127, 128, 300, i64::MAX, -1, i64::MIN] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, 7, number);
            let mut cursor = Cursor::new(&bytes);
            let tag = Tag {
                number: 7,
                wire: VARINT,
            };
            assert_eq!(cursor.tag("T"), Ok(Some(tag)));
            assert_eq!(cursor.varint().map(u64::cast_signed), Ok(number));
            assert_eq!(cursor.tag("T"), Ok(None));
        }
    }

    #[test]
    fn what_is_no_message_is_told_as_gos_generated_code_does() {
        fn check(bytes: &[u8], expected: &str) {
            let mut cursor = Cursor::new(bytes);
            let found = loop {
                match cursor.tag("T") {
                    Err(says) => break says,
                    Ok(None) => break String::new(),
                    Ok(Some(tag)) => {
                        if let Err(says) = cursor.skip(tag) {
                            break says;
                        }
                    }
                }
            };
            assert_eq!(found, expected, "{bytes:?}");
        }
        check(&[], "");
        check(&[0x08, 0x01, 0x12, 0x01, b'x'], "");
        check(&[0x0b, 0x08, 0x01, 0x0c], "");
        check(&[0x08], "unexpected EOF");
        check(&[0x12, 0x05, b'x'], "unexpected EOF");
        check(&[0x0b, 0x08, 0x01], "unexpected EOF");
        check(&[0x0d, 1, 2, 3], "unexpected EOF");
        check(&[0x0c], "proto: T: wiretype end group for non-group");
        check(&[0x02], "proto: T: illegal tag 0 (wire type 2)");
        check(&[0x0e], "proto: illegal wireType 6");
        check(&[0xff; 11], "proto: integer overflow");
        let longest = [
            0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
        ];
        check(&longest, "proto: negative length found during unmarshaling");
    }
}
