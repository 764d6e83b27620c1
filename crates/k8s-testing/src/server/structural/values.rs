//! Whether values are what a schema says: each fault with its place, in the server's words.
//!
//! What an update leaves as it was is not held against it, as far as the old value is known to be the same one.
//!
//! Follows k8s.io/kube-openapi `pkg/validation/validate` and k8s.io/apiextensions-apiserver `pkg/apiserver/validation` (v0.36).

mod format;
mod junction;
mod number;
mod object;
mod outcome;
mod scalar;

use serde_json::Value;

use self::outcome::Outcome;
use super::Schema;
use crate::server::status::FieldFault;

/// What is wrong with a value, whose place in the object is `prefix`; with the value that it replaces, if any.
pub(crate) fn faults(
    schema: &Schema,
    (new, old): (&Value, Option<&Value>),
    prefix: &str,
) -> Vec<FieldFault> {
    let found = check(schema, (new, old), "");
    let faults = found.faults.into_iter();
    faults.map(|fault| fault.below(prefix)).collect()
}

/// A value against a schema. `at` is where it stands below the root.
fn check(schema: &Schema, (new, old): (&Value, Option<&Value>), at: &str) -> Outcome {
    let found = anew(schema, (new, old), at);
    if old == Some(new) {
        return found.forgiven();
    }
    found
}

fn anew(schema: &Schema, (new, old): (&Value, Option<&Value>), at: &str) -> Outcome {
    let mut found = Outcome::default();
    found.merge(scalar::of_type(schema, new, at));
    if new.is_null() {
        found.merge(scalar::among(schema, new, at));
        return found;
    }
    found.count();
    found.merge(junction::all(schema, (new, old), at));
    found.count();
    match new {
        Value::String(text) => {
            found.merge(scalar::text(schema, text, at));
            found.count();
            if let Some(checked) = scalar::format(schema, text, at) {
                found.merge(checked);
                found.count();
            }
        }
        Value::Number(number) => {
            found.merge(number::check(schema, number, at));
            found.count();
        }
        Value::Array(items) => {
            found.merge(list(schema, (items, old), at));
            found.count();
        }
        _ => {}
    }
    found.merge(scalar::among(schema, new, at));
    found.count();
    if let Value::Object(fields) = new {
        found.merge(object::check(schema, (fields, old), at));
        found.count();
    }
    found.count();
    found
}

fn list(schema: &Schema, (items, old): (&[Value], Option<&Value>), at: &str) -> Outcome {
    let mut found = Outcome::default();
    if let Some(inner) = &schema.items {
        for (index, item) in items.iter().enumerate() {
            let before = schema.before(item, old);
            found.merge(check(inner, (item, before), &format!("{at}[{index}]")));
        }
    }
    let (size, span) = (items.len() as u64, schema.bounds.items);
    if let Some(least) = span.least.filter(|least| size < *least) {
        let says = format!("{at} in body should have at least {least} items");
        found.invalid(at, &size.into(), &says);
    }
    if let Some(most) = span.most.filter(|most| size > *most) {
        found.too_many(at, size, most);
    }
    found.count();
    found
}

#[cfg(test)]
mod tests;
