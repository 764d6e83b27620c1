//! Taking fields and items out of an object.

use serde_json::{Map, Value};

use super::element::Element;
use super::set::Set;
use super::shape::{self, Shape};
use crate::server::types::{Node, Types};

/// An object without the fields and items of a set. What nothing is left of becomes null.
pub(super) fn remove(types: &Types, node: &Node, value: &Value, gone: &Set) -> Value {
    match (Shape::of(types, node, &[Some(value)]), value) {
        (Shape::Leaf, Value::Object(_) | Value::Array(_)) => Value::Null,
        (Shape::List(item, as_), Value::Array(items)) => {
            let kept = items.iter().filter_map(|value| {
                let Ok(element) = shape::element(types, item, as_, value) else {
                    return Some(value.clone());
                };
                below(types, item, value, gone, element)
            });
            let kept: Vec<Value> = kept.collect();
            if kept.is_empty() {
                Value::Null
            } else {
                kept.into()
            }
        }
        (Shape::Struct(_) | Shape::Map(_), Value::Object(fields)) => {
            let shape = Shape::of(types, node, &[]);
            let kept = fields.iter().filter_map(|(name, value)| {
                let Some(node) = shape.field(name) else {
                    return Some((name.clone(), value.clone()));
                };
                let element = Element::field(name.as_str());
                Some((name.clone(), below(types, node, value, gone, element)?))
            });
            let kept: Map<String, Value> = kept.collect();
            if kept.is_empty() {
                Value::Null
            } else {
                kept.into()
            }
        }
        (Shape::List(..) | Shape::Struct(_) | Shape::Map(_), _) => Value::Null,
        (Shape::Leaf, value) => value.clone(),
    }
}

fn below(types: &Types, node: &Node, value: &Value, gone: &Set, element: Element) -> Option<Value> {
    let path = [element];
    if gone.has(&path) {
        return None;
    }
    match gone.below(&path[0]) {
        Some(below) => Some(remove(types, node, value, below)),
        None => Some(value.clone()),
    }
}
