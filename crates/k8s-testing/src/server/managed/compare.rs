//! What one object has that another has not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::element::{Element, Path};
use super::set::Set;
use super::shape::{self, Shape};
use crate::server::types::{Listed, Node, Types};

/// The fields in which a new object differs from an old one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) removed: Set,
    pub(crate) modified: Set,
    pub(crate) added: Set,
}

impl Comparison {
    /// Without what nobody owns.
    pub(super) fn without(&self, reset: &Set) -> Self {
        Self {
            removed: self.removed.without(reset),
            modified: self.modified.without(reset),
            added: self.added.without(reset),
        }
    }

    /// What the new object says that the old one did not.
    pub(super) fn changed(&self) -> Set {
        self.modified.union(&self.added)
    }
}

pub(super) fn compare(types: &Types, node: &Node, old: &Value, new: &Value) -> Comparison {
    let mut walk = Walk {
        types,
        found: Comparison::default(),
        path: Vec::new(),
    };
    walk.value(node, Some(old), Some(new));
    walk.found
}

struct Walk<'a> {
    types: &'a Types,
    found: Comparison,
    path: Path,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, old: Option<&Value>, new: Option<&Value>) {
        let shape = Shape::of(self.types, node, &[old, new]);
        let hollow = shape::is_hollow(old) && shape::is_hollow(new);
        match (shape, old, new) {
            (_, None, None) => return,
            (Shape::Leaf, Some(old), Some(new)) if old != new => {
                self.found.modified.insert(&self.path);
            }
            (_, Some(old), Some(new)) if hollow && old != new => {
                self.found.modified.insert(&self.path);
            }
            (Shape::Leaf, ..) => {}
            _ if hollow => {}
            (Shape::List(item, as_), ..) => {
                self.items(item, as_, shape::items(old), shape::items(new));
            }
            (shape, ..) => self.fields(&shape, old, new),
        }
        // What was not there, or is gone, is told of as a whole too.
        match (old, new) {
            (None, _) => self.found.added.insert(&self.path),
            (_, None) => self.found.removed.insert(&self.path),
            _ => {}
        }
    }

    fn fields(&mut self, shape: &Shape<'_>, old: Option<&Value>, new: Option<&Value>) {
        let (old, new) = (shape::fields(old), shape::fields(new));
        let names = old.into_iter().chain(new).flat_map(|fields| fields.keys());
        let mut names: Vec<&String> = names.collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(node) = shape.field(name) else {
                continue;
            };
            let [old, new] = [old, new].map(|fields| fields.and_then(|fields| fields.get(name)));
            self.below(Element::field(name.as_str()), node, old, new);
        }
    }

    fn items(&mut self, item: &Node, as_: &Listed, old: &[Value], new: &[Value]) {
        let mut all: BTreeMap<Element, (Vec<&Value>, Vec<&Value>)> = BTreeMap::new();
        for value in old {
            if let Ok(element) = shape::element(self.types, item, as_, value) {
                all.entry(element).or_default().0.push(value);
            }
        }
        for value in new {
            if let Ok(element) = shape::element(self.types, item, as_, value) {
                all.entry(element).or_default().1.push(value);
            }
        }
        for (element, (old, new)) in all {
            self.item(element, item, &old, &new);
        }
    }

    /// An item, or several that are known by one key: those are compared as one.
    fn item(&mut self, element: Element, item: &Node, old: &[&Value], new: &[&Value]) {
        let mut path = self.path.clone();
        path.push(element.clone());
        match (old.len(), new.len()) {
            (0 | 1, 0 | 1) => {
                self.below(element, item, old.first().copied(), new.first().copied());
            }
            (0 | 1, _) => {
                self.below(element, item, old.first().copied(), None);
                self.found.added.insert(&path);
            }
            (_, 0 | 1) => {
                self.below(element, item, None, new.first().copied());
                self.found.removed.insert(&path);
            }
            _ if old != new => self.found.modified.insert(&path),
            _ => {}
        }
    }

    fn below(&mut self, element: Element, node: &Node, old: Option<&Value>, new: Option<&Value>) {
        self.path.push(element);
        self.value(node, old, new);
        self.path.pop();
    }
}
