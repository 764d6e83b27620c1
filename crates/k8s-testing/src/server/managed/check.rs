//! Whether what is applied fits its type: the faults in structured-merge-diff's words.

use serde_json::Value;

use super::element::Element;
use super::shape;
use crate::server::golang;
use crate::server::types::{Is, Listed, Node, Scalar, Types};

/// What does not fit; unlike what is stored, what is applied has no item twice.
pub(super) fn check(types: &Types, node: &Node, value: &Value) -> Result<(), String> {
    let mut faults = Vec::new();
    Check { types }.value(node, value, "", &mut faults);
    match faults.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        many => {
            let lines: Vec<String> = many.iter().map(|fault| format!("\n  {fault}")).collect();
            Err(format!("errors:{}", lines.concat()))
        }
    }
}

struct Check<'a> {
    types: &'a Types,
}

impl Check<'_> {
    fn value(&self, node: &Node, value: &Value, at: &str, faults: &mut Vec<String>) {
        let mut fault = |says: String| faults.push(told(at, &says));
        match (&node.is, value) {
            (_, Value::Null) | (Is::Any | Is::Deduced, _) => {}
            (Is::Struct { number, .. }, Value::Object(fields)) => {
                let shape = self.types.get(*number);
                for (name, value) in fields {
                    let at = format!("{at}.{name}");
                    let known = shape.fields.get(name).map(|field| &field.holds);
                    match known.or(shape.others.as_ref()) {
                        Some(holds) => self.value(holds, value, &at, faults),
                        None => {
                            faults.push(told(&at, "field not declared in schema"));
                            return;
                        }
                    }
                }
            }
            (Is::Map { item, .. }, Value::Object(fields)) => {
                for (name, value) in fields {
                    self.value(item, value, &format!("{at}.{name}"), faults);
                }
            }
            (Is::Struct { .. } | Is::Map { .. }, other) => {
                fault(format!("expected map, got &{{{}}}", golang::plain(other)));
            }
            (Is::List { item, as_ }, Value::Array(items)) => {
                self.items(item, as_, items, at, faults);
            }
            (Is::List { .. }, other) => {
                fault(format!("expected list, got &{{{}}}", golang::plain(other)));
            }
            (Is::Scalar(kind), value) => {
                if let Some(says) = scalar(*kind, value) {
                    fault(says);
                }
            }
        }
    }

    fn items(
        &self,
        item: &Node,
        as_: &Listed,
        items: &[Value],
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let mut seen: Vec<Element> = Vec::new();
        for (index, value) in items.iter().enumerate() {
            let element = if *as_ == Listed::Atomic {
                Element::Index(i64::try_from(index).unwrap_or(i64::MAX))
            } else {
                match shape::element(self.types, item, as_, value) {
                    Ok(element) => element,
                    Err(says) => {
                        faults.push(told(at, &format!("element {index}: {says}")));
                        return;
                    }
                }
            };
            if seen.contains(&element) {
                let says = format!("duplicate entries for key {element}");
                faults.push(told(at, &says));
            }
            self.value(item, value, &format!("{at}{element}"), faults);
            seen.push(element);
        }
    }
}

fn told(at: &str, says: &str) -> String {
    if at.is_empty() {
        says.to_owned()
    } else {
        format!("{at}: {says}")
    }
}

fn scalar(kind: Scalar, value: &Value) -> Option<String> {
    match (kind, value) {
        (Scalar::Float | Scalar::Int32 | Scalar::Int64, Value::Number(_))
        | (Scalar::Text | Scalar::Bytes, Value::String(_))
        | (Scalar::Bool, Value::Bool(_)) => None,
        (Scalar::Float | Scalar::Int32 | Scalar::Int64, other) => Some(format!(
            "expected numeric (int or float), got {}",
            golang::type_of(other)
        )),
        (Scalar::Text | Scalar::Bytes, other) => Some(format!(
            "expected string, got &value.valueUnstructured{{Value:{}}}",
            golang::syntax(other)
        )),
        (Scalar::Bool, other) => Some(format!(
            "expected boolean, got &{{{}}}",
            golang::plain(other)
        )),
        (_, other @ (Value::Array(_) | Value::Object(_))) => Some(format!(
            "expected any scalar, got &{{{}}}",
            golang::plain(other)
        )),
        _ => None,
    }
}
