//! Reads a template, with the same leniency and the same complaints as client-go's parser.

mod array;
mod cursor;
mod error;
mod filter;
mod quote;

pub use self::error::ParseError;

use self::cursor::Cursor;
use self::error::Fault;
use crate::node::Node;

/// How deep actions may stand in one another; a filter inside a filter is rare enough.
const MAX_DEPTH: usize = 32;

/// Text and actions, in order.
pub(crate) fn parse(template: &str) -> Result<Vec<Node>, ParseError> {
    Parser::new(template, 0).template().map_err(ParseError::new)
}

/// One template, or the inside of brackets wrapped in braces of its own.
struct Parser<'t> {
    cursor: Cursor<'t>,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, depth: usize) -> Self {
        Self {
            cursor: Cursor::new(text),
            depth,
        }
    }

    fn template(mut self) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        loop {
            let text = self.cursor.until("{");
            if !text.is_empty() {
                nodes.push(Node::Text(text.as_bytes().to_vec()));
            }
            if !self.cursor.skip("{") {
                return Ok(nodes);
            }
            nodes.push(Node::List(self.action()?));
        }
    }

    /// Everything up to the closing brace, which is eaten.
    fn action(&mut self) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        loop {
            if self.cursor.skip("}") {
                return Ok(nodes);
            }
            if self.cursor.skip("[?(") {
                nodes.push(self.filter()?);
            } else if self.cursor.skip("..") {
                self.recursive(&mut nodes)?;
            } else {
                self.piece(&mut nodes)?;
            }
        }
    }

    fn piece(&mut self, nodes: &mut Vec<Node>) -> Result<(), Fault> {
        let first = match self.cursor.peek() {
            None | Some('\r' | '\n') => return Err(Fault::UnclosedAction),
            Some(first) => first,
        };
        match first {
            // The current object is what a path starts from anyway.
            ' ' | '@' | '$' => {
                self.cursor.next();
            }
            '[' => {
                self.cursor.next();
                self.array(nodes)?;
            }
            '"' | '\'' => nodes.push(Node::Text(self.quoted(first)?)),
            '.' => {
                self.cursor.next();
                nodes.push(self.field());
            }
            '+' | '-' | '0'..='9' => nodes.push(self.number()?),
            letter if is_alphanumeric(letter) => nodes.push(self.word()),
            other => return Err(Fault::Unrecognized(other)),
        }
        Ok(())
    }

    fn recursive(&mut self, nodes: &mut Vec<Node>) -> Result<(), Fault> {
        if nodes.last() == Some(&Node::Recursive) {
            return Err(Fault::MultipleRecursive);
        }
        nodes.push(Node::Recursive);
        if self.cursor.peek().is_some_and(is_alphanumeric) {
            nodes.push(self.field());
        }
        Ok(())
    }

    /// A key, up to what ends it without a backslash before it.
    fn field(&mut self) -> Node {
        self.cursor.mark();
        loop {
            match self.cursor.peek() {
                Some('\\') => {
                    self.cursor.next();
                    self.cursor.next();
                }
                next if is_terminator(next) => break,
                _ => {
                    self.cursor.next();
                }
            }
        }
        match self.cursor.marked() {
            "*" => Node::Wildcard,
            key => Node::Field(key.replace('\\', "")),
        }
    }

    fn word(&mut self) -> Node {
        self.cursor.mark();
        while !is_terminator(self.cursor.peek()) {
            self.cursor.next();
        }
        match self.cursor.marked() {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            word => Node::Identifier(word.to_owned()),
        }
    }

    fn number(&mut self) -> Result<Node, Fault> {
        self.cursor.mark();
        if matches!(self.cursor.peek(), Some('+' | '-')) {
            self.cursor.next();
        }
        while self
            .cursor
            .peek()
            .is_some_and(|c| c == '.' || c.is_ascii_digit())
        {
            self.cursor.next();
        }
        let text = self.cursor.marked();
        if let Ok(int) = text.parse() {
            return Ok(Node::Int(int));
        }
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(Node::Float(float)),
            _ => Err(Fault::InvalidNumber(text.to_owned())),
        }
    }
}

/// The pieces of `{text}`, which stood inside brackets; what follows a brace inside it is read and forgotten.
fn action(text: &str, depth: usize) -> Result<Vec<Node>, Fault> {
    if depth >= MAX_DEPTH {
        return Err(Fault::TooDeep);
    }
    let nodes = Parser::new(&format!("{{{text}}}"), depth + 1).template()?;
    match nodes.into_iter().next() {
        Some(Node::List(pieces)) => Ok(pieces),
        _ => Ok(Vec::new()),
    }
}

fn is_terminator(next: Option<char>) -> bool {
    matches!(
        next,
        None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
    )
}

/// Go's letters and decimal digits are other sets beyond ASCII; what is one here and not there fails a little later.
fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_ascii_digit() || c.is_alphabetic()
}

#[cfg(test)]
mod tests;
