//! Changes to the text of a document that touch nothing but what they mean to change: comments, order and notation stay.

use std::fmt;
use std::ops::Range;

use super::layout::{Field, Spot, What, layout};
use super::{Out, YamlErrorKind};

mod block;
mod flow;
mod plan;

use plan::{Pairs, Plan, plan};

/// A list of things with names, one of which gets another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    pub(crate) list: &'static str,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Why a text cannot be changed in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpliceError {
    pub(crate) line: u32,
    pub(crate) kind: SpliceErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SpliceErrorKind {
    Syntax(YamlErrorKind),
    /// The value has an anchor, and changes wherever an alias stands.
    Anchor,
    /// The value came by `<<`.
    Merged,
    /// A key after `?`, or one with a tag.
    Key,
    /// A list whose items cannot be told apart in the text.
    List,
}

impl fmt::Display for SpliceErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax(kind) => return kind.fmt(f),
            Self::Anchor => "the value has an anchor (`&`), and what aliases repeat cannot be changed in one place",
            Self::Merged => "the field comes from another map by `<<`, and can only be removed there",
            Self::List => "the items of the list are written in a way that cannot be edited",
            Self::Key => "the key is written in a way that cannot be edited",
        })
    }
}

/// The lists whose items have names.
const NAMED: [&str; 4] = ["clusters", "contexts", "extensions", "users"];

type Result<T> = std::result::Result<T, SpliceError>;

const fn error(line: u32, kind: SpliceErrorKind) -> SpliceError {
    SpliceError { line, kind }
}

/// `text`, which says `before`, changed to say `after`.
pub(crate) fn splice(text: &str, before: &Out, after: Out, renames: &[Rename]) -> Result<String> {
    if *before == after {
        return Ok(text.to_owned());
    }
    let root =
        layout(text).map_err(|fault| error(fault.line, SpliceErrorKind::Syntax(fault.kind)))?;
    let newline = newline(text);
    match root {
        Some(root) if matches!(root.what, What::Map { .. }) && !is_empty(&root) => {
            let mut splicer = Splicer {
                text,
                newline,
                renames,
                aliased: aliased(&root),
                pieces: Vec::new(),
            };
            splicer.map(&root, before, &after)?;
            Ok(splicer.finish())
        }
        // `null`, `{}` or nothing but comments.
        root => {
            let range = root.map_or(text.len()..text.len(), |root| root.range);
            let written = super::document(after).replace('\n', newline);
            let gap = if text[..range.start].is_empty() || text[..range.start].ends_with('\n') {
                ""
            } else {
                newline
            };
            let rest = &text[range.end..];
            let rest = rest.strip_prefix(newline).unwrap_or(rest);
            Ok(format!("{}{gap}{written}{rest}", &text[..range.start]))
        }
    }
}

fn is_empty(root: &Spot<'_>) -> bool {
    matches!(&root.what, What::Map { fields, .. } if fields.is_empty())
}

/// How lines of this text end: as the first one does.
fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(end) if text[..end].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The anchors that something refers to.
fn aliased(spot: &Spot<'_>) -> Vec<usize> {
    let mut ids = Vec::new();
    collect(spot, &mut ids);
    ids
}

fn collect(spot: &Spot<'_>, ids: &mut Vec<usize>) {
    match &spot.what {
        What::Alias(id, _) => ids.push(*id),
        What::List { items, .. } => items.iter().for_each(|item| collect(item, ids)),
        What::Map { fields, .. } => fields.iter().for_each(|field| collect(&field.value, ids)),
        What::Scalar(_) => {}
    }
}

struct Splicer<'t> {
    text: &'t str,
    newline: &'static str,
    renames: &'t [Rename],
    aliased: Vec<usize>,
    pieces: Vec<(Range<usize>, String)>,
}

impl Splicer<'_> {
    fn finish(mut self) -> String {
        // Stable: what is inserted at one place stays in order.
        self.pieces
            .sort_by_key(|(range, _)| (range.start, range.end));
        let (mut text, mut at) = (String::with_capacity(self.text.len()), 0);
        for (range, piece) in &self.pieces {
            text.push_str(&self.text[at.min(range.start)..range.start]);
            text.push_str(piece);
            at = range.end;
        }
        text.push_str(&self.text[at..]);
        text
    }

    fn put(&mut self, range: Range<usize>, piece: impl Into<String>) {
        let piece = piece.into();
        let piece = if self.newline == "\n" {
            piece
        } else {
            piece.replace('\n', self.newline)
        };
        self.pieces.push((range, piece));
    }

    /// Whether changing this value would change others, too.
    fn check(&self, spot: &Spot<'_>) -> Result<()> {
        match spot.anchor {
            Some(id) if self.aliased.contains(&id) => {
                Err(error(spot.line, SpliceErrorKind::Anchor))
            }
            _ => Ok(()),
        }
    }

    /// Makes a map say `after`; both are maps, and something of the text remains.
    fn map(&mut self, spot: &Spot<'_>, before: &Out, after: &Out) -> Result<()> {
        self.check(spot)?;
        let What::Map { flow, fields } = &spot.what else {
            return Err(error(spot.line, SpliceErrorKind::Anchor));
        };
        let plan = plan(fields, before, after)?;
        for (field, before, after) in &plan.inside {
            self.inside(field, *flow, before, after)?;
        }
        for (field, after) in &plan.replaced {
            self.replace(field, *flow, after)?;
        }
        if *flow {
            self.flow_fields(spot, fields, &plan)
        } else {
            self.block_fields(fields, &plan)
        }
    }

    fn inside(&mut self, field: &Field<'_>, flow: bool, before: &Out, after: &Out) -> Result<()> {
        match (&field.value.what, before, after) {
            (What::Map { fields, .. }, Out::Map(_), Out::Map(_)) => {
                let plan = plan(fields, before, after)?;
                if plan.removed.len() == fields.len() {
                    self.replace(field, flow, after)
                } else {
                    self.map(&field.value, before, after)
                }
            }
            (What::List { items, .. }, Out::List(old), Out::List(new)) => {
                let list = field.name.as_deref().unwrap_or_default();
                match Pairs::of(self.renames, list, items, old, new) {
                    Some(pairs) if pairs.kept() > 0 => self.list(field, pairs),
                    // To write the whole list anew would lose what stands around its items.
                    None if NAMED.contains(&list) => Err(error(field.line, SpliceErrorKind::List)),
                    _ => self.replace(field, flow, after),
                }
            }
            _ => self.replace(field, flow, after),
        }
    }

    fn replace(&mut self, field: &Field<'_>, flow: bool, after: &Out) -> Result<()> {
        self.check(&field.value)?;
        let mut within = Vec::new();
        anchors(&field.value, &mut within);
        if within.iter().any(|id| self.aliased.contains(id)) {
            return Err(error(field.line, SpliceErrorKind::Anchor));
        }
        if flow {
            self.replace_flow(field, after)
        } else {
            self.replace_block(field, after)
        }
    }

    /// Changes items of a list by their names.
    fn list(&mut self, field: &Field<'_>, pairs: Pairs<'_, '_>) -> Result<()> {
        self.check(&field.value)?;
        let What::List { flow, .. } = &field.value.what else {
            return Err(error(field.line, SpliceErrorKind::Key));
        };
        for (item, before, after) in &pairs.changed {
            self.map(item, before, after)?;
        }
        let start = field.colon.unwrap_or(field.key.end);
        if *flow {
            self.flow_items(&field.value, &pairs)
        } else {
            self.block_items(start, &pairs)
        }
    }
}

fn anchors(spot: &Spot<'_>, ids: &mut Vec<usize>) {
    ids.extend(spot.anchor);
    match &spot.what {
        What::List { items, .. } => items.iter().for_each(|item| anchors(item, ids)),
        What::Map { fields, .. } => fields.iter().for_each(|field| anchors(&field.value, ids)),
        What::Scalar(_) | What::Alias(..) => {}
    }
}
