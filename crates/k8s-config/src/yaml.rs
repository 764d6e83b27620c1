//! YAML and JSON text as a tree of values with line numbers: the only file that knows the tokenizer.
//!
//! Scalars mean what they mean to Go's `sigs.k8s.io/yaml`, which kubectl uses. No error text repeats content of the document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use granit_parser::{ErrorKind, Event, Parser, ScanError, Span, StrInput, Tag};

mod emit;
mod json;
mod layout;
mod order;
mod parts;
mod plain;
mod scalar;
mod splice;
mod style;

pub(crate) use emit::{Out, document};
pub(crate) use json::{json_document, without_strings};
pub(crate) use parts::{Part, for_each_part};
pub(crate) use splice::{Rename, SpliceError, SpliceErrorKind, splice};

pub(crate) use scalar::{Number, decode_base64};

/// More values than this in one document are refused.
pub(crate) const MAX_NODES: usize = 1_000_000;
/// Deeper nesting than this is refused.
pub(crate) const MAX_DEPTH: usize = 128;
/// Aliases may add up to this many values…
pub(crate) const MAX_ALIAS_NODES: usize = 100_000;
/// …and this many bytes of text.
pub(crate) const MAX_ALIAS_BYTES: usize = 4 << 20;

/// A value and the line where it starts, from 1.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) line: u32,
}

/// What a value is, in the terms of JSON. Lists and maps are shared, so that an alias costs nothing.
#[derive(Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Rc<Vec<Node<'a>>>),
    Map(Rc<Vec<Entry<'a>>>),
}

/// One key of a map and its value; keys may repeat, then the last one holds.
#[derive(Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) line: u32,
    pub(crate) value: Node<'a>,
    /// Whether it came by `<<`.
    pub(crate) merged: bool,
}

/// Why text is not one document of YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: u32,
    pub(crate) kind: YamlErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum YamlErrorKind {
    /// The tokenizer's words; they name no content.
    Syntax(String),
    SecondDocument,
    TooManyNodes,
    TooDeep,
    AliasExpansion,
    AliasOfItself,
    KeyIsNotText,
    MergeOfNoMap,
    BadTaggedScalar,
    InfiniteNumber,
}

impl fmt::Display for YamlErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax(text) => text,
            Self::SecondDocument => {
                "a second document starts here, and a kubeconfig is one document"
            }
            Self::TooManyNodes => "more than 1000000 values",
            Self::TooDeep => "nested deeper than 128 levels",
            Self::AliasExpansion => "aliases expand to more than 100000 values or 4 MiB",
            Self::AliasOfItself => "an alias stands inside the value that it names",
            Self::KeyIsNotText => "a key must be a string",
            Self::MergeOfNoMap => "`<<` needs a map, or a list of maps",
            Self::BadTaggedScalar => "the value does not fit its tag",
            Self::InfiniteNumber => "infinity and not-a-number cannot be used",
        })
    }
}

/// Reads the document of `text`; `None` when there is none.
pub(crate) fn parse(text: &str) -> Result<Option<Node<'_>>, YamlError> {
    match plain::parse(text) {
        Some(root) => Ok(Some(root)),
        None => Composer::new(text).document(),
    }
}

/// Reads every document of `text` that is not empty.
pub(crate) fn parse_all(text: &str) -> Result<Vec<Node<'_>>, YamlError> {
    match plain::parse(text) {
        Some(root) => Ok(vec![root]),
        None => Composer::new(text).documents(),
    }
}

struct Composer<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, (Node<'a>, Weight)>,
    nodes: usize,
    aliased: Weight,
}

/// What a value would cost if all its aliases were written out.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Weight {
    fn add(&mut self, inner: Self) {
        self.nodes = self.nodes.saturating_add(inner.nodes);
        self.bytes = self.bytes.saturating_add(inner.bytes);
        self.depth = self.depth.max(inner.depth + 1);
    }
}

impl<'a> Composer<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            events: Parser::new_from_str(text),
            anchors: HashMap::new(),
            nodes: 0,
            aliased: Weight::default(),
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, u32), YamlError> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, line(&span))),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok((Event::StreamEnd, 0)),
        }
    }

    fn document(&mut self) -> Result<Option<Node<'a>>, YamlError> {
        let mut root = None;
        loop {
            let (event, line) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(error(line, YamlErrorKind::SecondDocument));
                }
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, line, 0)?.0),
            }
        }
    }

    fn documents(&mut self) -> Result<Vec<Node<'a>>, YamlError> {
        let mut roots = Vec::new();
        loop {
            let (event, line) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(roots),
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::DocumentEnd => self.anchors.clear(),
                event => roots.push(self.node(event, line, 0)?.0),
            }
            roots.pop_if(|root| root.is_null());
        }
    }

    fn node(
        &mut self,
        event: Event<'a>,
        line: u32,
        depth: usize,
    ) -> Result<(Node<'a>, Weight), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(error(line, YamlErrorKind::TooManyNodes));
        }
        if depth > MAX_DEPTH {
            return Err(error(line, YamlErrorKind::TooDeep));
        }
        let anchor = event.anchor_id();
        let (value, weight) = match event {
            Event::Scalar(text, style, _, tag) => {
                let weight = Weight {
                    nodes: 1,
                    bytes: text.len(),
                    depth: 0,
                };
                (
                    scalar::resolve(text, style, tag.as_deref())
                        .map_err(|kind| error(line, kind))?,
                    weight,
                )
            }
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.map(depth)?,
            Event::Alias(id) => return self.alias(id, line, depth),
            _ => {
                return Err(error(
                    line,
                    YamlErrorKind::Syntax("did not find a value".to_owned()),
                ));
            }
        };
        let node = Node { value, line };
        if let Some(id) = anchor {
            self.anchors.insert(id, (node.clone(), weight));
        }
        Ok((node, weight))
    }

    fn alias(
        &mut self,
        id: usize,
        line: u32,
        depth: usize,
    ) -> Result<(Node<'a>, Weight), YamlError> {
        let Some((node, weight)) = self.anchors.get(&id) else {
            return Err(error(line, YamlErrorKind::AliasOfItself));
        };
        self.aliased.add(*weight);
        if self.aliased.nodes > MAX_ALIAS_NODES || self.aliased.bytes > MAX_ALIAS_BYTES {
            return Err(error(line, YamlErrorKind::AliasExpansion));
        }
        if depth + weight.depth > MAX_DEPTH {
            return Err(error(line, YamlErrorKind::TooDeep));
        }
        Ok((node.clone(), *weight))
    }

    fn list(&mut self, depth: usize) -> Result<(Value<'a>, Weight), YamlError> {
        let (mut items, mut weight) = (
            Vec::new(),
            Weight {
                nodes: 1,
                ..Weight::default()
            },
        );
        loop {
            let (event, line) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok((Value::List(Rc::new(items)), weight));
            }
            let (item, inner) = self.node(event, line, depth + 1)?;
            weight.add(inner);
            items.push(item);
        }
    }

    fn map(&mut self, depth: usize) -> Result<(Value<'a>, Weight), YamlError> {
        let (mut entries, mut weight) = (
            Vec::new(),
            Weight {
                nodes: 1,
                ..Weight::default()
            },
        );
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                return Ok((Value::Map(Rc::new(entries)), weight));
            }
            let merged = is_merge(&event);
            let (key, inner) = self.node(event, line, depth + 1)?;
            weight.add(inner);
            let (event, value_line) = self.next()?;
            let (value, inner) = self.node(event, value_line, depth + 1)?;
            weight.add(inner);
            if merged {
                merge(&value, &mut entries)?;
            } else {
                let key =
                    key_text(key.value).ok_or_else(|| error(line, YamlErrorKind::KeyIsNotText))?;
                entries.push(Entry {
                    key,
                    line,
                    value,
                    merged: false,
                });
            }
        }
    }
}

fn is_merge(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(text, style, _, tag) if text == "<<" => {
            match tag.as_deref().and_then(Tag::core_suffix) {
                Some(suffix) => suffix == "merge",
                None => scalar::is_plain(*style),
            }
        }
        _ => false,
    }
}

/// Puts what `<<` names in its place; like Go's reader, and unlike YAML 1.1, whatever stands later in the map holds.
fn merge<'a>(value: &Node<'a>, entries: &mut Vec<Entry<'a>>) -> Result<(), YamlError> {
    match &value.value {
        Value::Map(merged) => {
            entries.extend(merged.iter().map(|entry| Entry {
                merged: true,
                ..entry.clone()
            }));
            Ok(())
        }
        Value::List(maps) if maps.iter().all(|map| matches!(map.value, Value::Map(_))) => {
            maps.iter().rev().try_for_each(|map| merge(map, entries))
        }
        _ => Err(error(value.line, YamlErrorKind::MergeOfNoMap)),
    }
}

/// Keys become text as in Go: `y:` is the key `true`.
fn key_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(text),
        Value::Bool(flag) => Some(flag.to_string().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

fn line(span: &Span) -> u32 {
    u32::try_from(span.start.line()).unwrap_or(u32::MAX)
}

const fn error(line: u32, kind: YamlErrorKind) -> YamlError {
    YamlError { line, kind }
}

fn syntax(scan: &ScanError) -> YamlError {
    let text = match scan.kind() {
        ErrorKind::UnexpectedCharacter { .. } => "unexpected character".to_owned(),
        ErrorKind::RecursionLimitExceeded => return error(mark_line(scan), YamlErrorKind::TooDeep),
        kind => kind.to_string().to_lowercase(),
    };
    error(mark_line(scan), YamlErrorKind::Syntax(text))
}

fn mark_line(scan: &ScanError) -> u32 {
    u32::try_from(scan.marker().line()).unwrap_or(u32::MAX)
}

impl Node<'_> {
    pub(crate) const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }
}

/// The entries of a map, each with whether it is the last of its key: the one that holds.
pub(crate) fn last_of_each<'n, 'a>(
    entries: &'n [Entry<'a>],
) -> impl Iterator<Item = (&'n Entry<'a>, bool)> {
    // Looking ahead is quickest in the maps of real files; a hostile one must not make it quadratic.
    let last: Option<HashMap<&str, usize>> = (entries.len() > 24).then(|| {
        entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (&*entry.key, index))
            .collect()
    });
    entries.iter().enumerate().map(move |(index, entry)| {
        let is_last = match &last {
            Some(last) => last.get(&*entry.key) == Some(&index),
            None => entries[index + 1..]
                .iter()
                .all(|later| later.key != entry.key),
        };
        (entry, is_last)
    })
}
