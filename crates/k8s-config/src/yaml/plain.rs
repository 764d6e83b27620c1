//! The few notations that kubectl writes, read line by line; whatever else stands in a text is left to the tokenizer.
//!
//! Block maps and lists, words on one line, simple quotes, `{}` and `[]`: in a file of 5,000 contexts that is all there is, and most of the time went
//! into looking for the rest. `None` means "not sure", never "wrong": then the tokenizer reads all of it again, and says what it thinks.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Entry, MAX_NODES, Node, Value, key_text, scalar};

pub(super) mod sections;

/// Deeper than any kubeconfig; what is deeper still is for the tokenizer, with its own limit.
const MAX_DEPTH: usize = 32;
/// Longer keys may not stand on the line of their value.
const MAX_KEY: usize = 512;

/// The document of `text`, exactly as the tokenizer would have it.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    let mut lines = Lines::new(text);
    let root = lines.next.filter(|line| line.indent == 0 && !line.dash)?;
    let value = lines.map(0, 0)?;
    // Something that no map and no list took.
    if lines.next.is_some() || lines.odd {
        return None;
    }
    Some(Node {
        value,
        line: root.number,
    })
}

/// A line that is neither blank nor a comment.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: u32,
    /// Where it begins in the text.
    start: usize,
    /// The column of what stands first: a dash, a key or a word.
    indent: usize,
    dash: bool,
    /// From there, without the dash.
    rest: &'a str,
}

#[derive(Clone)]
struct Lines<'a> {
    text: &'a str,
    /// Where what is left of it begins.
    start: usize,
    next: Option<Line<'a>>,
    number: u32,
    nodes: usize,
    /// There was a line that this reader does not understand.
    odd: bool,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self::below(text, 0)
    }

    /// A text above which there are so many lines.
    fn below(text: &'a str, lines: u32) -> Self {
        let mut lines = Self {
            text,
            start: 0,
            next: None,
            number: lines,
            nodes: 0,
            odd: false,
        };
        lines.advance();
        lines
    }

    /// Goes to the next line.
    fn advance(&mut self) {
        self.next = None;
        if self.text.is_empty() {
            return;
        }
        let (line, rest) = self.text.split_once('\n').unwrap_or((self.text, ""));
        let start = self.start;
        self.start += self.text.len() - rest.len();
        self.text = rest;
        self.number = self.number.saturating_add(1);
        let content = line.trim_start_matches(' ');
        let dashed = content.strip_prefix("- ");
        let rest = dashed.unwrap_or(content);
        // All of them, without a look at each: most of the text is long words of base64.
        let printable = rest
            .bytes()
            .fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
        if rest.is_empty() || !printable || rest.starts_with(' ') || rest.ends_with(' ') {
            self.odd = true;
            return;
        }
        self.next = Some(Line {
            number: self.number,
            start,
            indent: line.len() - content.len(),
            dash: dashed.is_some(),
            rest,
        });
    }

    fn count(&mut self, nodes: usize) -> Option<()> {
        self.nodes += nodes;
        (self.nodes <= MAX_NODES).then_some(())
    }

    /// The fields of a map whose keys stand in column `column`; the first may stand behind a dash.
    fn map(&mut self, column: usize, depth: usize) -> Option<Value<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.count(1)?;
        let mut entries = Vec::new();
        while let Some(line) = self.next {
            let behind_dash = entries.is_empty() && line.dash && line.indent + 2 == column;
            if !behind_dash && (line.dash || line.indent != column) {
                break;
            }
            entries.push(self.field(line, column, depth)?);
        }
        // Deeper or half as deep: not a notation that is written by machines.
        let fits = self
            .next
            .is_none_or(|line| line.indent < column || (line.dash && line.indent <= column));
        (fits && !self.odd).then(|| Value::Map(Rc::new(entries)))
    }

    /// The field that begins on this line.
    fn field(&mut self, line: Line<'a>, column: usize, depth: usize) -> Option<Entry<'a>> {
        let (key, value) = split_key(line.rest)?;
        self.count(1)?;
        self.advance();
        let value = match value {
            Some(word) => self.word(word, line.number, column)?,
            None => self.under(line.number, column, depth)?,
        };
        Some(Entry {
            key: key_text(scalar::plain(Cow::Borrowed(key)).ok()?)?,
            line: line.number,
            value,
            merged: false,
        })
    }

    /// What stands on the lines below a key that has nothing on its own.
    fn under(&mut self, key_line: u32, column: usize, depth: usize) -> Option<Node<'a>> {
        let Some(line) = self
            .next
            .filter(|line| line.indent > column || (line.dash && line.indent == column))
        else {
            self.count(1)?;
            return Some(Node {
                value: Value::Null,
                line: key_line,
            });
        };
        let value = if line.dash {
            self.list(line.indent, depth + 1)?
        } else {
            self.map(line.indent, depth + 1)?
        };
        Some(Node {
            value,
            line: line.number,
        })
    }

    /// The items of a list whose dashes stand in column `column`.
    fn list(&mut self, column: usize, depth: usize) -> Option<Value<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.count(1)?;
        let mut items = Vec::new();
        while let Some(line) = self.next.filter(|line| line.dash && line.indent == column) {
            items.push(self.item(line, column, depth)?);
        }
        // Behind a list, only what is less deep may follow, or the next key of the map that it is in.
        let fits = self.next.is_none_or(|line| line.indent <= column);
        (fits && !self.odd).then(|| Value::List(Rc::new(items)))
    }

    /// The item whose dash stands on this line.
    fn item(&mut self, line: Line<'a>, column: usize, depth: usize) -> Option<Node<'a>> {
        if line.rest.starts_with("- ") || line.rest == "-" {
            return None;
        }
        if split_key(line.rest).is_none() {
            self.advance();
            return self.word(line.rest, line.number, column);
        }
        Some(Node {
            value: self.map(column + 2, depth + 1)?,
            line: line.number,
        })
    }

    /// A word on the line of its key or dash, which ends there: the next line is not deeper.
    fn word(&mut self, word: &'a str, line: u32, column: usize) -> Option<Node<'a>> {
        if self.odd || self.next.is_some_and(|next| next.indent > column) {
            return None;
        }
        self.count(1)?;
        let value = match word.as_bytes() {
            b"{}" => Value::Map(Rc::new(Vec::new())),
            b"[]" => Value::List(Rc::new(Vec::new())),
            [quote @ (b'"' | b'\''), inner @ .., last] if quote == last => {
                if inner.contains(quote) || inner.contains(&b'\\') {
                    return None;
                }
                Value::Text(Cow::Borrowed(&word[1..word.len() - 1]))
            }
            [first, rest @ ..] if may_begin(*first, rest) && is_plain(word) => {
                scalar::plain(Cow::Borrowed(word)).ok()?
            }
            _ => return None,
        };
        Some(Node { value, line })
    }
}

/// A key, and what stands behind its colon on the same line; `None` when the line does not begin with a simple key.
fn split_key(rest: &str) -> Option<(&str, Option<&str>)> {
    let in_key =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let end = rest.bytes().position(|byte| !in_key(byte))?;
    let (key, behind) = (&rest[..end], rest[end..].strip_prefix(':')?);
    if !(1..=MAX_KEY).contains(&end) || !key.as_bytes()[0].is_ascii_alphanumeric() {
        return None;
    }
    match behind.strip_prefix(' ') {
        Some(value) if !value.starts_with(' ') => Some((key, Some(value))),
        None if behind.is_empty() => Some((key, None)),
        _ => None,
    }
}

const fn may_begin(first: u8, rest: &[u8]) -> bool {
    match first {
        b'/' | b'.' | b'_' | b'+' | b'=' => true,
        b'-' => !rest.is_empty() && rest[0] != b' ',
        first => first.is_ascii_alphanumeric(),
    }
}

/// Whether nothing in the word ends it: no colon before a space or at the end, no comment.
fn is_plain(word: &str) -> bool {
    let spaces = word.as_bytes().contains(&b' ');
    !word.ends_with(':') && !(spaces && (word.contains(": ") || word.contains(" #")))
}

#[cfg(test)]
mod tests;
