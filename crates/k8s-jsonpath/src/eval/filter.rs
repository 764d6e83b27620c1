//! The elements of a list that fulfil a condition, `[?(…)]`.

use super::error::Fault;
use super::{Evaluation, Results, Walk, compare};
use crate::go::{Sink, Style, write};
use crate::item::Item;
use crate::node::{self, Node};

/// How much of a value an error may quote.
const MAX_QUOTED: usize = 1 << 20;

impl Evaluation {
    pub(super) fn filter<'a>(&mut self, input: Results<'a>, filter: &'a node::Filter) -> Walk<'a> {
        let mut found = Vec::new();
        for item in &input {
            let Item::List(values) = *item else {
                return Err(Fault::NotFiltered(plain(*item)).with(input));
            };
            for element in values.iter().map(Item::of) {
                let passes = match &filter.against {
                    None => self.exists(element, &filter.left),
                    Some((operator, right)) => self.passes(element, &filter.left, operator, right),
                };
                match passes {
                    Ok(true) => found.push(element),
                    Ok(false) => {}
                    // What else the search had found depends on where client-go stopped.
                    Err(Refused::Operand(fault)) => return Err(fault.with(input)),
                    Err(Refused::Comparison(fault)) => return Err(fault.with(found)),
                }
            }
        }
        Ok(found)
    }

    /// Whether the left side finds something; that it failed is no matter.
    fn exists<'a>(&mut self, element: Item<'a>, left: &'a [Node]) -> Result<bool, Refused> {
        match self.list(vec![element], left) {
            Ok(found) => Ok(!found.is_empty()),
            Err(stopped) if matches!(stopped.fault, Fault::TooMuch(_)) => {
                Err(Refused::Operand(stopped.fault))
            }
            Err(stopped) => Ok(!stopped.found.is_empty()),
        }
    }

    fn passes<'a>(
        &mut self,
        element: Item<'a>,
        left: &'a [Node],
        operator: &str,
        right: &'a [Node],
    ) -> Result<bool, Refused> {
        let Some(left) = self.operand(element, left)? else {
            return Ok(false);
        };
        let Some(right) = self.operand(element, right)? else {
            return Ok(false);
        };
        compare::holds(left, operator, right).map_err(Refused::Comparison)
    }

    /// The one value of a side, if it has one.
    fn operand<'a>(
        &mut self,
        element: Item<'a>,
        side: &'a [Node],
    ) -> Result<Option<Item<'a>>, Refused> {
        let found = match self.list(vec![element], side) {
            Ok(found) => found,
            Err(stopped) => return Err(Refused::Operand(stopped.fault)),
        };
        match found[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Refused::Operand(Fault::OneElement)),
        }
    }
}

enum Refused {
    Operand(Fault),
    Comparison(Fault),
}

fn plain(item: Item<'_>) -> String {
    if matches!(item, Item::Absent) {
        return "<invalid reflect.Value>".to_owned();
    }
    let mut sink = Sink::new(MAX_QUOTED);
    match write(item, Style::Plain, &mut sink) {
        Ok(()) => String::from_utf8_lossy(&sink.bytes).into_owned(),
        Err(_) => "a value of more than a mebibyte".to_owned(),
    }
}
