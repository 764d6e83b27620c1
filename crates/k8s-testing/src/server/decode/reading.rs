//! Reading a document as a type: what does not fit, what is unknown, what stands there twice.
//!
//! Follows sigs.k8s.io/json, the decoder of kube-apiserver: names are told apart by case, the first value that does not
//! fit is told, and unknown or repeated fields are gathered.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::Document;
use super::fault::{Fault, Says};
use super::scalar;
use crate::server::types::{Field, Is, Node, Types};

/// So many unknown and repeated fields are told.
const MOST: usize = 100;

/// A document that fits its type; what is null or unknown is gone.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) value: Value,
    /// Unknown and repeated fields, in the server's words.
    pub(super) strict: Vec<String>,
}

/// Reads a document as an object of this type; the error is Go's text.
pub(super) fn read(types: &Types, node: &Node, document: &Document) -> Result<Read, String> {
    let mut reading = Reading {
        types,
        fields: Vec::new(),
        inside: "",
        path: String::new(),
        first: None,
        strict: Vec::new(),
    };
    let value = reading.value(node, document)?;
    match reading.first {
        Some(says) => Err(says),
        None => Ok(Read {
            value: value.unwrap_or_default(),
            strict: reading.strict,
        }),
    }
}

/// Fields that stand twice in a document that may be anything, in the server's words.
pub(super) fn repeated(document: &Document) -> Vec<String> {
    let types = Types::default();
    let any = Node {
        go: String::new(),
        pointer: false,
        is: Is::Any,
    };
    read(&types, &any, document).map_or_else(|_| Vec::new(), |read| read.strict)
}

struct Reading<'a> {
    types: &'a Types,
    /// Fields of structs down to here, and the struct that the last one stands in.
    fields: Vec<&'a str>,
    inside: &'a str,
    /// The same with keys and indices, as unknown fields are named.
    path: String,
    first: Option<String>,
    strict: Vec<String>,
}

impl<'a> Reading<'a> {
    /// `None`: null, or what does not fit.
    fn value(&mut self, node: &'a Node, document: &Document) -> Result<Option<Value>, String> {
        if *document == Document::Null {
            return Ok(None);
        }
        match (&node.is, document) {
            (Is::Struct { number, .. }, Document::Fields(fields)) => {
                self.fields_of(*number, fields).map(Some)
            }
            (Is::Map { item, .. }, Document::Fields(fields)) => self.map(item, fields).map(Some),
            (Is::List { item, .. }, Document::List(items)) => self.list(item, items).map(Some),
            (Is::Scalar(kind), document) => match scalar::read(*kind, &node.go, document) {
                Ok(value) => Ok(Some(value)),
                Err(fault) => self.fault(fault),
            },
            (Is::Any | Is::Deduced, document) => {
                self.repetitions(document);
                Ok(Some(document.to_value()))
            }
            (_, other) => self.fault(Fault::mistyped(other.type_name(), &node.go)),
        }
    }

    fn fields_of(&mut self, number: usize, sent: &[(String, Document)]) -> Result<Value, String> {
        let shape = self.types.get(number);
        let (above, depth, length) = (self.inside, self.fields.len(), self.path.len());
        let mut seen = BTreeSet::new();
        let mut read = Map::new();
        for (name, document) in sent {
            let Some((name, field)) = shape.fields.get_key_value(name) else {
                self.complain("unknown", name);
                continue;
            };
            if !seen.insert(name) {
                self.complain("duplicate", name);
            }
            self.fields.extend(field.inside.iter().map(String::as_str));
            self.fields.push(name);
            self.inside = &shape.name;
            self.step(name);
            let value = self.value(&field.holds, document)?;
            put(&mut read, name, field, value);
            self.fields.truncate(depth);
            self.inside = above;
            self.path.truncate(length);
        }
        Ok(read.into())
    }

    fn map(&mut self, item: &'a Node, sent: &[(String, Document)]) -> Result<Value, String> {
        let length = self.path.len();
        let mut read = Map::new();
        for (key, document) in sent {
            if read.contains_key(key) {
                self.complain("duplicate", key);
            }
            self.step(key);
            let value = self.value(item, document)?;
            read.insert(key.clone(), value.unwrap_or_else(|| zero(item)));
            self.path.truncate(length);
        }
        Ok(read.into())
    }

    fn list(&mut self, item: &'a Node, sent: &[Document]) -> Result<Value, String> {
        let length = self.path.len();
        let mut read = Vec::with_capacity(sent.len());
        for (index, document) in sent.iter().enumerate() {
            self.path.push_str(&format!("[{index}]"));
            let value = self.value(item, document)?;
            read.push(value.unwrap_or_else(|| zero(item)));
            self.path.truncate(length);
        }
        Ok(read.into())
    }

    /// Repeated fields of what may be any JSON.
    fn repetitions(&mut self, document: &Document) {
        let length = self.path.len();
        match document {
            Document::Fields(fields) => {
                let mut seen = BTreeSet::new();
                for (name, value) in fields {
                    if !seen.insert(name) {
                        self.complain("duplicate", name);
                    }
                    self.step(name);
                    self.repetitions(value);
                    self.path.truncate(length);
                }
            }
            Document::List(items) => {
                for (index, value) in items.iter().enumerate() {
                    self.path.push_str(&format!("[{index}]"));
                    self.repetitions(value);
                    self.path.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    fn complain(&mut self, what: &str, name: &str) {
        let dot = if self.path.is_empty() { "" } else { "." };
        let says = format!("{what} field {:?}", format!("{}{dot}{name}", self.path));
        if self.strict.len() < MOST && !self.strict.contains(&says) {
            self.strict.push(says);
        }
    }

    /// Keeps the first fault; one of a type that reads itself ends everything.
    fn fault(&mut self, fault: Fault) -> Result<Option<Value>, String> {
        let says = match fault.says {
            Says::Text(says) => says,
            Says::Mistyped { found, wanted } if self.fields.is_empty() => {
                format!("json: cannot unmarshal {found} into Go value of type {wanted}")
            }
            Says::Mistyped { found, wanted } => format!(
                "json: cannot unmarshal {found} into Go struct field {}.{} of type {wanted}",
                self.inside,
                self.fields.join(".")
            ),
        };
        if fault.at_once {
            return Err(says);
        }
        self.first.get_or_insert(says);
        Ok(None)
    }
}

/// A field that stands there a second time is read into the first: objects grow, everything else is replaced. Null takes
/// back what could be absent, and says nothing to the rest.
fn put(read: &mut Map<String, Value>, name: &str, field: &Field, value: Option<Value>) {
    let absent = |node: &Node| {
        node.pointer
            || matches!(
                node.is,
                Is::List { .. } | Is::Map { .. } | Is::Any | Is::Deduced
            )
    };
    match (value, read.get_mut(name)) {
        (None, Some(_)) if absent(&field.holds) => drop(read.remove(name)),
        (None, _) => {}
        (Some(Value::Object(more)), Some(Value::Object(first))) => first.extend(more),
        (Some(value), _) => drop(read.insert(name.to_owned(), value)),
    }
}

/// An item of a list or a map that is null.
pub(super) fn zero(item: &Node) -> Value {
    match item.is {
        _ if item.pointer => Value::Null,
        Is::Scalar(kind) => scalar::zero(kind),
        Is::Struct { .. } => Map::new().into(),
        Is::List { .. } | Is::Map { .. } | Is::Any | Is::Deduced => Value::Null,
    }
}
