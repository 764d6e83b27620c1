//! Types, enumerations and texts.

use serde_json::Value;

use super::format;
use super::outcome::Outcome;
use crate::server::structural::Schema;

/// The types that a schema allows; empty: all.
fn types(schema: &Schema) -> Vec<&str> {
    match (schema.is_int_or_string, &*schema.type_name) {
        (true, _) => vec!["integer", "string"],
        (false, "") => Vec::new(),
        (false, name) => vec![name],
    }
}

/// What a value is, as errors call it; numbers without a fraction are whole.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn of_type(schema: &Schema, value: &Value, at: &str) -> Outcome {
    let mut found = Outcome::default();
    let wanted = types(schema);
    if wanted.is_empty() {
        return found;
    }
    found.count();
    let own = type_of(value);
    if value.is_null() {
        if !schema.nullable {
            found.mistyped(at, own, &wanted.join(","));
        }
        return found;
    }
    let whole = own == "number" && value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let fits = wanted.iter().any(|wanted| match *wanted {
        "integer" => own == "integer" || whole,
        "number" => own == "integer" || own == "number",
        other => own == other,
    });
    // A text with a format is taken for what has that format, whatever the type.
    let formatted = !format::known(schema).is_empty()
        && matches!(value, Value::String(_) | Value::Array(_))
        && !wanted
            .iter()
            .any(|wanted| ["integer", "number"].contains(wanted));
    if !fits && !formatted {
        found.mistyped(at, own, &wanted.join(","));
    }
    found
}

/// Whether it is one of those that are listed.
pub(super) fn among(schema: &Schema, value: &Value, at: &str) -> Outcome {
    let mut found = Outcome::default();
    let allowed = &schema.bounds.allowed;
    let same =
        |other: &Value| other == value || other.is_number() && other.as_f64() == value.as_f64();
    if !allowed.is_empty() && !allowed.iter().any(same) {
        let shown = allowed.iter().map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        found.unsupported(at, value, &shown.collect::<Vec<_>>());
    }
    found
}

/// A text's length and pattern; the first fault is told.
pub(super) fn text(schema: &Schema, text: &str, at: &str) -> Outcome {
    let mut found = Outcome::default();
    let (length, span) = (text.chars().count() as u64, schema.bounds.length);
    if let Some(most) = span.most.filter(|most| length > *most) {
        found.too_long(at, most);
    } else if let Some(least) = span.least.filter(|least| length < *least) {
        let says = format!("{at} in body should be at least {least} chars long");
        found.invalid(at, &text.into(), &says);
    } else if let Some(pattern) = &schema.bounds.pattern
        && !pattern.is_in(text)
    {
        let says = format!("{at} in body should match '{}'", pattern.text());
        found.invalid(at, &text.into(), &says);
    }
    found
}

/// A text's format; `None`: it has none that is known.
pub(super) fn format(schema: &Schema, text: &str, at: &str) -> Option<Outcome> {
    let known = format::known(schema);
    let mut found = Outcome::default();
    if !format::fits(known, text)? {
        found.mistyped(at, text, &schema.format);
    }
    Some(found)
}
