//! Lists in strategic merge patches: items by key, values by themselves, and the directives about both.

use serde_json::Value;

use super::order::{self, Kind};
use super::{DIRECTIVE, Fields, Merge, Merged, SET_ORDER, Way, after_slash, bad_directive};
use super::{type_of, without_directives};
use crate::server::golang;
use crate::server::patch::Unpatched;
use crate::server::types::Node;

impl<'a> Merge<'a> {
    /// A list with the patch's: merged by its strategy, else replaced.
    pub(super) fn list(
        &self,
        original: Vec<Value>,
        patch: &mut [Value],
        way: &Way<'a>,
        deletes: bool,
    ) -> Merged<Vec<Value>> {
        if !way.merges && !deletes {
            return Ok(patch.to_vec());
        }
        if original.is_empty() && patch.is_empty() {
            return Ok(original);
        }
        let kind = element_kind(&original, patch)?;
        if kind == Kind::Values {
            return Ok(values(&original, patch, deletes));
        }
        if way.key.is_empty() {
            let says = "cannot merge lists without merge key for struct";
            return Err(Unpatched::Internal(says.to_owned()));
        }
        let Special { original, replaces } = special(original, patch, way.key)?;
        let items = patch
            .iter_mut()
            .filter(|item| item.get(DIRECTIVE).is_none());
        let mut merged = original.clone();
        let mut wanted = Vec::new();
        for item in items {
            if replaces {
                merged.push(item.clone());
            } else {
                self.item(&mut merged, item, way)?;
                wanted.push(item.clone());
            }
        }
        // What replaces a list stands as it was sent.
        let original = if replaces { merged.clone() } else { original };
        let patch = wanted;
        let (wanted, rest) = order::split(&merged, &patch, way.key, kind)?;
        order::join((wanted, rest), (&patch, &original), way.key, kind)
    }

    /// Merges one item into the one of its key, or adds it.
    fn item(&self, merged: &mut Vec<Value>, item: &mut Value, way: &Way<'a>) -> Merged<()> {
        let key = item.get(way.key).cloned();
        let key = key.ok_or_else(|| no_key(item, way.key))?;
        let Some(at) = position(merged, way.key, &key)? else {
            merged.push(item.clone());
            return Ok(());
        };
        let old = merged[at].as_object().cloned().unwrap_or_default();
        if let Some(change) = item.as_object_mut() {
            merged[at] = self.map(old, change, Some(way.node))?.into();
        }
        Ok(())
    }

    /// `$setElementOrder/NAME`: in which order a list's items shall stand.
    pub(super) fn set_orders(
        &self,
        original: &mut Fields,
        patch: &mut Fields,
        node: Option<&'a Node>,
    ) -> Merged<()> {
        let names = patch.keys().filter(|name| name.starts_with(SET_ORDER));
        let names: Vec<String> = names.cloned().collect();
        for sent in names {
            let wanted = patch.remove(&sent).unwrap_or_default();
            let wanted = as_list(&wanted)?;
            let name = after_slash(&sent[SET_ORDER.len()..], "setElementOrder list")?;
            self.set_order(original, patch, (name, &wanted), node)?;
        }
        Ok(())
    }

    fn set_order(
        &self,
        original: &mut Fields,
        patch: &mut Fields,
        (name, wanted): (&str, &[Value]),
        node: Option<&'a Node>,
    ) -> Merged<()> {
        let old = original.get(name).map(as_list).transpose()?;
        let change = patch.get(name).map(as_list).transpose()?;
        let way = self.list_way(node, name)?;
        check_order(change.as_deref().unwrap_or_default(), wanted, way.key)?;
        let merged = match (&old, &change) {
            (None, None) => return Ok(()),
            (Some(old), None) => old.clone(),
            (None, Some(change)) => {
                let mut change: Value = change.clone().into();
                without_directives(&mut change);
                as_list(&change)?
            }
            (Some(old), Some(change)) => {
                self.list(old.clone(), &mut change.clone(), &way, false)?
            }
        };
        let (old, change) = (old.unwrap_or_default(), change.unwrap_or_default());
        let kind = if way.key.is_empty() {
            Kind::Values
        } else {
            Kind::Maps
        };
        let parts = order::split(&merged, wanted, way.key, kind)?;
        let kind = element_kind(&old, &change)?;
        let ordered = order::join(parts, (wanted, &old), way.key, kind)?;
        original.insert(name.to_owned(), ordered.into());
        patch.remove(name);
        Ok(())
    }
}

/// Values that are in either list, or that are left when the patch's are deleted.
fn values(original: &[Value], patch: &[Value], deletes: bool) -> Vec<Value> {
    if deletes {
        let left = original.iter().filter(|value| !patch.contains(value));
        return left.cloned().collect();
    }
    let mut merged: Vec<Value> = Vec::new();
    for value in original.iter().chain(patch) {
        if !merged.contains(value) {
            merged.push(value.clone());
        }
    }
    let (wanted, rest): (Vec<Value>, Vec<Value>) =
        merged.into_iter().partition(|value| patch.contains(value));
    let parts = (wanted, rest);
    // Values have no key that could be missing.
    order::join(parts, (patch, original), "", Kind::Values).unwrap_or_default()
}

/// What items with `$patch` leave of a list.
struct Special {
    original: Vec<Value>,
    /// Whether the patch's other items stand in its place.
    replaces: bool,
}

/// Does what items with `$patch` say.
fn special(mut original: Vec<Value>, patch: &[Value], key: &str) -> Merged<Special> {
    let mut replaces = false;
    for item in patch {
        let Some(directive) = item.get(DIRECTIVE) else {
            continue;
        };
        match directive.as_str() {
            Some("delete") => {
                let wanted = item.get(key).ok_or_else(|| no_key(item, key))?;
                while let Some(at) = position(&original, key, wanted)? {
                    original.remove(at);
                }
            }
            Some("replace") => replaces = true,
            Some("merge") => {
                let says = "merging lists cannot yet be specified in the patch";
                return Err(Unpatched::Internal(says.to_owned()));
            }
            _ => {
                let item = item.as_object().cloned().unwrap_or_default();
                return Err(bad_directive(directive, &item));
            }
        }
    }
    if replaces {
        original.clear();
    }
    Ok(Special { original, replaces })
}

/// Where the item with this key is.
pub(super) fn position(items: &[Value], key: &str, wanted: &Value) -> Merged<Option<usize>> {
    for (at, item) in items.iter().enumerate() {
        if !item.is_object() {
            let says = format!("value for key {at} is not a map");
            return Err(Unpatched::Internal(says));
        }
        if item.get(key) == Some(wanted) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The items of a patch must be ones that the order names, and stand in that order.
fn check_order(patch: &[Value], wanted: &[Value], key: &str) -> Merged<()> {
    if patch.is_empty() || wanted.is_empty() {
        return Ok(());
    }
    let deletes = |item: &&Value| !key.is_empty() && item[DIRECTIVE] == "delete";
    let mut left = patch.iter().filter(|item| !deletes(item)).peekable();
    let mut order = wanted.iter();
    while let Some(item) = left.peek() {
        if item.get(DIRECTIVE).is_some() {
            left.next();
            continue;
        }
        let Some(next) = order.next() else {
            let (patch, wanted) = (patch.to_vec().into(), wanted.to_vec().into());
            return Err(Unpatched::Internal(format!(
                "The order in patch list:\n{}\n doesn't match {SET_ORDER} list:\n{}\n",
                golang::plain(&patch),
                golang::plain(&wanted)
            )));
        };
        if order::known_as(item, key)? == order::known_as(next, key)? {
            left.next();
        }
    }
    Ok(())
}

/// What the items of both lists are: all of one type, and no lists.
fn element_kind(original: &[Value], patch: &[Value]) -> Merged<Kind> {
    let mut types = original.iter().chain(patch).map(type_of);
    let Some(first) = types.next() else {
        let says = "no elements in any of the given slices";
        return Err(Unpatched::Internal(says.to_owned()));
    };
    if first == "[]interface {}" {
        return Err(Unpatched::Unprocessable);
    }
    if types.any(|other| other != first) {
        let both: Value = vec![Value::from(original), Value::from(patch)].into();
        return Err(Unpatched::Internal(format!(
            "list element types are not identical: {}",
            golang::plain(&both)
        )));
    }
    Ok(if first == "map[string]interface {}" {
        Kind::Maps
    } else {
        Kind::Values
    })
}

fn as_list(value: &Value) -> Merged<Vec<Value>> {
    let wrong = || {
        let found = type_of(value);
        Unpatched::Internal(format!(
            "expected a []interface {{}}, but received a {found}"
        ))
    };
    value.as_array().cloned().ok_or_else(wrong)
}

pub(super) fn no_key(item: &Value, key: &str) -> Unpatched {
    Unpatched::Internal(format!(
        "map: {} does not contain declared merge key: {key}",
        golang::plain(item)
    ))
}
