//! Compares two values as Go's templates do: of one kind only.

use std::cmp::Ordering;

use super::error::Fault;
use crate::item::Item;

/// Whether `left operator right` holds.
pub(super) fn holds(left: Item<'_>, operator: &str, right: Item<'_>) -> Result<bool, Fault> {
    match operator {
        "==" => equal(left, right),
        "!=" => equal(left, right).map(|equal| !equal),
        "<" => less(left, right),
        "<=" => less_or_equal(left, right),
        ">" => less_or_equal(left, right).map(|less| !less),
        ">=" => less(left, right).map(|less| !less),
        other => Err(Fault::Operator(other.to_owned())),
    }
}

fn less_or_equal(left: Item<'_>, right: Item<'_>) -> Result<bool, Fault> {
    Ok(less(left, right)? || equal(left, right)?)
}

fn equal(left: Item<'_>, right: Item<'_>) -> Result<bool, Fault> {
    if let (Item::Bool(left), Item::Bool(right)) = (left, right) {
        return Ok(left == right);
    }
    Ok(order(left, right)? == Some(Ordering::Equal))
}

fn less(left: Item<'_>, right: Item<'_>) -> Result<bool, Fault> {
    if let (Item::Bool(_), Item::Bool(_)) = (left, right) {
        return Err(Fault::Uncomparable);
    }
    Ok(order(left, right)? == Some(Ordering::Less))
}

/// `None` where a float is no number. Whole numbers and floats are not of one kind.
fn order(left: Item<'_>, right: Item<'_>) -> Result<Option<Ordering>, Fault> {
    for side in [left, right] {
        if matches!(
            side,
            Item::Absent | Item::Null | Item::List(_) | Item::Map(_)
        ) {
            return Err(Fault::Uncomparable);
        }
    }
    match (left, right) {
        (Item::Text(left), Item::Text(right)) => Ok(Some(left.cmp(right))),
        (Item::Float(left), Item::Float(right)) => Ok(left.partial_cmp(&right)),
        (left, right) => match (whole(left), whole(right)) {
            (Some(left), Some(right)) => Ok(Some(left.cmp(&right))),
            _ => Err(Fault::Incompatible),
        },
    }
}

fn whole(item: Item<'_>) -> Option<i64> {
    match item {
        Item::Int(value) | Item::Literal(value) => Some(value),
        Item::Byte(value) => Some(i64::from(value)),
        _ => None,
    }
}
