//! Where a text of simple notation can be cut, so that each piece reads alone as it does within the whole.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Line, Lines, key_text, scalar, split_key};
use crate::yaml::{Entry, Node};

/// A piece of a list ends with the item that makes it this long.
pub(in crate::yaml) const LENGTH: usize = 64 << 10;

/// A piece of the text; it ends where the next one starts.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::yaml) struct Section {
    /// The byte at which it starts, which begins a line.
    pub(in crate::yaml) start: usize,
    /// How many lines stand above.
    above: u32,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    /// Fields of the document's map.
    Fields,
    /// Items of a list from the `first` on, which stands in the map under `key`; it starts at the key where `first` is 0.
    Items {
        key: String,
        line: u32,
        first: usize,
    },
}

/// A field of the document's map; for a piece of a list, the index of its first item.
pub(in crate::yaml) type Found<'t> = (Entry<'t>, Option<usize>);

/// Reads all of the text, keeps nothing of it, and answers with its sections; `None` where the notation is not simple, or a key comes twice.
///
/// The lists of these names are cut, each piece at least `length` bytes long but for the last.
pub(in crate::yaml) fn plan(text: &str, lists: &[&str], length: usize) -> Option<Vec<Section>> {
    let mut lines = Lines::new(text);
    let (mut sections, mut keys) = (Vec::new(), HashSet::new());
    lines.next?;
    lines.count(1)?;
    while let Some(line) = lines.next.filter(|line| line.indent == 0 && !line.dash) {
        let (key, value) = split_key(line.rest)?;
        let key = key_text(scalar::plain(Cow::Borrowed(key)).ok()?)?;
        if value.is_none() && lists.contains(&&*key) && lines.clone().follows_dash() {
            lines.items(line, &key, length, &mut sections)?;
        } else {
            if !matches!(
                sections.last(),
                Some(Section {
                    what: What::Fields,
                    ..
                })
            ) {
                sections.push(Section::at(line, What::Fields));
            }
            lines.field(line, 0, 0)?;
        }
        if !keys.insert(key) {
            return None;
        }
    }
    (lines.next.is_none() && !lines.odd).then_some(sections)
}

impl Section {
    const fn at(line: Line<'_>, what: What) -> Self {
        Self {
            start: line.start,
            above: line.number - 1,
            what,
        }
    }

    /// Reads it from its own text; `None` where that is not what the plan was made of.
    pub(in crate::yaml) fn read<'t>(
        &self,
        text: &'t str,
        each: &mut dyn FnMut(Found<'t>),
    ) -> Option<()> {
        let mut lines = Lines::below(text, self.above);
        match &self.what {
            What::Fields => {
                while let Some(line) = lines.next {
                    each((lines.field(line, 0, 0)?, None));
                }
            }
            What::Items { key, line, first } => {
                if *first == 0 {
                    lines.advance();
                }
                let item = lines.next?;
                let value = Node {
                    value: lines.list(item.indent, 1)?,
                    line: item.number,
                };
                let entry = Entry {
                    key: Cow::Owned(key.clone()),
                    line: *line,
                    value,
                    merged: false,
                };
                each((entry, Some(*first)));
            }
        }
        (lines.next.is_none() && !lines.odd).then_some(())
    }
}

impl<'a> Lines<'a> {
    fn follows_dash(mut self) -> bool {
        self.advance();
        self.next.is_some_and(|line| line.dash)
    }

    /// The list below the key of this line, in sections.
    fn items(
        &mut self,
        key_line: Line<'a>,
        key: &str,
        length: usize,
        sections: &mut Vec<Section>,
    ) -> Option<()> {
        self.count(2)?;
        self.advance();
        let column = self.next?.indent;
        let section = |at, first| {
            let (key, line) = (key.to_owned(), key_line.number);
            Section::at(at, What::Items { key, line, first })
        };
        let (mut index, mut start) = (0, key_line.start);
        sections.push(section(key_line, 0));
        while let Some(line) = self.next.filter(|line| line.dash && line.indent == column) {
            if index > 0 && line.start - start >= length {
                sections.push(section(line, index));
                start = line.start;
            }
            self.item(line, column, 1)?;
            index += 1;
        }
        let fits = self.next.is_none_or(|line| line.indent <= column);
        (fits && !self.odd).then_some(())
    }
}
