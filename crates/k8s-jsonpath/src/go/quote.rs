//! Strings and characters as Go quotes them.

use std::fmt::Write as _;

/// `%q` of a string.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if is_printed(c) => out.push(c),
            c => escape(&mut out, u32::from(c)),
        }
    }
    out.push('"');
    out
}

fn escape(out: &mut String, code: u32) {
    // Writing to a string cannot fail.
    let _ = match code {
        ..0x80 => write!(out, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// `%#U` of a character.
pub(crate) fn code_point(c: char) -> String {
    let code = u32::from(c);
    if is_printed(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

/// Go has a table; Rust's debug escapes have nearly the same, but count marks that join the character before them.
fn is_printed(c: char) -> bool {
    matches!(c, ' ' | '"' | '\'' | '\\')
        || (!c.is_whitespace()
            && !c.is_control()
            && (c.is_alphanumeric() || c.escape_debug().len() == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_go_would_not_print() {
        assert_eq!(
            quote("a\"\\\n\x01\x7f\u{a0}é"),
            r#""a\"\\\n\x01\x7f\u00a0é""#
        );
        assert_eq!(code_point('*'), "U+002A '*'");
        assert_eq!(code_point('\t'), "U+0009");
        assert_eq!(code_point('\u{a0}'), "U+00A0");
    }
}
