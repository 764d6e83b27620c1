//! Where a JSON value ends, found in bytes of any cut: depth and strings are looked at, nothing else.

use super::block::{self, Block};

/// How far into an object or array the bytes seen so far reach.
///
/// Brackets are counted, not paired: what is cut out of bytes that are no JSON is no JSON either, and whoever
/// decodes it says so.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    depth: u32,
    /// Whether the next byte is in a text.
    text: bool,
    /// Whether the next byte stands behind a backslash that means it.
    escape: bool,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Bare,
    Text,
    /// After a backslash in a text.
    Escape,
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
        let (blocks, rest) = bytes.as_chunks::<{ block::LEN }>();
        for (n, block) in blocks.iter().enumerate() {
            if let Some(end) = self.look(Block::of(block), block::LEN) {
                return Some(n * block::LEN + end);
            }
        }
        if rest.is_empty() {
            return None;
        }
        // Spaces change nothing, wherever they stand.
        let mut last = [b' '; block::LEN];
        last[..rest.len()].copy_from_slice(rest);
        let end = self.look(Block::of(&last), rest.len())?;
        Some(blocks.len() * block::LEN + end)
    }

    /// Looks at a block that has `len` bytes, and spaces behind them.
    #[inline]
    fn look(&mut self, block: Block, len: usize) -> Option<usize> {
        let quotes = block.quotes & !block.escaped(&mut self.escape, len);
        let before = if self.text { u64::MAX } else { 0 };
        let texts = block::parity(quotes) ^ before;
        self.text = texts >> 63 == 1;
        let (opens, closes) = (block.opens & !texts, block.closes & !texts);
        if closes.count_ones() < self.depth {
            // Not even if all that is closed were closed first.
            self.depth = (self.depth - closes.count_ones()).saturating_add(opens.count_ones());
            return None;
        }
        self.end_at(opens, closes)
    }

    /// Bracket by bracket.
    fn end_at(&mut self, opens: u64, closes: u64) -> Option<usize> {
        let mut brackets = opens | closes;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            brackets &= brackets - 1;
            if opens >> at & 1 == 1 {
                self.depth = self.depth.saturating_add(1);
                continue;
            }
            self.depth = self.depth.saturating_sub(1);
            if self.depth == 0 {
                return Some(at as usize + 1);
            }
        }
        None
    }
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

    /// The end, byte by byte. (A backslash outside of texts is no JSON: whatever is done with it must be done in every cut.)
    fn plainly(bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut text, mut escape) = (0_u32, false, false);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' if !escape => text = !text,
                b'{' | b'[' if !text => depth += 1,
                b'}' | b']' if !text => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            escape = *byte == b'\\' && !escape;
        }
        None
    }

    proptest::proptest! {
        #[test]
        fn by_blocks_is_as_byte_by_byte(
            tokens in proptest::collection::vec(
                proptest::sample::select(vec!["{", "}", "[", "]", "\"", "\\", "\\\"", "a", " , ", "0123456789abcdef"]), 0..160),
            cut in 0_usize..400,
        ) {
            let text = format!("{{{}", tokens.concat());
            let end = plainly(text.as_bytes());
            let (first, second) = text.as_bytes().split_at(cut.min(text.len()));
            let mut extent = Extent::default();
            let found = extent.end(first).or_else(|| Some(first.len() + extent.end(second)?));
            proptest::prop_assert_eq!(found, end);
        }
    }
}
