//! Bounds of numbers. Whole numbers are compared with the whole part of a bound, as Go does.

use serde_json::{Number, Value};

use super::outcome::Outcome;
use crate::server::structural::{Bounds, Schema};

pub(super) fn check(schema: &Schema, number: &Number, at: &str) -> Outcome {
    let mut found = Outcome::default();
    range(schema, number, at, &mut found);
    let bounds = &schema.bounds;
    match number.as_i64() {
        Some(whole) => whole_bounds(bounds, whole, at, &mut found),
        None => float_bounds(bounds, number, at, &mut found),
    }
    found.count();
    found
}

/// What a format holds.
fn range(schema: &Schema, number: &Number, at: &str, found: &mut Outcome) {
    let fits = match (&*schema.type_name, &*schema.format) {
        ("integer", "int32") => number.as_i64().is_none_or(|n| i32::try_from(n).is_ok()),
        ("integer", _) => number.as_i64().is_some() || number.is_f64(),
        ("number", "float") => number
            .as_f64()
            .is_none_or(|n| n.abs() <= f64::from(f32::MAX)),
        _ => true,
    };
    if fits {
        return;
    }
    let which = match &*schema.format {
        "" => "(default format)".to_owned(),
        format => format!("with format {format}"),
    };
    let type_name = &schema.type_name;
    found.together(&format!(
        "Checked value must be of type {type_name} {which} in {at}"
    ));
}

fn whole_bounds(bounds: &Bounds, whole: i64, at: &str, found: &mut Outcome) {
    #[allow(clippy::cast_possible_truncation, reason = "Go cuts off, too")]
    let part = |bound: f64| bound as i64;
    let value = Value::from(whole);
    if let Some(factor) = bounds.multiple_of.map(part) {
        if factor <= 0 {
            let says = format!("factor MultipleOf declared for {at} must be positive: {factor}");
            found.invalid(at, &factor.into(), &says);
        } else if whole % factor != 0 {
            let says = format!("{at} in body should be a multiple of {factor}");
            found.invalid(at, &value, &says);
        }
    }
    if let Some(least) = bounds.minimum.map(part)
        && (whole < least || bounds.is_above && whole == least)
    {
        found.invalid(at, &value, &too_small(at, bounds, &least.to_string()));
    }
    if let Some(most) = bounds.maximum.map(part)
        && (whole > most || bounds.is_below && whole == most)
    {
        found.invalid(at, &value, &too_big(at, bounds, &most.to_string()));
    }
}

fn float_bounds(bounds: &Bounds, number: &Number, at: &str, found: &mut Outcome) {
    let float = number.as_f64().unwrap_or_default();
    let value = Value::Number(number.clone());
    if let Some(factor) = bounds.multiple_of {
        if factor <= 0.0 {
            let says = format!("factor MultipleOf declared for {at} must be positive: {factor}");
            found.invalid(at, &factor.into(), &says);
        } else if !is_whole(if factor < 1.0 {
            1.0 / factor * float
        } else {
            float / factor
        }) {
            let says = format!("{at} in body should be a multiple of {factor}");
            found.invalid(at, &value, &says);
        }
    }
    if let Some(least) = bounds.minimum
        && (float < least || bounds.is_above && float <= least)
    {
        found.invalid(at, &value, &too_small(at, bounds, &least.to_string()));
    }
    if let Some(most) = bounds.maximum
        && (float > most || bounds.is_below && float >= most)
    {
        found.invalid(at, &value, &too_big(at, bounds, &most.to_string()));
    }
}

fn too_small(at: &str, bounds: &Bounds, least: &str) -> String {
    let how = if bounds.is_above { "" } else { "or equal to " };
    format!("{at} in body should be greater than {how}{least}")
}

fn too_big(at: &str, bounds: &Bounds, most: &str) -> String {
    let how = if bounds.is_below { "" } else { "or equal to " };
    format!("{at} in body should be less than {how}{most}")
}

/// Whole but for what floats lose.
fn is_whole(float: f64) -> bool {
    let nearest = float.round();
    float.is_finite() && (float - nearest).abs() <= 1e-9 * float.abs().max(1.0)
}
