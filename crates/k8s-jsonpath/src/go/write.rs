//! Values as Go writes them, in one of four styles, without recursion.

use serde_json::{Map, Value};

use super::{float, quote};
use crate::item::Item;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As `encoding/json` writes it.
    Json,
    /// The same, by lines, indented by four spaces.
    Indented,
    /// `%v`.
    Plain,
    /// `%#v`.
    Syntax,
}

/// Bytes up to a limit.
#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) bytes: Vec<u8>,
    limit: usize,
}

/// More bytes than the limit of a [`Sink`].
#[derive(Debug)]
pub(crate) struct Full;

impl Sink {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(Full);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// The members of a list or map that are not written yet.
enum Rest<'a> {
    Items(std::slice::Iter<'a, Item<'a>>),
    List(std::slice::Iter<'a, Value>),
    Map(std::vec::IntoIter<(&'a String, &'a Value)>),
}

struct Frame<'a> {
    rest: Rest<'a>,
    is_empty: bool,
}

/// Writes one value.
pub(crate) fn write(item: Item<'_>, style: Style, sink: &mut Sink) -> Result<(), Full> {
    let mut frames = Vec::new();
    begin(item, style, sink, &mut frames)?;
    finish(frames, style, sink)
}

/// Writes several values as one list.
pub(crate) fn write_list(items: &[Item<'_>], style: Style, sink: &mut Sink) -> Result<(), Full> {
    sink.push(b"[")?;
    let frame = Frame {
        rest: Rest::Items(items.iter()),
        is_empty: true,
    };
    finish(vec![frame], style, sink)
}

fn finish<'a>(mut frames: Vec<Frame<'a>>, style: Style, sink: &mut Sink) -> Result<(), Full> {
    while let Some(frame) = frames.last_mut() {
        let (key, item) = match &mut frame.rest {
            Rest::Items(items) => (None, items.next().copied()),
            Rest::List(values) => (None, values.next().map(Item::of)),
            Rest::Map(members) => match members.next() {
                Some((key, value)) => (Some(key), Some(Item::of(value))),
                None => (None, None),
            },
        };
        let was_empty = std::mem::replace(&mut frame.is_empty, false);
        let is_map = matches!(frame.rest, Rest::Map(_));
        let depth = frames.len();
        let Some(item) = item else {
            frames.pop();
            if !was_empty {
                line(style, depth - 1, sink)?;
            }
            sink.push(style.close(is_map))?;
            continue;
        };
        if !was_empty {
            sink.push(style.separator())?;
        }
        line(style, depth, sink)?;
        if let Some(key) = key {
            write_key(key, style, sink)?;
        }
        begin(item, style, sink, &mut frames)?;
    }
    Ok(())
}

/// Writes a scalar whole, of a list or map the beginning.
fn begin<'a>(
    item: Item<'a>,
    style: Style,
    sink: &mut Sink,
    frames: &mut Vec<Frame<'a>>,
) -> Result<(), Full> {
    let rest = match item {
        Item::List(values) => Rest::List(values.iter()),
        Item::Map(map) => Rest::Map(sorted(map).into_iter()),
        scalar => return write_scalar(scalar, style, sink),
    };
    sink.push(style.open(matches!(rest, Rest::Map(_))))?;
    frames.push(Frame {
        rest,
        is_empty: true,
    });
    Ok(())
}

/// Members by key, as Go writes them. `serde_json` may be built to keep the order of the text instead.
pub(crate) fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members
}

fn line(style: Style, depth: usize, sink: &mut Sink) -> Result<(), Full> {
    if style == Style::Indented {
        sink.push(b"\n")?;
        for _ in 0..depth {
            sink.push(b"    ")?;
        }
    }
    Ok(())
}

fn write_key(key: &str, style: Style, sink: &mut Sink) -> Result<(), Full> {
    match style {
        Style::Json | Style::Indented => json_text(key, sink)?,
        Style::Plain => sink.push(key.as_bytes())?,
        Style::Syntax => sink.push(quote(key).as_bytes())?,
    }
    sink.push(if style == Style::Indented {
        b": "
    } else {
        b":"
    })
}

fn write_scalar(item: Item<'_>, style: Style, sink: &mut Sink) -> Result<(), Full> {
    let is_json = matches!(style, Style::Json | Style::Indented);
    match item {
        Item::Absent | Item::Null => sink.push(style.null()),
        Item::Bool(value) => sink.push(if value { b"true" } else { b"false" }),
        Item::Int(value) | Item::Literal(value) => sink.push(value.to_string().as_bytes()),
        Item::Byte(value) => sink.push(value.to_string().as_bytes()),
        Item::Float(value) if is_json => sink.push(float::json(value).as_bytes()),
        Item::Float(value) => sink.push(float::shortest(value).as_bytes()),
        Item::Text(text) => match style {
            Style::Json | Style::Indented => json_text(&String::from_utf8_lossy(text), sink),
            Style::Plain => sink.push(text),
            Style::Syntax => sink.push(quote(&String::from_utf8_lossy(text)).as_bytes()),
        },
        Item::List(_) | Item::Map(_) => Ok(()),
    }
}

/// A JSON string, with the escapes that keep it safe inside HTML and JavaScript.
fn json_text(text: &str, sink: &mut Sink) -> Result<(), Full> {
    sink.push(b"\"")?;
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escaped = match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\x08' => "\\b".to_owned(),
            '\x0c' => "\\f".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                format!("\\u{:04x}", u32::from(c))
            }
            _ => continue,
        };
        sink.push(&text.as_bytes()[plain..at])?;
        sink.push(escaped.as_bytes())?;
        plain = at + c.len_utf8();
    }
    sink.push(&text.as_bytes()[plain..])?;
    sink.push(b"\"")
}

// === impl Style ===

impl Style {
    fn open(self, is_map: bool) -> &'static [u8] {
        match (self, is_map) {
            (Self::Json | Self::Indented, true) => b"{",
            (Self::Plain, true) => b"map[",
            (Self::Syntax, true) => b"map[string]interface {}{",
            (Self::Syntax, false) => b"[]interface {}{",
            (_, false) => b"[",
        }
    }

    fn close(self, is_map: bool) -> &'static [u8] {
        match (self, is_map) {
            (Self::Json | Self::Indented, true) | (Self::Syntax, _) => b"}",
            _ => b"]",
        }
    }

    fn separator(self) -> &'static [u8] {
        match self {
            Self::Json | Self::Indented => b",",
            Self::Plain => b" ",
            Self::Syntax => b", ",
        }
    }

    fn null(self) -> &'static [u8] {
        match self {
            Self::Json | Self::Indented => b"null",
            Self::Plain => b"<nil>",
            Self::Syntax => b"interface {}(nil)",
        }
    }
}
