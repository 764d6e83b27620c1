//! Patches as values: operations on a document, or a document of what changes.
//!
//! The first two behave as the Go library that kube-apiserver uses, evanphx/json-patch v4, also where that is not what
//! the RFCs say; the third as k8s.io/apimachinery `pkg/util/strategicpatch` (v0.36). Tests name each odd place.

mod merge;
mod operations;
mod strategic;

use serde_json::{Map, Value};

use self::operations::Operation;
use super::decode::{self, Document};
use super::{golang, types};

/// What a patch's body says.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    says: Says,
    /// What stands twice in the body, or is unknown, in the server's words.
    pub(crate) strict: Vec<String>,
}

#[derive(Clone, Debug)]
enum Says {
    /// RFC 6902.
    Operations(Vec<Operation>),
    /// RFC 7386.
    Merge(Map<String, Value>),
    /// A merge that knows lists' keys.
    Strategic(Map<String, Value>),
}

/// A patch that cannot be applied to a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Inapplicable;

/// Why a document was not patched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Unpatched {
    BadRequest(String),
    /// What the server has no other name for.
    Internal(String),
    Unprocessable,
}

impl Patch {
    /// Reads a list of operations; the error is the server's text.
    pub(crate) fn operations(body: &[u8]) -> Result<Self, String> {
        let document = parse(body).map_err(decoding)?;
        let operations = match document.to_value() {
            Value::Null => Vec::new(),
            Value::Array(list) => list.iter().map(Operation::read).collect(),
            other => return Err(decoding(wrong(&other, "[]handlers.jsonPatchOp"))),
        };
        Ok(Self {
            says: Says::Operations(operations),
            strict: operations::strict(&document),
        })
    }

    /// Reads a document of changes; the error is the server's text.
    pub(crate) fn merge(body: &[u8]) -> Result<Self, String> {
        let document = parse(body).map_err(decoding)?;
        match document.to_value() {
            Value::Null => Err("Invalid JSON Patch".to_owned()),
            Value::Object(changes) => Ok(Self {
                says: Says::Merge(changes),
                strict: decode::repeated(&document),
            }),
            other => Err(decoding(wrong(&other, "map[string]interface {}"))),
        }
    }

    /// Reads a document of changes that knows lists' keys; the error is the server's text.
    pub(crate) fn strategic(body: &[u8]) -> Result<Self, String> {
        let document = parse(body)?;
        let changes = match document.to_value() {
            Value::Null => Map::new(),
            Value::Object(changes) => changes,
            other => return Err(wrong(&other, "map[string]interface {}")),
        };
        Ok(Self {
            says: Says::Strategic(changes),
            strict: decode::repeated(&document),
        })
    }

    /// The document with the patch applied, and what the server quotes when that does not fit its type.
    pub(crate) fn apply(
        &self,
        type_name: &str,
        document: &Value,
    ) -> Result<(Value, String), Unpatched> {
        let mut new = document.clone();
        match &self.says {
            Says::Operations(operations) => {
                for operation in operations {
                    let done = operation.apply(&mut new);
                    done.map_err(|Inapplicable| Unpatched::Unprocessable)?;
                }
            }
            Says::Merge(changes) => merge::into(&mut new, changes),
            Says::Strategic(changes) => {
                let types = types::built_in();
                let node = types.named(type_name);
                let (merged, patch) = strategic::apply(types, node.as_ref(), document, changes)?;
                return Ok((merged, golang::plain(&patch)));
            }
        }
        let shown = new.to_string();
        Ok((new, shown))
    }
}

fn parse(body: &[u8]) -> Result<Document, String> {
    Document::parse(body).map_err(|error| decode::syntax(&error, body))
}

fn wrong(found: &Value, wanted: &str) -> String {
    let found = decode::type_name(found);
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}

fn decoding(says: String) -> String {
    format!("error decoding patch: {says}")
}
