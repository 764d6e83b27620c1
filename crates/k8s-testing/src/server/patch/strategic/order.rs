//! In which order the items of a merged list stand.

use serde_json::Value;

use super::Merged;
use super::list::{no_key, position};
use crate::server::golang;
use crate::server::patch::Unpatched;

/// What a list's items are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Maps,
    Values,
}

/// Items that another list names, and the rest.
pub(super) fn split(
    merged: &[Value],
    by: &[Value],
    key: &str,
    kind: Kind,
) -> Merged<(Vec<Value>, Vec<Value>)> {
    let (mut named, mut rest) = (Vec::new(), Vec::new());
    for item in merged {
        let is_named = match kind {
            Kind::Values => by.contains(item),
            Kind::Maps => position(by, key, known_as(item, key)?)?.is_some(),
        };
        let into = if is_named { &mut named } else { &mut rest };
        into.push(item.clone());
    }
    Ok((named, rest))
}

/// Both parts in one list: each keeps its own order, and items of the second stand before those of the first that the
/// old list had behind them.
pub(super) fn join(
    (mut named, mut rest): (Vec<Value>, Vec<Value>),
    (wanted, old): (&[Value], &[Value]),
    key: &str,
    kind: Kind,
) -> Merged<Vec<Value>> {
    if kind == Kind::Maps {
        for item in named.iter().chain(&rest).chain(wanted).chain(old) {
            known_as(item, key)?;
        }
    }
    let place = |list: &[Value], item: &Value| {
        let known = |item: &Value| match kind {
            Kind::Maps => item[key].clone(),
            Kind::Values => item.clone(),
        };
        list.iter().position(|other| known(other) == known(item))
    };
    named.sort_by_key(|item| place(wanted, item));
    rest.sort_by_key(|item| place(old, item));
    let (mut named, mut rest) = (named.into_iter().peekable(), rest.into_iter().peekable());
    let mut joined = Vec::new();
    loop {
        let before = match (rest.peek(), named.peek()) {
            (None, None) => return Ok(joined),
            (Some(left), Some(right)) => match (place(old, left), place(old, right)) {
                (Some(left), Some(right)) => left < right,
                _ => false,
            },
            (left, _) => left.is_some(),
        };
        joined.extend(if before { rest.next() } else { named.next() });
    }
}

/// By what an item is known: its key, or (without one) itself.
pub(super) fn known_as<'v>(item: &'v Value, key: &str) -> Merged<&'v Value> {
    if key.is_empty() {
        return Ok(item);
    }
    if !item.is_object() {
        return Err(Unpatched::Internal(format!(
            "expected a map[string]interface {{}}, but received a {}",
            golang::type_of(item)
        )));
    }
    item.get(key).ok_or_else(|| no_key(item, key))
}
