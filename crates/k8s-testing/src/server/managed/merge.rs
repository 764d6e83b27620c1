//! An object with what is applied to it.

use serde_json::{Map, Value};

use super::element::Element;
use super::shape::{self, Shape};
use crate::server::types::{Listed, Node, Types};

/// Merges what is wanted into what is there: nothing is taken away, and of two leaves the wanted one counts.
pub(super) fn merge(types: &Types, node: &Node, old: &Value, wanted: &Value) -> Value {
    value(types, node, Some(old), Some(wanted)).unwrap_or_default()
}

fn value(types: &Types, node: &Node, old: Option<&Value>, wanted: Option<&Value>) -> Option<Value> {
    let shape = Shape::of(types, node, &[old, wanted]);
    if shape::is_hollow(old) && shape::is_hollow(wanted) || matches!(shape, Shape::Leaf) {
        return wanted.or(old).cloned();
    }
    if let Shape::List(item, as_) = shape {
        return items(types, (item, as_), shape::items(old), shape::items(wanted));
    }
    let (old, wanted) = (shape::fields(old), shape::fields(wanted));
    let is_new = |name: &&String| old.is_none_or(|old| !old.contains_key(*name));
    let new = wanted.into_iter().flat_map(Map::keys).filter(is_new);
    let mut merged = Map::new();
    for name in old.into_iter().flat_map(Map::keys).chain(new) {
        let [old, wanted] = [old, wanted].map(|fields| fields.and_then(|fields| fields.get(name)));
        let value = match shape.field(name) {
            Some(node) => value(types, node, old, wanted),
            None => wanted.or(old).cloned(),
        };
        if let Some(value) = value {
            merged.insert(name.clone(), value);
        }
    }
    (!merged.is_empty()).then(|| merged.into())
}

/// Items of both: those of both sides stand in the wanted order, and what only the old list has stays where it was
/// between them.
fn items(
    types: &Types,
    (item, as_): (&Node, &Listed),
    old: &[Value],
    wanted: &[Value],
) -> Option<Value> {
    let (left, right) = (
        Side::of(types, item, as_, old),
        Side::of(types, item, as_, wanted),
    );
    let mut order = Order {
        left: &left,
        right: &right,
        shared: right
            .0
            .iter()
            .map(|(element, _)| element)
            .filter(|element| left.find(element).is_some())
            .collect(),
        merged: Vec::new(),
    };
    let mut out = Vec::new();
    for (element, from_old) in order.run() {
        let old = match from_old {
            Some(at) => Some(left.0[at].1),
            None => left.only(element),
        };
        let wanted = right.find(element);
        out.extend(value(types, item, old, wanted));
    }
    (!out.is_empty()).then(|| out.into())
}

/// One list's items by how they are known.
struct Side<'a>(Vec<(Element, &'a Value)>);

impl<'a> Side<'a> {
    fn of(types: &Types, item: &Node, as_: &Listed, values: &'a [Value]) -> Self {
        let known = values.iter().filter_map(|value| {
            let element = shape::element(types, item, as_, value).ok()?;
            Some((element, value))
        });
        Self(known.collect())
    }

    fn find(&self, element: &Element) -> Option<&'a Value> {
        let found = self.0.iter().find(|(known, _)| known == element);
        found.map(|(_, value)| *value)
    }

    /// An item that is there once; of those that are there twice none is merged.
    fn only(&self, element: &Element) -> Option<&'a Value> {
        let mut found = self.0.iter().filter(|(known, _)| known == element);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// How two lists become one, step by step as structured-merge-diff goes through them.
struct Order<'a> {
    left: &'a Side<'a>,
    right: &'a Side<'a>,
    /// Items of both that are still to come, as wanted.
    shared: Vec<&'a Element>,
    merged: Vec<&'a Element>,
}

impl<'a> Order<'a> {
    /// Items in their new order; with an index, the old list's own item is taken.
    fn run(&mut self) -> Vec<(&'a Element, Option<usize>)> {
        let (left, right) = (&self.left.0, &self.right.0);
        let mut out = Vec::new();
        let (mut l, mut r) = (0, 0);
        while l < left.len() || r < right.len() {
            if let (Some((old, _)), Some((wanted, _))) = (left.get(l), right.get(r)) {
                if old == wanted {
                    out.push((wanted, None));
                    self.merged.push(wanted);
                    self.advance(wanted, true);
                    (l, r) = (l + 1, r + 1);
                    continue;
                }
                let is_wanted = self.right.find(old).is_some();
                if is_wanted && self.shared.first().is_some_and(|next| *next != old) {
                    // Wanted, but not here.
                    l += 1;
                    continue;
                }
            }
            if let Some((old, _)) = left.get(l) {
                if self.right.find(old).is_none() {
                    out.push((old, Some(l)));
                    l += 1;
                    continue;
                }
                if self.merged.contains(&old) {
                    l += 1;
                }
            }
            if let Some((wanted, _)) = right.get(r) {
                out.push((wanted, None));
                self.merged.push(wanted);
                self.advance(wanted, false);
                r += 1;
            }
        }
        out
    }

    fn advance(&mut self, element: &Element, always: bool) {
        let is_next = self.shared.first().is_some_and(|next| *next == element);
        if (always || is_next) && !self.shared.is_empty() {
            self.shared.remove(0);
        }
    }
}
