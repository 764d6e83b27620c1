//! What stands in brackets: an index, a slice, a quoted key, or several of these.

use super::error::Fault;
use super::{Parser, action};
use crate::node::{End, Node, Slice};

impl Parser<'_> {
    /// After `[`, up to the first `]`, which may well be one that somebody meant as part of a key.
    pub(super) fn array(&mut self, nodes: &mut Vec<Node>) -> Result<(), Fault> {
        self.cursor.mark();
        loop {
            match self.cursor.peek() {
                None | Some('\n') => return Err(Fault::UnterminatedArray),
                Some(']') => break,
                Some(_) => self.cursor.next(),
            };
        }
        let text = self.cursor.marked();
        self.cursor.next();
        if text.contains(',') {
            let parts = text.split(',');
            let parts =
                parts.map(|part| action(&format!("[{}]", part.trim_matches(' ')), self.depth));
            nodes.push(Node::Union(parts.collect::<Result<_, _>>()?));
        } else if let Some(key) = quoted_key(text) {
            nodes.extend(action(&format!(".{key}"), self.depth)?);
        } else {
            nodes.push(Node::Array(slice(text)?));
        }
        Ok(())
    }
}

/// `'key'`; a quote inside is no key.
fn quoted_key(text: &str) -> Option<&str> {
    let key = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!key.contains('\'')).then_some(key)
}

fn slice(text: &str) -> Result<Slice, Fault> {
    let text = if text == "*" { ":" } else { text };
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 || !parts.iter().all(|part| looks_like_a_number(part)) {
        return Err(Fault::InvalidIndex(text.to_owned()));
    }
    let part = |at: usize| -> Result<Option<i64>, Fault> {
        match parts.get(at) {
            None | Some(&"") => Ok(None),
            Some(part) => match part.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Fault::NotANumber((*part).to_owned())),
            },
        }
    };
    let start = part(0)?;
    let end = match part(1)? {
        Some(end) => End::At(end),
        None if parts.len() > 1 => End::Open,
        None => End::AfterStart(start.unwrap_or(0).wrapping_add(1)),
    };
    Ok(Slice {
        start,
        end,
        step: part(2)?,
    })
}

/// `-?[0-9]*`, so `-` does and is refused later, with another text.
fn looks_like_a_number(part: &str) -> bool {
    let digits = part.strip_prefix('-').unwrap_or(part);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}
