//! Which fields an object says something about.

use serde_json::Value;

use super::element::{Element, Path};
use super::set::Set;
use super::shape::{self, Shape};
use crate::server::types::{Node, Types};

/// Every leaf and every item of an object.
pub(super) fn of(types: &Types, node: &Node, value: &Value) -> Set {
    let mut walk = Walk {
        types,
        set: Set::default(),
        path: Vec::new(),
    };
    walk.value(node, value);
    walk.set
}

struct Walk<'a> {
    types: &'a Types,
    set: Set,
    path: Path,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, value: &Value) {
        match Shape::of(self.types, node, &[Some(value)]) {
            Shape::Leaf => self.set.insert(&self.path),
            Shape::List(item, as_) => {
                let items = value.as_array().into_iter().flatten();
                let known: Vec<(Element, &Value)> = items
                    .filter_map(|value| {
                        let element = shape::element(self.types, item, as_, value).ok()?;
                        Some((element, value))
                    })
                    .collect();
                for (element, value) in &known {
                    let same = known.iter().filter(|(other, _)| other == element);
                    self.path.push(element.clone());
                    // Of items that are there twice, nothing is said but that.
                    if same.count() == 1 {
                        self.value(item, value);
                    }
                    self.set.insert(&self.path);
                    self.path.pop();
                }
            }
            shape => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    let Some(node) = shape.field(name) else {
                        continue;
                    };
                    self.path.push(Element::field(name.as_str()));
                    self.value(node, value);
                    let is_hollow =
                        value.is_null() || value.as_object().is_some_and(|f| f.is_empty());
                    if is_hollow || !shape.declares(name) {
                        self.set.insert(&self.path);
                    }
                    self.path.pop();
                }
            }
        }
    }
}
