//! The plain patterns: literal pieces with anything between them, which most lists are made of.
//!
//! `^/api/.*/pods/.*/exec` is three pieces of which the first is anchored. They are found without an automaton: that costs a
//! fraction of the time, and a program that has no other patterns neither builds one nor keeps its memory.

use memchr::memchr;
use memchr::memmem::Finder;

/// A pattern of literals, `.*` between them, and anchors.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    from_start: bool,
    /// Never empty; a piece may be.
    pieces: Vec<Finder<'static>>,
    to_end: bool,
}

impl Plain {
    /// Reads a pattern; `None` for one that is more than this, or none.
    pub(super) fn read(pattern: &str) -> Option<Self> {
        let from_start = pattern.starts_with('^');
        let (mut pieces, mut to_end) = (vec![Vec::new()], false);
        let mut rest = pattern[usize::from(from_start)..].bytes().peekable();
        while let Some(byte) = rest.next() {
            let literal = match byte {
                b'$' if rest.peek().is_none() => {
                    to_end = true;
                    continue;
                }
                b'.' => {
                    if rest.next() != Some(b'*') || is_quantifier(rest.peek()) {
                        return None;
                    }
                    pieces.push(Vec::new());
                    continue;
                }
                b'\\' => rest.next().filter(u8::is_ascii_punctuation)?,
                byte if is_special(byte) || !(byte == b' ' || byte.is_ascii_graphic()) => {
                    return None;
                }
                byte => byte,
            };
            if is_quantifier(rest.peek()) {
                return None;
            }
            pieces.last_mut()?.push(literal);
        }
        let finders = pieces.iter().map(|piece| Finder::new(piece).into_owned());
        Some(Self {
            from_start,
            pieces: finders.collect(),
            to_end,
        })
    }

    /// Whether it matches somewhere in the text. A dot is any byte but a line's end, and an anchor is the text's.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        if memchr(b'\n', text).is_none() {
            return self.matches_line(text);
        }
        let mut lines = text.split(|byte| *byte == b'\n');
        match (self.from_start, self.to_end) {
            (false, false) => lines.any(|line| self.matches_line(line)),
            (true, false) => lines.next().is_some_and(|line| self.matches_line(line)),
            (false, true) => lines
                .next_back()
                .is_some_and(|line| self.matches_line(line)),
            (true, true) => false,
        }
    }

    fn matches_line(&self, line: &[u8]) -> bool {
        let last = self.pieces.len() - 1;
        let mut rest = line;
        for (at, piece) in self.pieces.iter().enumerate() {
            let (begins, literal) = (at == 0 && self.from_start, piece.needle());
            let behind = match (begins, at == last && self.to_end) {
                (true, true) => return rest == literal,
                (false, true) => return rest.ends_with(literal),
                (true, false) => rest.strip_prefix(literal),
                (false, false) => piece.find(rest).map(|found| &rest[found + literal.len()..]),
            };
            let Some(behind) = behind else { return false };
            rest = behind;
        }
        true
    }
}

fn is_special(byte: u8) -> bool {
    b"^$.|?*+()[]{}\\".contains(&byte)
}

fn is_quantifier(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'?' | b'*' | b'+' | b'{'))
}

#[cfg(test)]
mod tests {
    use regex::bytes::RegexBuilder;

    use super::*;

    /// Beside the regular expression: plain or not, and what it matches.
    fn check(pattern: &str, texts: &[&str]) -> bool {
        let regex = RegexBuilder::new(pattern).unicode(false).build();
        let Some(plain) = Plain::read(pattern) else {
            return false;
        };
        let regex = regex.unwrap_or_else(|error| panic!("{pattern:?} is none: {error}"));
        for text in texts {
            let expected = regex.is_match(text.as_bytes());
            assert_eq!(
                plain.matches(text.as_bytes()),
                expected,
                "{pattern:?} on {text:?}"
            );
        }
        true
    }

    const TEXTS: [&str; 20] = [
        "", "a", "b", "ab", "ba", "aab", "abab", "a/b", "/a/b", "/a//b", "a\nb", "\n", "\nab",
        "ab\n", "b\nab\na", "/", ".", "^a$", "äb", "a b",
    ];

    #[test]
    fn the_usual_lists_are_plain() {
        let usual = [
            "^.*",
            "^$",
            r"^127\.0\.0\.1$",
            r"^\[::1\]$",
            "^/api/.*/pods/.*/exec",
            ".*",
            "",
            "fo",
            "^localhost$",
        ];
        for pattern in usual {
            assert!(check(pattern, &TEXTS), "{pattern}");
        }
        for pattern in [
            "a+", "a|b", "(a)", "[ab]", "a.", "a?", ".*?", ".*+", r"\w", r"\n", "a{2}", "^*",
            "^^a", "a$b", "ä", r"\",
        ] {
            assert!(!check(pattern, &[]), "{pattern}");
        }
    }

    /// All patterns of up to four parts, on all texts.
    #[test]
    fn a_plain_pattern_matches_what_the_regular_expression_matches() {
        const PARTS: [&str; 8] = ["a", "b", "/", ".*", "^", "$", r"\.", "*"];
        let mut plain = 0;
        for number in 0..PARTS.len().pow(4) {
            let mut rest = number;
            let mut pattern = String::new();
            while rest > 0 {
                pattern.push_str(PARTS[rest % PARTS.len()]);
                rest /= PARTS.len();
            }
            plain += usize::from(check(&pattern, &TEXTS));
        }
        assert!(plain > 300, "only {plain} are plain");
    }
}
