//! Percent escapes (RFC 3986, 2.1): written into paths and queries, and read out of them.

use std::borrow::Cow;

/// Adds `text`, in which only what is `bare` stands as it is.
pub(crate) fn escape(text: &str, bare: impl Fn(u8) -> bool, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // Bare bytes are ASCII, so what stands between two others is a text.
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !bare(*byte)) {
        into.push_str(text.get(from..at).unwrap_or_default());
        from = at + 1;
        let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
        into.extend(['%', digit(byte >> 4), digit(byte)]);
    }
    into.push_str(text.get(from..).unwrap_or_default());
}

/// Undoes the escapes; `None` when one is broken, which Go refuses and most decoders let through.
///
/// Bytes that are no UTF-8 become U+FFFD.
pub(crate) fn unescape(text: &str) -> Option<Cow<'_, str>> {
    let mut parts = text.split('%');
    let plain = parts.next()?;
    if plain.len() == text.len() {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = plain.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        // A number may have a sign, an escape may not.
        bytes.push(Some(byte).filter(|_| !digits.starts_with('+'))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_each_byte_that_may_not_stand_bare() {
        let mut text = "/".to_owned();
        escape(
            "a b/ü\u{7f}",
            |byte| byte.is_ascii_alphanumeric(),
            &mut text,
        );
        assert_eq!(text, "/a%20b%2F%C3%BC%7F");
    }

    #[test]
    fn undoes_whole_escapes_and_refuses_broken_ones() {
        assert!(matches!(unescape("plain"), Some(Cow::Borrowed("plain"))));
        assert!(matches!(unescape(""), Some(Cow::Borrowed(""))));
        assert_eq!(unescape("%41b%2fc%C3%BC%25").as_deref(), Some("Ab/cü%"));
        assert_eq!(unescape("%FF!").as_deref(), Some("\u{fffd}!"));
        for broken in ["%", "a%4", "%%41", "%g1", "%+1", "%-1", "%4ü", "%üü"] {
            assert_eq!(unescape(broken), None, "{broken}");
        }
    }
}
