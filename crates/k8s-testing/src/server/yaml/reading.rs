//! Reading: the tokenizer's events as a document. The only file of this crate that knows the tokenizer.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::words;
use crate::server::decode::Document;

/// Deeper nesting is refused.
const DEEPEST: usize = 128;
/// Aliases may add up to so many values.
const MOST_ALIASED: usize = 100_000;

/// What a text says.
#[derive(Debug)]
pub(crate) struct Read {
    /// The first document; of two fields with one name the last is there.
    pub(crate) document: Document,
    /// Keys that stand there again, in Go's words.
    pub(crate) repeated: Vec<String>,
}

/// Reads the first document of a text; the error is as Go's, but for the reason.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "yaml: invalid leading UTF-8 octet".to_owned())?;
    let mut reading = Reading {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        aliased: 0,
        repeated: Vec::new(),
    };
    let document = reading.document()?;
    Ok(Read {
        document,
        repeated: reading.repeated,
    })
}

struct Reading<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// Values that have names, and how many values each is.
    anchors: HashMap<usize, (Document, usize)>,
    aliased: usize,
    repeated: Vec<String>,
}

/// A value, and how many values it is.
type Weighed = (Document, usize);

impl<'a> Reading<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), String> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok((Event::StreamEnd, 0)),
        }
    }

    fn document(&mut self) -> Result<Document, String> {
        loop {
            match self.next()? {
                (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(Document::Null),
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (event, line) => return self.value(event, line, 0).map(|(document, _)| document),
            }
        }
    }

    fn value(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Weighed, String> {
        if depth > DEEPEST {
            return Err(format!(
                "yaml: line {line}: exceeded max depth of {DEEPEST}"
            ));
        }
        let anchor = event.anchor_id();
        let weighed = match event {
            Event::Scalar(text, style, _, tag) => (scalar(&text, style, tag.as_deref(), line)?, 1),
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.map(depth)?,
            Event::Alias(id) => return self.alias(id),
            _ => {
                return Err(format!(
                    "yaml: line {line}: did not find expected node content"
                ));
            }
        };
        if let Some(id) = anchor {
            self.anchors.insert(id, weighed.clone());
        }
        Ok(weighed)
    }

    fn alias(&mut self, id: usize) -> Result<Weighed, String> {
        let Some((_, weight)) = self.anchors.get(&id) else {
            return Err("yaml: anchor value contains itself".to_owned());
        };
        self.aliased = self.aliased.saturating_add(*weight);
        if self.aliased > MOST_ALIASED {
            return Err("yaml: document contains excessive aliasing".to_owned());
        }
        Ok(self.anchors[&id].clone())
    }

    fn list(&mut self, depth: usize) -> Result<Weighed, String> {
        let (mut items, mut weight) = (Vec::new(), 1);
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok((Document::List(items), weight)),
                (event, line) => {
                    let (item, inner) = self.value(event, line, depth + 1)?;
                    weight += inner;
                    items.push(item);
                }
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Weighed, String> {
        let mut fields = Fields::default();
        let mut weight = 1;
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                return Ok((Document::Fields(fields.all), weight));
            }
            let merges = is_merge(&event);
            let (key, _) = self.value(event, line, depth + 1)?;
            let (event, value_line) = self.next()?;
            let (value, inner) = self.value(event, value_line, depth + 1)?;
            weight += inner + 1;
            if merges {
                fields.merge(value)?;
                continue;
            }
            let key = key_of(key, line)?;
            if !fields.said.insert(key.clone()) {
                let says = format!("line {line}: key {key:?} already set in map");
                self.repeated.push(says);
            }
            fields.put(key, value);
        }
    }
}

/// The fields of a map, each once.
#[derive(Default)]
struct Fields {
    all: Vec<(String, Document)>,
    places: HashMap<String, usize>,
    /// Those that stand in the map itself.
    said: HashSet<String>,
}

impl Fields {
    fn put(&mut self, key: String, value: Document) {
        match self.places.get(&key) {
            Some(place) => self.all[*place].1 = value,
            None => {
                self.places.insert(key.clone(), self.all.len());
                self.all.push((key, value));
            }
        }
    }

    /// Adds what `<<` names; whatever stands later in the map holds, as in Go.
    fn merge(&mut self, value: Document) -> Result<(), String> {
        match value {
            Document::Fields(merged) => {
                merged
                    .into_iter()
                    .for_each(|(key, value)| self.put(key, value));
                Ok(())
            }
            Document::List(maps) => maps.into_iter().rev().try_for_each(|map| self.merge(map)),
            _ => Err("yaml: map merge requires map or sequence of maps as the value".to_owned()),
        }
    }
}

/// Keys become text as in Go.
fn key_of(key: Document, line: usize) -> Result<String, String> {
    match key {
        Document::Text(text) => Ok(text),
        Document::Bool(flag) => Ok(flag.to_string()),
        Document::Number(number) => Ok(number.to_string()),
        _ => Err(format!("yaml: line {line}: a map's key must be a scalar")),
    }
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    line: usize,
) -> Result<Document, String> {
    let is_plain = matches!(style, ScalarStyle::Plain);
    let wanted = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
    let wanted = wanted.as_deref();
    let meaning = match wanted {
        None if is_plain && tag.is_none() => words::meaning(text),
        None | Some("str" | "binary") => text.into(),
        Some(_) => words::meaning(text),
    };
    let fits = match wanted {
        Some("null") => meaning.is_null(),
        Some("bool") => meaning.is_boolean(),
        Some("int") => meaning.is_i64() || meaning.is_u64(),
        Some("float") => meaning.is_number(),
        _ => !(meaning.is_string() && is_plain && tag.is_none() && words::is_infinite(text)),
    };
    if fits {
        return Ok(Document::from(&meaning));
    }
    Err(format!(
        "yaml: line {line}: cannot decode {text:?} as JSON has it"
    ))
}

fn is_merge(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<")
}

fn syntax(error: &ScanError) -> String {
    let says = error.kind().to_string().to_lowercase();
    format!("yaml: line {}: {says}", error.marker().line())
}
