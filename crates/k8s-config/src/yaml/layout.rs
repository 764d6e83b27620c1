//! Where each value of a document stands in its text: what editing needs to know, and reading does not.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, StructureStyle};

use super::scalar;
use super::{YamlError, key_text, line, syntax};

/// A value and the bytes it stands in, without its tag and anchor.
pub(super) struct Spot<'a> {
    /// For a block collection from its first key or item to the end of its last; empty for a value that is not written.
    pub(super) range: Range<usize>,
    pub(super) line: u32,
    pub(super) anchor: Option<usize>,
    pub(super) what: What<'a>,
}

pub(super) enum What<'a> {
    Scalar(Cow<'a, str>),
    /// Of an anchor, and the `name` of what it stands for.
    Alias(usize, Option<String>),
    List {
        flow: bool,
        items: Vec<Spot<'a>>,
    },
    Map {
        flow: bool,
        fields: Vec<Field<'a>>,
    },
}

/// A key with its value.
pub(super) struct Field<'a> {
    /// The key as a string; `None` for `<<`, for an alias and for what is no string.
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) key: Range<usize>,
    pub(super) line: u32,
    /// Just behind the colon; `None` when it does not follow the key, as after `?`.
    pub(super) colon: Option<usize>,
    pub(super) value: Spot<'a>,
}

impl Field<'_> {
    /// Where the value ends, or the colon when there is no value.
    pub(super) fn end(&self) -> usize {
        if self.value.range.is_empty() {
            self.colon.unwrap_or(self.key.end).max(self.key.end)
        } else {
            self.value.range.end
        }
    }
}

impl Spot<'_> {
    /// What stands behind `name` in a map; one that is not written is an empty one.
    pub(super) fn name(&self) -> Option<&str> {
        let fields = match &self.what {
            What::Map { fields, .. } => fields,
            What::Alias(_, name) => return name.as_deref(),
            _ => return None,
        };
        let named = |field: &&Field<'_>| field.name.as_deref() == Some("name");
        match fields.iter().rfind(named).map(|field| &field.value) {
            // It may come by `<<`.
            None => fields
                .iter()
                .all(|field| field.name.is_some())
                .then_some(""),
            Some(value) if value.range.is_empty() => Some(""),
            Some(value) => match &value.what {
                What::Scalar(text) => Some(text),
                _ => None,
            },
        }
    }
}

/// The document of `text`, which was read without fault before; `None` when there is none.
pub(super) fn layout(text: &str) -> Result<Option<Spot<'_>>, YamlError> {
    let mut composer = Composer {
        text,
        events: Parser::new_from_str(text),
        names: HashMap::new(),
    };
    loop {
        let (event, span) = composer.next()?;
        match event {
            Event::StreamEnd => return Ok(None),
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            event => return composer.spot(event, &span).map(Some),
        }
    }
}

struct Composer<'a> {
    text: &'a str,
    events: Parser<'a, StrInput<'a>>,
    names: HashMap<usize, String>,
}

impl<'a> Composer<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn spot(&mut self, event: Event<'a>, span: &Span) -> Result<Spot<'a>, YamlError> {
        let mut range = span.byte_range().unwrap_or_default();
        let line = line(span);
        let anchor = event.anchor_id();
        let what = match event {
            Event::Scalar(text, style, ..) => {
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    range.end = self.without_break(range.end);
                }
                What::Scalar(text)
            }
            Event::Alias(id) => What::Alias(id, self.names.get(&id).cloned()),
            Event::SequenceStart(style, ..) => self.list(style, &mut range)?,
            Event::MappingStart(style, ..) => self.map(style, &mut range)?,
            _ => What::Scalar("".into()),
        };
        let spot = Spot {
            range,
            line,
            anchor,
            what,
        };
        if let (Some(id), Some(name)) = (anchor, spot.name()) {
            self.names.insert(id, name.to_owned());
        }
        Ok(spot)
    }

    /// The span of a block scalar takes the end of its last line along, and the indentation of the next.
    fn without_break(&self, end: usize) -> usize {
        let before = self.text[..end].trim_end_matches([' ', '\t']);
        let before = before.strip_suffix('\n').unwrap_or(before);
        before.strip_suffix('\r').unwrap_or(before).len()
    }

    /// The span of a block scalar leaves out the `|` with all that stands on its line, and is empty when there are no other lines.
    fn with_header(&self, colon: usize, end: usize) -> Range<usize> {
        let start = self.text.len() - self.text[colon..].trim_start().len();
        let header = self.text[start..]
            .find(['\r', '\n'])
            .map_or(self.text.len(), |end| start + end);
        start..end.max(header)
    }

    fn list(
        &mut self,
        style: StructureStyle,
        range: &mut Range<usize>,
    ) -> Result<What<'a>, YamlError> {
        let (flow, mut items) = (style == StructureStyle::Flow, Vec::<Spot<'a>>::new());
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                range.end = if flow {
                    span.byte_range().unwrap_or_default().end
                } else {
                    items.last().map_or(range.end, |item| item.range.end)
                };
                return Ok(What::List { flow, items });
            }
            items.push(self.spot(event, &span)?);
        }
    }

    fn map(
        &mut self,
        style: StructureStyle,
        range: &mut Range<usize>,
    ) -> Result<What<'a>, YamlError> {
        let (flow, mut fields) = (style == StructureStyle::Flow, Vec::<Field<'a>>::new());
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                range.end = if flow {
                    span.byte_range().unwrap_or_default().end
                } else {
                    fields.last().map_or(range.end, Field::end)
                };
                return Ok(What::Map { flow, fields });
            }
            let name = name(&event);
            let key = self.spot(event, &span)?;
            let (event, span) = self.next()?;
            let in_lines = matches!(
                &event,
                Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..)
            );
            let mut value = self.spot(event, &span)?;
            let colon = self.colon(key.range.end);
            if let (true, Some(colon)) = (in_lines, colon) {
                value.range = self.with_header(colon, value.range.end);
            }
            fields.push(Field {
                name,
                line: key.line,
                key: key.range,
                colon,
                value,
            });
        }
    }

    fn colon(&self, key_end: usize) -> Option<usize> {
        let rest = self.text[key_end..].trim_start();
        let at = self.text.len() - rest.len();
        // A colon on another line belongs to a key only in JSON's notation; there, the key is quoted.
        let same_line = !self.text[key_end..at].contains('\n');
        let quoted = self.text[..key_end].ends_with(['"', '\'']);
        (rest.starts_with(':') && (same_line || quoted)).then_some(at + 1)
    }
}

fn name<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    let Event::Scalar(text, style, _, tag) = event else {
        return None;
    };
    if super::is_merge(event) {
        return None;
    }
    scalar::resolve(text.clone(), *style, tag.as_deref())
        .ok()
        .and_then(key_text)
}
