//! Changes in block notation: whole lines come and go, and what stands behind a colon is replaced.

use super::super::emit::{self, Notation};
use super::super::layout::{Field, Spot};
use super::super::{Out, order};
use super::{Pairs, Plan, Result, SpliceErrorKind, Splicer, error};

impl Splicer<'_> {
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn next_line(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |end| at + end + 1)
    }

    fn is_first_on_line(&self, at: usize) -> bool {
        self.text[self.line_start(at)..at].trim().is_empty()
    }

    /// The column of a key or dash: nothing but spaces and dashes stands before it. Tabs have no width, and an anchor is no indentation.
    fn indent(&self, at: usize, line: u32) -> Result<usize> {
        let before = &self.text[self.line_start(at)..at];
        if !before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
            return Err(error(line, SpliceErrorKind::Key));
        }
        Ok(before.len())
    }

    /// What may be written before the line at `at`: what is blank or a comment there could be taken for a part of a block.
    fn notation(&self, at: Option<usize>) -> Notation {
        let rest = at.map(|at| &self.text[at..]).unwrap_or_default();
        let next = rest.split('\n').next().unwrap_or_default().trim();
        Notation {
            blocks: rest.is_empty() || !(next.is_empty() || next.starts_with('#')),
            folds: true,
        }
    }

    /// `lines` ends with a line break; `at` is the start of a line, or the end of a text whose last line has none.
    fn insert_lines(&mut self, at: usize, lines: &str) {
        let open = at == self.text.len() && !self.text.is_empty() && !self.text.ends_with('\n');
        if open {
            self.put(
                at..at,
                format!("\n{}", lines.strip_suffix('\n').unwrap_or(lines)),
            );
        } else {
            self.put(at..at, lines);
        }
    }

    pub(super) fn block_fields(&mut self, fields: &[Field<'_>], plan: &Plan<'_, '_>) -> Result<()> {
        for &index in &plan.removed {
            let field = &fields[index];
            if self.is_first_on_line(field.key.start) {
                self.put(
                    self.line_start(field.key.start)..self.next_line(field.end()),
                    "",
                );
            } else {
                // Behind the dash of an item: the next field moves up there.
                let next = fields.get(index + 1).map(|next| next.key.start);
                let next = next.filter(|next| self.text[field.end()..*next].trim().is_empty());
                let next = next.ok_or_else(|| error(field.line, SpliceErrorKind::Key))?;
                self.put(field.key.start..next, "");
            }
        }
        let Some(first) = fields.first().filter(|_| !plan.added.is_empty()) else {
            return Ok(());
        };
        if let Some(odd) = fields.iter().find(|field| field.colon.is_none()) {
            return Err(error(odd.line, SpliceErrorKind::Key));
        }
        let indent = self.indent(first.key.start, first.line)?;
        let names: Option<Vec<&str>> = fields.iter().map(|field| field.name.as_deref()).collect();
        let sorted = names.filter(|names| names.is_sorted_by(|a, b| order::natural(a, b).is_le()));
        for (key, value) in &plan.added {
            let before = sorted.as_ref().map_or(fields.len(), |names| {
                names
                    .iter()
                    .take_while(|name| order::natural(name, key).is_lt())
                    .count()
            });
            let behind = before
                .checked_sub(1)
                .map(|index| self.next_line(fields[index].end()));
            let notation = self.notation(behind);
            let lines = emit::entry(key, value, indent, notation);
            match behind {
                Some(at) => self.insert_lines(at, &lines),
                None if self.is_first_on_line(first.key.start) => {
                    self.insert_lines(self.line_start(first.key.start), &lines);
                }
                None => {
                    let at = first.key.start;
                    self.put(
                        at..at,
                        format!("{}{}", lines.trim_start_matches(' '), " ".repeat(indent)),
                    );
                }
            }
        }
        Ok(())
    }

    pub(super) fn replace_block(&mut self, field: &Field<'_>, after: &Out) -> Result<()> {
        let colon = field
            .colon
            .ok_or_else(|| error(field.line, SpliceErrorKind::Key))?;
        let line = self.line_start(field.key.start);
        let (indent, column) = (field.key.start - line, colon - self.line_start(colon));
        let mut end = field.end();
        let line_end = self.text[end..]
            .find('\n')
            .map_or(self.text.len(), |at| end + at);
        let tail = self.text[end..line_end].trim_end();
        let comment = if tail.trim_start().starts_with('#') {
            tail
        } else {
            ""
        };
        let mut notation = self.notation(Some(self.next_line(end)));
        let mut value = emit::after_colon(after, indent, column, notation);
        if !comment.is_empty() && value.contains('\n') {
            // Behind the first line of a block there may be a comment; in a string that goes over several lines, there may not.
            if matches!(after, Out::Text(_)) && !value.starts_with(" |") {
                notation.folds = false;
                value = emit::after_colon(after, indent, column, notation);
            }
            if let Some((first, rest)) = value.split_once('\n') {
                value = format!("{first}{comment}\n{rest}");
                end += tail.len();
            }
        }
        let written = &field.value.range;
        let gap = self.text.get(colon..written.start).unwrap_or_default();
        let same_line = !gap.is_empty() && gap.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        let start = match value.strip_prefix(' ') {
            Some(_)
                if same_line
                    && !written.is_empty()
                    && !self.text[written.start..end].contains('\n') =>
            {
                value.remove(0);
                written.start
            }
            _ => colon,
        };
        self.put(start..end, value);
        Ok(())
    }

    pub(super) fn block_items(&mut self, start: usize, pairs: &Pairs<'_, '_>) -> Result<()> {
        let mut dashes = Vec::new();
        let mut from = start;
        for item in pairs.items {
            dashes.push(self.dash(from, item)?);
            from = item.range.end;
        }
        for &index in &pairs.removed {
            let (from, to) = (
                self.line_start(dashes[index]),
                self.next_line(pairs.items[index].range.end),
            );
            self.put(from..to, "");
        }
        let Some(first) = dashes.first().copied() else {
            return Ok(());
        };
        let indent = self.indent(first, pairs.items.first().map_or(1, |item| item.line))?;
        let sorted = pairs.names.is_sorted();
        for item in &pairs.added {
            let name = item.name().unwrap_or_default();
            let before = if sorted {
                pairs
                    .names
                    .iter()
                    .take_while(|other| **other < name)
                    .count()
            } else {
                pairs.items.len()
            };
            let behind = before
                .checked_sub(1)
                .map(|index| self.next_line(pairs.items[index].range.end));
            let notation = self.notation(behind);
            let lines = emit::item(item, indent, notation);
            match behind {
                Some(at) => self.insert_lines(at, &lines),
                None => self.insert_lines(self.line_start(first), &lines),
            }
        }
        Ok(())
    }

    /// The dash of an item, which is the first thing on its line.
    fn dash(&self, from: usize, item: &Spot<'_>) -> Result<usize> {
        let mut at = from;
        for line in self.text[from..item.range.start.max(from)].split_inclusive('\n') {
            let rest = line.trim_start();
            let here = at + line.len() - rest.len();
            if rest.starts_with('-') && self.is_first_on_line(here) {
                return Ok(here);
            }
            at += line.len();
        }
        Err(error(item.line, SpliceErrorKind::Key))
    }
}
