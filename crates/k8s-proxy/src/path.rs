//! A request's path as the API server will read it, or why two readers could differ about it.

use std::borrow::Cow;
use std::fmt;

/// What is wrong with a path: a filter and the server behind it might read it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathFault {
    /// A segment `.` or `..`, escaped or not.
    DotSegment,
    /// Two slashes without anything between them.
    EmptySegment,
    /// A slash or backslash that is escaped (`%2f`, `%5c`), or a bare backslash.
    HiddenSlash,
    /// A `%` without two hexadecimal digits, a control character, or bytes that are not UTF-8.
    Escape,
}

/// The path, percent-decoded once; an empty one is `/`.
///
/// # Errors
/// [`PathFault`] when the path is not in its normal form.
pub(crate) fn plain(path: &str) -> Result<Cow<'_, str>, PathFault> {
    if path.is_empty() {
        return Ok(Cow::Borrowed("/"));
    }
    if is_plain(path.as_bytes()) {
        return Ok(Cow::Borrowed(path));
    }
    check_escapes(path)?;
    let decoded = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| PathFault::Escape)?;
    if decoded.contains(|c: char| c.is_control()) {
        return Err(PathFault::Escape);
    }
    if decoded.contains('\\') {
        return Err(PathFault::HiddenSlash);
    }
    if decoded.contains("//") {
        return Err(PathFault::EmptySegment);
    }
    if decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
    {
        return Err(PathFault::DotSegment);
    }
    Ok(decoded)
}

/// Whether it is sure at a glance that a path is in its normal form: nothing to decode, and nothing odd.
fn is_plain(path: &[u8]) -> bool {
    let mut start = 0;
    for (at, byte) in path.iter().enumerate() {
        match byte {
            b'/' if at > 0 && is_odd(&path[start..at]) => return false,
            b'/' => start = at + 1,
            b'%' | b'\\' | 0..=0x1f | 0x7f.. => return false,
            _ => {}
        }
    }
    !matches!(path[start..], [b'.'] | [b'.', b'.'])
}

fn is_odd(segment: &[u8]) -> bool {
    matches!(segment, [] | [b'.'] | [b'.', b'.'])
}

fn check_escapes(path: &str) -> Result<(), PathFault> {
    for escape in path.split('%').skip(1) {
        let digits = escape.as_bytes();
        let Some(&[high, low]) = digits.get(..2) else {
            return Err(PathFault::Escape);
        };
        if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
            return Err(PathFault::Escape);
        }
        if matches!(
            (high, low.to_ascii_lowercase()),
            (b'2', b'f') | (b'5', b'c')
        ) {
            return Err(PathFault::HiddenSlash);
        }
    }
    Ok(())
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DotSegment => "the path has a segment . or ..",
            Self::EmptySegment => "the path has two slashes in a row",
            Self::HiddenSlash => "the path has an escaped slash or a backslash",
            Self::Escape => "the path has an escape that cannot be read",
        })
    }
}

impl std::error::Error for PathFault {}

#[cfg(test)]
mod tests {
    use super::{PathFault, is_plain, plain};

    fn check(path: &str, expected: Result<&str, PathFault>) {
        assert_eq!(plain(path).as_deref(), expected.as_ref().copied(), "{path}");
        // Nothing passes at a glance that the closer look would refuse or change.
        let glance = !path.is_empty() && is_plain(path.as_bytes());
        assert!(!glance || expected == Ok(path), "{path}");
    }

    #[test]
    fn decodes_once() {
        check("", Ok("/"));
        check("/api/v1/pods", Ok("/api/v1/pods"));
        check("/api/v1/pods/", Ok("/api/v1/pods/"));
        check("/a%20b", Ok("/a b"));
        check("/%252e%252e", Ok("/%2e%2e"));
        check("/a%252Fb", Ok("/a%2Fb"));
        check("/...", Ok("/..."));
        check(
            "/api/v1/services/https:web:443/x",
            Ok("/api/v1/services/https:web:443/x"),
        );
    }

    #[test]
    fn refuses_what_can_be_read_in_two_ways() {
        check("/a/../b", Err(PathFault::DotSegment));
        check("/a/%2e%2E/b", Err(PathFault::DotSegment));
        check("/a/.%2e", Err(PathFault::DotSegment));
        check("/./a", Err(PathFault::DotSegment));
        check("//a", Err(PathFault::EmptySegment));
        check("/a//", Err(PathFault::EmptySegment));
        check("/a%2fb", Err(PathFault::HiddenSlash));
        check("/a%2Fb", Err(PathFault::HiddenSlash));
        check("/a%5cb", Err(PathFault::HiddenSlash));
        check("/a\\b", Err(PathFault::HiddenSlash));
        check("/a%", Err(PathFault::Escape));
        check("/a%0", Err(PathFault::Escape));
        check("/a%zz", Err(PathFault::Escape));
        check("/a%00", Err(PathFault::Escape));
        check("/a%0a", Err(PathFault::Escape));
        check("/a%ff", Err(PathFault::Escape));
    }
}
