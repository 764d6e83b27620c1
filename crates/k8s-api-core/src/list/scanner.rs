//! Where a JSON value ends, found in bytes of any cut: depth and strings are looked at, nothing else.

use memchr::memchr2;

/// How far into an object or array the bytes seen so far reach.
///
/// Brackets are counted, not paired: what is cut out of bytes that are no JSON is no JSON either, and whoever
/// decodes it says so.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    depth: u32,
    place: Place,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Bare,
    Text,
    /// After a backslash in a text.
    Escape,
}

/// What stands outside of the items: the list's own members, and where the items begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outline {
    depth: u32,
    place: Place,
    /// Whether the first bracket was seen.
    begun: bool,
    /// Where the last text among the list's members began, in what was kept of the list.
    text: usize,
    /// Whether the value under `"items"` is next.
    items: bool,
}

/// What a byte outside of the items was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    More,
    /// The first bracket of the items.
    Items,
    /// No list begins like this, or something follows its end.
    Stray,
}

const ITEMS: &[u8] = b"\"items\"";

// === impl Extent ===

impl Extent {
    /// Looks at the bytes that follow those of the last call; `Some(n)`: the value ends before byte `n` of these.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            match self.place {
                Place::Text => {
                    at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
                    self.place = match bytes[at] {
                        b'"' => Place::Bare,
                        _ => Place::Escape,
                    };
                }
                Place::Escape => {
                    bytes.get(at)?;
                    self.place = Place::Text;
                }
                Place::Bare => {
                    at += bytes.get(at..)?.iter().position(|byte| structural(*byte))?;
                    match bytes[at] {
                        b'"' => self.place = Place::Text,
                        b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                        _ => {
                            self.depth = self.depth.saturating_sub(1);
                            if self.depth == 0 {
                                return Some(at + 1);
                            }
                        }
                    }
                }
            }
            at += 1;
        }
    }
}

fn structural(byte: u8) -> bool {
    // `[` and `{`, `]` and `}` differ in one bit.
    byte == b'"' || matches!(byte | 0x20, b'{' | b'}')
}

// === impl Outline ===

impl Outline {
    /// Whether nothing of the list is missing.
    pub(super) fn is_closed(&self) -> bool {
        self.begun && self.depth == 0
    }

    /// Looks at the next byte; `kept` is what was kept of the list before it.
    pub(super) fn step(&mut self, byte: u8, kept: &[u8]) -> Step {
        match (self.place, byte) {
            (Place::Escape, _) => self.place = Place::Text,
            (Place::Text, b'\\') => self.place = Place::Escape,
            (Place::Text, b'"') => self.place = Place::Bare,
            (Place::Text, _) => {}
            (Place::Bare, _) => return self.bare(byte, kept),
        }
        Step::More
    }

    fn bare(&mut self, byte: u8, kept: &[u8]) -> Step {
        match (self.depth, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {}
            (0, b'{') if !self.begun => {
                self.begun = true;
                self.depth = 1;
            }
            (0, _) => return Step::Stray,
            (1, b'[') if self.items => {
                self.items = false;
                return Step::Items;
            }
            (1, b':') => self.items = kept.get(self.text..).is_some_and(is_items),
            (1, b',') => self.items = false,
            (_, b'"') => {
                self.place = Place::Text;
                if self.depth == 1 {
                    self.text = kept.len();
                }
            }
            (_, b'{' | b'[') => self.depth = self.depth.saturating_add(1),
            (_, b'}' | b']') => {
                self.depth -= 1;
            }
            _ => {}
        }
        Step::More
    }
}

/// Whether the text, with white space after it, is the key of the items.
fn is_items(text: &[u8]) -> bool {
    text.trim_ascii_end() == ITEMS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, end: Option<usize>) {
        assert_eq!(Extent::default().end(text.as_bytes()), end, "{text}");
        let mut extent = Extent::default();
        let bytewise = (0..text.len()).find(|at| extent.end(&text.as_bytes()[*at..=*at]).is_some());
        assert_eq!(bytewise.map(|at| at + 1), end, "{text}, byte by byte");
    }

    #[test]
    fn finds_the_end_of_an_object() {
        check("{}", Some(2));
        check("{},{}", Some(2));
        check(r#"{"a":[{"b":"}"}]} "#, Some(17));
        check(r#"{"a":"\"}"}"#, Some(11));
        check(r#"{"a":"\\"}"#, Some(10));
        check(r#"{"a\\\"":{}}"#, Some(12));
        check("{\"a\":\"\u{fc}{\"}", Some(11));
        check("{", None);
        check(r#"{"a":"}"#, None);
        check(r#"{"a":"\"#, None);
        check("", None);
    }
}
