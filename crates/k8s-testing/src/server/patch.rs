//! Patches as values: operations on a document, or a document of what changes.
//!
//! Both behave as the Go library that kube-apiserver uses, evanphx/json-patch v4, also where that is not what the RFCs
//! say; tests name each such place.

mod merge;
mod operations;

use serde_json::{Map, Value};

use self::operations::Operation;
use super::decode;

/// What a patch's body says.
#[derive(Clone, Debug)]
pub(crate) enum Patch {
    /// RFC 6902.
    Operations(Vec<Operation>),
    /// RFC 7386.
    Merge(Map<String, Value>),
}

/// A patch that cannot be applied to a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Inapplicable;

impl Patch {
    /// Reads a list of operations; the error is the server's text.
    pub(crate) fn operations(body: &[u8]) -> Result<Self, String> {
        match parse(body)? {
            Value::Null => Ok(Self::Operations(Vec::new())),
            Value::Array(list) => Ok(Self::Operations(list.iter().map(Operation::read).collect())),
            other => Err(wrong(&other, "[]handlers.jsonPatchOp")),
        }
    }

    /// Reads a document of changes; the error is the server's text.
    pub(crate) fn merge(body: &[u8]) -> Result<Self, String> {
        match parse(body)? {
            Value::Null => Err("Invalid JSON Patch".to_owned()),
            Value::Object(changes) => Ok(Self::Merge(changes)),
            other => Err(wrong(&other, "map[string]interface {}")),
        }
    }

    /// The document with the patch applied.
    pub(crate) fn apply(&self, document: &Value) -> Result<Value, Inapplicable> {
        let mut new = document.clone();
        match self {
            Self::Operations(operations) => {
                for operation in operations {
                    operation.apply(&mut new)?;
                }
            }
            Self::Merge(changes) => merge::into(&mut new, changes),
        }
        Ok(new)
    }
}

fn parse(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body)
        .map_err(|error| format!("error decoding patch: {}", decode::syntax(&error, body)))
}

fn wrong(found: &Value, wanted: &str) -> String {
    let found = decode::type_name(found);
    format!("error decoding patch: json: cannot unmarshal {found} into Go value of type {wanted}")
}
