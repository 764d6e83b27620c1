//! A place in the text of a template.

/// Reads a text character by character; what was read since [`mark`](Self::mark) can be had.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    mark: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            mark: 0,
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// The byte before the one that was read last, however many bytes that had: Go looks there for a backslash.
    pub(super) fn second_last(&self) -> Option<u8> {
        self.at
            .checked_sub(2)
            .and_then(|at| self.text.as_bytes().get(at).copied())
    }

    /// Eats `prefix`, if it stands here.
    pub(super) fn skip(&mut self, prefix: &str) -> bool {
        let here = self.rest().starts_with(prefix);
        if here {
            self.at += prefix.len();
        }
        here
    }

    /// What stands before `end`, or before the end of the text.
    pub(super) fn until(&mut self, end: &str) -> &'t str {
        let rest = self.rest();
        let text = &rest[..rest.find(end).unwrap_or(rest.len())];
        self.at += text.len();
        text
    }

    pub(super) fn mark(&mut self) {
        self.mark = self.at;
    }

    /// What was read since the mark.
    pub(super) fn marked(&self) -> &'t str {
        &self.text[self.mark..self.at]
    }
}
