//! A document field by field, and its longest lists piece by piece, so that tree and text of the whole need not be there at once.

use std::borrow::Cow;

use super::plain::sections::{self, Section};
use super::{Composer, Entry, Node, Value, YamlError, YamlErrorKind, error, last_of_each};

/// What a document's map holds.
pub(crate) enum Part<'n, 'a> {
    /// A field.
    Field(&'n Entry<'a>),
    /// A piece of a field whose value is a list, the index of its first item in the whole list.
    Items { entry: &'n Entry<'a>, first: usize },
    /// A field whose key comes again; it does not hold.
    Superseded(&'n Entry<'a>),
    /// The document, which is neither `null` nor a map.
    NotFields(&'n Node<'a>),
}

/// Reads the document of `text`; of the fields named `lists` it may hand on piece by piece. A text that is owned goes as it is read.
pub(crate) fn for_each_part(
    text: Cow<'_, str>,
    lists: &[&str],
    each: &mut dyn FnMut(Part<'_, '_>),
) -> Result<(), YamlError> {
    match sections::plan(&text, lists, sections::LENGTH) {
        Some(plan) => in_sections(text, &plan, each),
        None => whole(&text, each),
    }
}

fn whole(text: &str, each: &mut dyn FnMut(Part<'_, '_>)) -> Result<(), YamlError> {
    let root = Composer::new(text).document()?;
    match root.as_ref().map(|root| (root, &root.value)) {
        None | Some((_, Value::Null)) => {}
        Some((_, Value::Map(entries))) => {
            for (entry, is_last) in last_of_each(entries) {
                each(if is_last {
                    Part::Field(entry)
                } else {
                    Part::Superseded(entry)
                });
            }
        }
        Some((root, _)) => each(Part::NotFields(root)),
    }
    Ok(())
}

fn in_sections(
    text: Cow<'_, str>,
    plan: &[Section],
    each: &mut dyn FnMut(Part<'_, '_>),
) -> Result<(), YamlError> {
    let mut pieces = match text {
        Cow::Owned(text) if text.len() > sections::LENGTH => cut(text, plan),
        text => return borrowed(&text, plan, each),
    };
    for section in plan {
        read(&pieces.pop().unwrap_or_default(), section, each)?;
    }
    Ok(())
}

fn borrowed(
    text: &str,
    plan: &[Section],
    each: &mut dyn FnMut(Part<'_, '_>),
) -> Result<(), YamlError> {
    let ends = plan.iter().skip(1).map(|next| next.start);
    for (section, end) in plan.iter().zip(ends.chain([text.len()])) {
        read(&text[section.start..end], section, each)?;
    }
    Ok(())
}

/// The texts of the sections, last one first: each can be let go alone.
fn cut(mut text: String, plan: &[Section]) -> Vec<String> {
    let mut pieces = Vec::with_capacity(plan.len());
    for section in plan.iter().rev() {
        pieces.push(text.split_off(section.start));
        text.shrink_to_fit();
    }
    pieces
}

fn read(
    text: &str,
    section: &Section,
    each: &mut dyn FnMut(Part<'_, '_>),
) -> Result<(), YamlError> {
    let found = section.read(text, &mut |(entry, first)| {
        each(match first {
            Some(first) => Part::Items {
                entry: &entry,
                first,
            },
            None => Part::Field(&entry),
        });
    });
    // It was read before, when the plan was made.
    found.ok_or_else(|| error(0, YamlErrorKind::Syntax("did not find a value".to_owned())))
}
