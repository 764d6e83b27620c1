//! A strategic merge patch: a merge that knows by which keys the items of lists are known, with directives.
//!
//! Follows k8s.io/apimachinery `pkg/util/strategicpatch/patch.go` (v0.36).

mod list;
mod order;

use serde_json::{Map, Value};

use super::Unpatched;
use crate::server::golang;
use crate::server::types::{Field, Is, Node, Types};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList";
const SET_ORDER: &str = "$setElementOrder";

type Merged<T> = Result<T, Unpatched>;
type Fields = Map<String, Value>;

/// The document with the changes, and what is left of the patch: its directives are gone.
pub(super) fn apply(
    types: &Types,
    node: Option<&Node>,
    document: &Value,
    changes: &Fields,
) -> Merged<(Value, Value)> {
    let mut patch = changes.clone();
    let original = document.as_object().cloned().unwrap_or_default();
    let merge = Merge { types };
    let merged = merge.map(original, &mut patch, node)?;
    Ok((merged.into(), patch.into()))
}

/// One merge, by the types that say how.
struct Merge<'a> {
    types: &'a Types,
}

/// How a field is merged.
struct Way<'a> {
    node: &'a Node,
    merges: bool,
    replaces: bool,
    key: &'a str,
}

impl<'a> Merge<'a> {
    fn map(
        &self,
        mut original: Fields,
        patch: &mut Fields,
        node: Option<&'a Node>,
    ) -> Merged<Fields> {
        if let Some(directive) = patch.get(DIRECTIVE).cloned() {
            return directed(&directive, patch);
        }
        retain_keys(&mut original, patch)?;
        self.set_orders(&mut original, patch, node)?;
        let names: Vec<String> = patch.keys().cloned().collect();
        for name in names {
            self.field(&mut original, patch, &name, node)?;
        }
        Ok(original)
    }

    fn field(
        &self,
        original: &mut Fields,
        patch: &mut Fields,
        sent: &str,
        node: Option<&'a Node>,
    ) -> Merged<()> {
        let (name, deletes) = match sent.strip_prefix(DELETE_FROM) {
            Some(rest) => (after_slash(rest, "primitive list")?, true),
            None => (sent, false),
        };
        let Some(change) = patch.get_mut(sent) else {
            return Ok(());
        };
        if change.is_null() {
            original.remove(name);
            return Ok(());
        }
        let old = original.get(name);
        let same_type = old.is_some_and(|old| type_of(old) == type_of(change));
        if !same_type {
            if !deletes {
                without_nulls(change);
                put(original, name, change);
            }
            return Ok(());
        }
        let old = old.cloned().unwrap_or_default();
        let new = match (old, change) {
            (Value::Object(old), Value::Object(change)) => {
                let way = self.way(node, name)?;
                if way.replaces {
                    change.clone().into()
                } else {
                    self.map(old, change, Some(way.node))?.into()
                }
            }
            (Value::Array(old), Value::Array(change)) => {
                let way = self.list_way(node, name)?;
                self.list(old, change, &way, deletes)?.into()
            }
            (_, change) => {
                put(original, name, change);
                return Ok(());
            }
        };
        original.insert(name.to_owned(), new);
        Ok(())
    }

    /// How a field that is a map on both sides is merged.
    fn way(&self, node: Option<&'a Node>, name: &str) -> Merged<Way<'a>> {
        let field = self.lookup(node, name)?;
        Ok(Way {
            node: &field.holds,
            merges: field.strategy.merges,
            replaces: field.strategy.replaces,
            key: field.strategy.key.as_deref().unwrap_or_default(),
        })
    }

    /// The same for a list; its node is that of an item.
    fn list_way(&self, node: Option<&'a Node>, name: &str) -> Merged<Way<'a>> {
        let way = self.way(node, name)?;
        match &way.node.is {
            Is::List { item, .. } => Ok(Way { node: item, ..way }),
            _ => Err(Unpatched::Internal(
                "expected slice or array type, but got: struct".to_owned(),
            )),
        }
    }

    fn lookup(&self, node: Option<&'a Node>, name: &str) -> Merged<&'a Field> {
        let Some(Is::Struct { number, .. }) = node.map(|node| &node.is) else {
            let kind = node.map_or("interface", |node| kind_of(&node.is));
            return Err(Unpatched::Internal(format!(
                "merging an object in json but data type is not struct, instead is: {kind}"
            )));
        };
        let shape = self.types.get(*number);
        shape.fields.get(name).ok_or_else(|| {
            let says = format!(
                "unable to find api field in struct {} for the json field {name:?}",
                shape.name
            );
            Unpatched::Internal(says)
        })
    }
}

/// What `$patch` says of a map.
fn directed(directive: &Value, patch: &mut Fields) -> Merged<Fields> {
    match directive.as_str() {
        Some("replace") => {
            patch.remove(DIRECTIVE);
            Ok(patch.clone())
        }
        Some("delete") => Ok(Fields::new()),
        _ => Err(bad_directive(directive, patch)),
    }
}

fn bad_directive(directive: &Value, patch: &Fields) -> Unpatched {
    let patch = golang::plain(&patch.clone().into());
    let directive = golang::verb_s(directive);
    Unpatched::Internal(format!("unknown patch type: {directive} in map: {patch}"))
}

/// `$retainKeys`: all fields that stay, which are all that the patch may have.
fn retain_keys(original: &mut Fields, patch: &mut Fields) -> Merged<()> {
    let Some(kept) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    let bad = || Unpatched::BadRequest("invalid patch format of retainKeys".to_owned());
    let kept = kept.as_array().ok_or_else(bad)?.clone();
    let stays = |name: &str| kept.iter().any(|kept| kept == name);
    let is_directive = |name: &str| name.starts_with(DELETE_FROM) || name.starts_with(SET_ORDER);
    let mut fields = patch.iter();
    if fields.any(|(name, value)| !value.is_null() && !is_directive(name) && !stays(name)) {
        return Err(bad());
    }
    original.retain(|name, _| stays(name));
    Ok(())
}

/// Puts a value that is not merged; one that is a directive takes the field away.
fn put(original: &mut Fields, name: &str, change: &mut Value) {
    if without_directives(change) {
        original.insert(name.to_owned(), change.clone());
    } else {
        original.remove(name);
    }
}

/// Takes out what has a directive; whether anything is left.
fn without_directives(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) if fields.contains_key(DIRECTIVE) => false,
        Value::Object(fields) => {
            fields.retain(|_, value| without_directives(value));
            true
        }
        Value::Array(items) => {
            items.retain_mut(without_directives);
            true
        }
        _ => true,
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// What stands behind the slash of a directive.
fn after_slash<'s>(rest: &'s str, what: &str) -> Merged<&'s str> {
    let bad = || Unpatched::BadRequest(format!("invalid patch format of {what}"));
    rest.strip_prefix('/').ok_or_else(bad)
}

/// Values of one type are merged; whole numbers are not of the type of others.
fn type_of(value: &Value) -> &'static str {
    golang::type_of(value)
}

fn kind_of(is: &Is) -> &'static str {
    match is {
        Is::Struct { .. } => "struct",
        Is::Map { .. } => "map",
        Is::List { .. } => "slice",
        Is::Scalar(_) => "string",
        Is::Any | Is::Deduced => "interface",
    }
}

#[cfg(test)]
mod tests;
