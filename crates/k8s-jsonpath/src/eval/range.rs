//! `{range …}` and `{end}`: the part between them is filled once for each finding.

use super::error::Fault;
use super::{Evaluation, Results, Walk};
use crate::item::Item;
use crate::node::Node;

/// How many ranges may stand in one another.
const MAX_RANGES: usize = 64;

/// Which ranges are open. The words may stand anywhere in an action, so the state outlives it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// `range` was read, and its action has not been seen to its end.
    begun: usize,
    /// Ranges that are being unrolled.
    open: usize,
    /// `end` was read likewise.
    ended: usize,
    /// Where the `end` stands that was met last.
    last_end: Option<usize>,
}

impl Evaluation {
    pub(super) fn identifier<'a>(&mut self, input: Results<'a>, name: &str) -> Walk<'a> {
        match name {
            "range" => {
                self.ranges.begun += 1;
                Ok(input)
            }
            "end" if self.ranges.open > 0 => {
                self.ranges.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err(Fault::NothingToEnd.with(Vec::new())),
            other => Err(Fault::Identifier(other.to_owned()).with(input)),
        }
    }

    /// What the nodes of a template find from one place on, up to the `end` of the range that they stand in.
    pub(super) fn find<'a>(
        &mut self,
        template: &'a [Node],
        from: usize,
        data: Item<'a>,
    ) -> Result<Vec<Results<'a>>, Fault> {
        let mut found = Vec::new();
        let mut at = from;
        while let Some(node) = template.get(at) {
            let results = self
                .walk(vec![data], node)
                .map_err(|stopped| stopped.fault)?;
            if self.ranges.ended > 0 && self.ranges.ended <= self.ranges.open {
                self.ranges.ended -= 1;
                self.ranges.last_end = Some(at);
                break;
            }
            if self.ranges.begun > 0 {
                self.ranges.begun -= 1;
                found.extend(self.unroll(template, at + 1, results)?);
                // Whoever forgot the `end` goes through the rest once more, with the data from outside.
                at = self.ranges.last_end.filter(|end| *end > at).unwrap_or(at);
            } else {
                found.push(results);
            }
            at += 1;
        }
        Ok(found)
    }

    fn unroll<'a>(
        &mut self,
        template: &'a [Node],
        from: usize,
        over: Results<'a>,
    ) -> Result<Vec<Results<'a>>, Fault> {
        if self.ranges.open >= MAX_RANGES {
            return Err(Fault::TooMuch("nesting"));
        }
        self.ranges.open += 1;
        let mut found = Vec::new();
        if over.is_empty() {
            // Only to come to its end; what it finds in nothing is not printed.
            self.find(template, from, Item::Absent)?;
        }
        for item in over {
            found.extend(self.find(template, from, item.as_root())?);
        }
        self.ranges.open -= 1;
        Ok(found)
    }
}
