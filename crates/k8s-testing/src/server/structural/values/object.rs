//! Fields of an object, each by its own schema, and those that must be there.

use serde_json::{Map, Value};

use super::check as value;
use super::outcome::Outcome;
use crate::server::structural::{Additional, Schema, below};

pub(super) fn check(
    schema: &Schema,
    (fields, old): (&Map<String, Value>, Option<&Value>),
    at: &str,
) -> Outcome {
    let mut found = Outcome::default();
    count(schema, fields, at, &mut found);
    for (name, field) in fields {
        let before = match (at, &**name) {
            // Both are made of the same version.
            ("", "kind" | "apiVersion") => None,
            _ => old.and_then(|old| old.get(name)),
        };
        match (schema.properties.get(name), &schema.additional) {
            (Some(inner), _) => found.merge(value(inner, (field, before), &below(at, name))),
            (None, Additional::Like(inner)) => {
                found.merge(value(inner, (field, before), &format!("{at}.{name}")));
            }
            (None, Additional::Never) => {
                let says = format!("{at}.{name} in body is a forbidden property");
                found.invalid(at, &name.as_str().into(), &says);
            }
            (None, _) => {}
        }
    }
    for name in &schema.bounds.required {
        if !fields.contains_key(name) {
            found.required(format!("{at}.{name}"));
        }
    }
    found
}

fn count(schema: &Schema, fields: &Map<String, Value>, at: &str, found: &mut Outcome) {
    let (size, span) = (fields.len() as u64, schema.bounds.properties);
    if let Some(least) = span.least.filter(|least| size < *least) {
        let says = format!("{at} in body should have at least {least} properties");
        found.invalid(at, &size.into(), &says);
    }
    if let Some(most) = span.most.filter(|most| size > *most) {
        found.too_many(at, size, most);
    }
}
