//! Changes in flow notation, which JSON is part of: what comes is written as JSON, between the commas that are there.

use std::ops::Range;

use super::super::Out;
use super::super::layout::{Field, Spot};
use super::{Pairs, Plan, Result, SpliceErrorKind, Splicer, error};

impl Splicer<'_> {
    pub(super) fn replace_flow(&mut self, field: &Field<'_>, after: &Out) -> Result<()> {
        let colon = field
            .colon
            .ok_or_else(|| error(field.line, SpliceErrorKind::Key))?;
        let value = &field.value.range;
        let gap = self.text.get(colon..value.start).unwrap_or_default();
        let json = after.to_json(true);
        if value.is_empty() {
            self.put(colon..colon, format!(" {json}"));
        } else if gap.trim().is_empty() {
            self.put(value.clone(), json);
        } else {
            self.put(colon..value.end, format!(" {json}"));
        }
        Ok(())
    }

    pub(super) fn flow_fields(
        &mut self,
        map: &Spot<'_>,
        fields: &[Field<'_>],
        plan: &Plan<'_, '_>,
    ) -> Result<()> {
        let parts: Vec<Range<usize>> = fields
            .iter()
            .map(|field| field.key.start..field.end())
            .collect();
        self.remove(&parts, &plan.removed);
        let spaced = fields.iter().any(|field| {
            let after = &self.text[field.colon.unwrap_or(field.key.end)..];
            after.starts_with(char::is_whitespace)
        });
        for (key, value) in &plan.added {
            let (key, value) = (
                Out::Text((*key).to_owned()).to_json(spaced),
                value.to_json(spaced),
            );
            let colon = if spaced { ": " } else { ":" };
            self.append(map.range.start, &parts, &format!("{key}{colon}{value}"));
        }
        Ok(())
    }

    pub(super) fn flow_items(&mut self, list: &Spot<'_>, pairs: &Pairs<'_, '_>) -> Result<()> {
        let parts: Vec<Range<usize>> = pairs.items.iter().map(|item| item.range.clone()).collect();
        self.remove(&parts, &pairs.removed);
        let compact = parts
            .iter()
            .any(|part| self.text[part.clone()].contains("\":\""));
        for item in &pairs.added {
            self.append(list.range.start, &parts, &item.to_json(!compact));
        }
        Ok(())
    }

    /// Takes out parts, each with one comma; some part stays.
    fn remove(&mut self, parts: &[Range<usize>], removed: &[usize]) {
        let first_kept = (0..parts.len())
            .find(|index| !removed.contains(index))
            .unwrap_or_default();
        for &index in removed {
            let range = if index < first_kept {
                parts[index].start..parts[index + 1].start
            } else {
                parts[index - 1].end..parts[index].end
            };
            self.put(range, "");
        }
    }

    /// Puts one more behind the last part, with the white space that the others have between them.
    fn append(&mut self, open: usize, parts: &[Range<usize>], json: &str) {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return;
        };
        let between = match parts {
            [.., before, last] => self
                .text
                .get(before.end..last.start)
                .unwrap_or_default()
                .trim_start()
                .to_owned(),
            _ => format!(
                ",{}",
                self.text.get(open + 1..first.start).unwrap_or_default()
            ),
        };
        let blank = between
            .strip_prefix(',')
            .filter(|rest| rest.trim().is_empty());
        let gap = match blank {
            Some("") if parts.len() < 2 => " ",
            Some(blank) => blank,
            None => " ",
        };
        self.put(last.end..last.end, format!(",{gap}{json}"));
    }
}
