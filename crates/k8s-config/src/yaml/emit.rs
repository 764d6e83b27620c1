//! A tree of values as YAML text, to the letter as kubectl's library writes it (`go.yaml.in/yaml/v2`): sorted keys, its quotes, its line breaks.

use super::scalar;
use super::style::{Style, choose};
use super::{Node, Number, Value};

/// Lines longer than this are broken at the next space, where the notation allows it.
const WIDTH: usize = 80;

/// What is to be written.
#[derive(Clone, PartialEq)]
pub(crate) enum Out {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl From<&Node<'_>> for Out {
    fn from(node: &Node<'_>) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text.clone().into_owned()),
            Value::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Map(entries) => Self::Map(
                super::last_of_each(entries)
                    .filter(|(_, is_last)| *is_last)
                    .map(|(entry, _)| (entry.key.clone().into_owned(), Self::from(&entry.value)))
                    .collect(),
            ),
        }
    }
}

/// One document, with a line break at its end.
pub(crate) fn document(out: Out) -> String {
    let mut emitter = Emitter::at(0);
    match out {
        Out::Map(entries) if !entries.is_empty() => emitter.map(entries, 0),
        Out::List(items) if !items.is_empty() => emitter.list(items, 0),
        other => emitter.inline(other, 0),
    }
    emitter.text
}

/// One field of a map whose keys stand in column `indent`: its lines, from the start of the first to the end of the last.
pub(super) fn entry(key: &str, value: &Out, indent: usize, notation: Notation) -> String {
    let mut emitter = Emitter::at(0);
    emitter.notation = notation;
    emitter.map(vec![(key.to_owned(), value.clone())], indent);
    emitter.text
}

/// One item of a list whose dashes stand in column `indent`, as [`entry`].
pub(super) fn item(value: &Out, indent: usize, notation: Notation) -> String {
    let mut emitter = Emitter::at(0);
    emitter.notation = notation;
    emitter.list(vec![value.clone()], indent);
    emitter.text
}

/// What stands behind a colon that ends in `column`, its key being in column `indent`; without the break of the last line.
pub(super) fn after_colon(value: &Out, indent: usize, column: usize, notation: Notation) -> String {
    let mut emitter = Emitter::at(column);
    emitter.notation = notation;
    emitter.value(value.clone(), indent);
    if emitter.text.ends_with('\n') {
        emitter.text.pop();
    }
    emitter.text
}

/// What strings may look like.
#[derive(Clone, Copy)]
pub(super) struct Notation {
    /// Those of several lines are blocks; else they are quoted, since blank lines and comments behind a block may become part of it.
    pub(super) blocks: bool,
    /// Long ones are broken; else they are not, since a comment may stand behind them.
    pub(super) folds: bool,
}

impl Notation {
    pub(super) const KUBECTL: Self = Self {
        blocks: true,
        folds: true,
    };
}

struct Emitter {
    text: String,
    column: usize,
    notation: Notation,
}

impl Emitter {
    const fn at(column: usize) -> Self {
        Self {
            text: String::new(),
            column,
            notation: Notation::KUBECTL,
        }
    }

    fn put(&mut self, c: char) {
        self.text.push(c);
        self.column = if c == '\n' { 0 } else { self.column + 1 };
    }

    fn put_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    /// To column `indent` of a fresh line, or of this one when it has not gone so far.
    fn indent(&mut self, indent: usize) {
        if self.column > indent {
            self.put('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
    }

    fn map(&mut self, mut entries: Vec<(String, Out)>, indent: usize) {
        entries.sort_by(|(a, _), (b, _)| super::order::natural(a, b));
        for (key, value) in entries {
            self.indent(indent);
            self.scalar(&key, indent, true);
            self.put(':');
            self.value(value, indent);
        }
    }

    /// What follows the colon of a key in column `indent`.
    fn value(&mut self, value: Out, indent: usize) {
        match value {
            Out::Map(entries) if !entries.is_empty() => {
                self.put('\n');
                self.map(entries, indent + 2);
            }
            // The dashes of a list stand below the key itself.
            Out::List(items) if !items.is_empty() => {
                self.put('\n');
                self.list(items, indent);
            }
            other => {
                self.put(' ');
                self.inline(other, indent);
            }
        }
    }

    fn list(&mut self, items: Vec<Out>, indent: usize) {
        for item in items {
            self.indent(indent);
            self.put_all("- ");
            match item {
                Out::Map(entries) if !entries.is_empty() => self.map(entries, indent + 2),
                Out::List(items) if !items.is_empty() => self.list(items, indent + 2),
                other => self.inline(other, indent),
            }
        }
    }

    /// What stands on the line of its key or dash, and the end of that line.
    fn inline(&mut self, out: Out, indent: usize) {
        match out {
            Out::Null => self.put_all("null"),
            Out::Bool(flag) => self.put_all(if flag { "true" } else { "false" }),
            Out::Number(number) => self.put_all(&number.to_string()),
            Out::Text(text) => self.scalar(&text, indent, false),
            Out::List(_) => self.put_all("[]"),
            Out::Map(_) => self.put_all("{}"),
        }
        if self.column > 0 {
            self.put('\n');
        }
    }

    fn scalar(&mut self, text: &str, indent: usize, is_key: bool) {
        match choose(text, is_key) {
            Style::Plain => self.plain(text, indent, is_key),
            Style::Single => {
                self.put('\'');
                self.single(text, indent, is_key);
                self.put('\'');
            }
            Style::Double => self.double(text, indent, is_key),
            Style::Literal if self.notation.blocks => self.literal(text, indent),
            Style::Literal => self.double(text, indent, is_key),
        }
    }

    fn is_wide(&self, is_key: bool) -> bool {
        !is_key && self.notation.folds && self.column > WIDTH
    }

    fn plain(&mut self, text: &str, indent: usize, is_key: bool) {
        let (mut spaces, mut rest) = (false, text.chars().peekable());
        while let Some(c) = rest.next() {
            if c == ' ' && !spaces && self.is_wide(is_key) && rest.peek() != Some(&' ') {
                self.put('\n');
                self.indent(indent + 2);
            } else {
                self.put(c);
            }
            spaces = c == ' ';
        }
    }

    fn single(&mut self, text: &str, indent: usize, is_key: bool) {
        let (mut spaces, mut first, mut rest) = (false, true, text.chars().peekable());
        while let Some(c) = rest.next() {
            let inside = !first && rest.peek().is_some_and(|next| *next != ' ');
            if c == ' ' && !spaces && self.is_wide(is_key) && inside {
                self.put('\n');
                self.indent(indent + 2);
            } else {
                if c == '\'' {
                    self.put('\'');
                }
                self.put(c);
            }
            spaces = c == ' ';
            first = false;
        }
    }

    fn double(&mut self, text: &str, indent: usize, is_key: bool) {
        self.put('"');
        let (mut spaces, mut first, mut rest) = (false, true, text.chars().peekable());
        while let Some(c) = rest.next() {
            if let Some(escape) = scalar::escape(c) {
                self.put('\\');
                self.put_all(&escape);
            } else if c == ' ' && !spaces && self.is_wide(is_key) && !first && rest.peek().is_some()
            {
                self.put('\n');
                self.indent(indent + 2);
                if rest.peek() == Some(&' ') {
                    self.put('\\');
                }
            } else {
                self.put(c);
            }
            spaces = c == ' ';
            first = false;
        }
        self.put('"');
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put('|');
        if text.starts_with([' ', '\n']) {
            self.put('2');
        }
        match text.strip_suffix('\n') {
            None => self.put('-'),
            Some("") => self.put('+'),
            Some(before) if before.ends_with('\n') => self.put('+'),
            Some(_) => {}
        }
        self.put('\n');
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.indent(indent + 2);
            }
            self.put_all(line);
        }
    }
}
