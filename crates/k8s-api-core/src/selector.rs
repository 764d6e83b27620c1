//! Label and field selectors: parsed, printed and matched as kube-apiserver does, with its texts for what it refuses.
//!
//! Follows k8s.io/apimachinery `pkg/labels/selector.go` and `pkg/fields/selector.go` (v0.36).

mod field;
mod label;
mod lexer;
mod parser;
mod requirement;
pub mod syntax;

use std::collections::{BTreeMap, HashMap};

pub use self::field::{FieldSelector, FieldTerm, ParseFieldSelectorError};
pub use self::label::LabelSelector;
pub use self::parser::ParseLabelSelectorError;
pub use self::requirement::{InvalidRequirement, Operator, Requirement};

/// Something that answers what value stands under a key: an object's labels, or its selectable fields.
pub trait Lookup {
    /// The value under `key`; `None` when there is none.
    fn lookup(&self, key: &str) -> Option<&str>;
}

impl Lookup for BTreeMap<String, String> {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.get(key).map(String::as_str)
    }
}

impl<S: std::hash::BuildHasher> Lookup for HashMap<String, String, S> {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.get(key).map(String::as_str)
    }
}

/// The labels of an object kept as JSON; a value that is no string counts as absent.
impl Lookup for serde_json::Map<String, serde_json::Value> {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }
}

impl Lookup for [(&str, &str)] {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.iter()
            .find(|(k, _)| *k == key)
            .map(|(_, value)| *value)
    }
}

impl<const N: usize> Lookup for [(&str, &str); N] {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.as_slice().lookup(key)
    }
}

impl<T: Lookup + ?Sized> Lookup for &T {
    fn lookup(&self, key: &str) -> Option<&str> {
        (**self).lookup(key)
    }
}

impl<T: Lookup> Lookup for Option<T> {
    fn lookup(&self, key: &str) -> Option<&str> {
        self.as_ref()?.lookup(key)
    }
}
