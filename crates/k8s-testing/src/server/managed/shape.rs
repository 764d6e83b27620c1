//! What a value is to whoever merges it: one leaf, or something with fields or items of its own.

use serde_json::{Map, Value};

use super::element::Element;
use crate::server::types::{Is, Listed, Node, Struct, Types};

/// A value's inside.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'a> {
    /// Merged as one.
    Leaf,
    Struct(&'a Struct),
    /// Fields of any name.
    Map(&'a Node),
    /// Items that are known by a key or by themselves.
    List(&'a Node, &'a Listed),
}

impl<'a> Shape<'a> {
    /// The shape of values of a type; what a type leaves open, the values say.
    pub(super) fn of(types: &'a Types, node: &'a Node, values: &[Option<&Value>]) -> Self {
        match &node.is {
            Is::Struct { number, atomic } => {
                let shape = types.get(*number);
                if *atomic || shape.atomic {
                    Self::Leaf
                } else {
                    Self::Struct(shape)
                }
            }
            Is::Map {
                item,
                atomic: false,
            } => Self::Map(item),
            Is::List { item, as_ } if *as_ != Listed::Atomic => Self::List(item, as_),
            Is::Deduced if values.iter().flatten().all(|value| may_be_map(value)) => {
                Self::Map(node)
            }
            _ => Self::Leaf,
        }
    }

    /// The type of a field.
    pub(super) fn field(&self, name: &str) -> Option<&'a Node> {
        match self {
            Self::Struct(shape) => {
                let known = shape.fields.get(name).map(|field| &field.holds);
                known.or(shape.others.as_ref())
            }
            Self::Map(item) => Some(item),
            _ => None,
        }
    }

    /// Whether a field is one of a struct's own.
    pub(super) fn declares(&self, name: &str) -> bool {
        matches!(self, Self::Struct(shape) if shape.fields.contains_key(name))
    }

    /// The type of what a step leads to.
    pub(super) fn step(&self, element: &Element) -> Option<&'a Node> {
        match (self, element) {
            (_, Element::Field(name)) => self.field(name),
            (Self::List(item, _), _) => Some(item),
            _ => None,
        }
    }
}

fn may_be_map(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Null)
}

/// A map's fields; null has none.
pub(super) fn fields(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

/// A list's items; null has none.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    let list = value.and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// Whether there is nothing inside, on both sides: then null and empty are told apart, as leaves are.
pub(super) fn is_hollow(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        _ => true,
    }
}

/// How an item of a list is known; the error is structured-merge-diff's.
pub(super) fn element(
    types: &Types,
    item: &Node,
    as_: &Listed,
    value: &Value,
) -> Result<Element, String> {
    match as_ {
        Listed::Map(keys) => key(types, item, keys, value),
        _ => match value {
            Value::Object(_) => {
                Err("associative list without keys has an element that's a map type".to_owned())
            }
            Value::Array(_) => {
                Err("not supported: associative list with lists as elements".to_owned())
            }
            Value::Null => Err(
                "associative list without keys has an element that's an explicit null".to_owned(),
            ),
            value => Ok(Element::Value(value.clone())),
        },
    }
}

fn key(types: &Types, item: &Node, keys: &[String], value: &Value) -> Result<Element, String> {
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Null => {
            return Err("associative list with keys may not have a null element".to_owned());
        }
        _ => return Err("associative list with keys may not have non-map elements".to_owned()),
    };
    let default = |key: &String| match &item.is {
        Is::Struct { number, .. } => types.get(*number).fields.get(key)?.default.clone(),
        _ => None,
    };
    let found = keys.iter().filter_map(|key| {
        let value = fields.get(key).cloned().or_else(|| default(key))?;
        Some((key.clone(), value))
    });
    let mut found: Vec<(String, Value)> = found.collect();
    if found.is_empty() {
        let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        return Err(format!(
            "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values \
             for any key fields)",
            keys.join(" ")
        ));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(Element::Key(found))
}
