//! Several schemas for one value: all, any, one or none of them.

use serde_json::Value;

use super::anew;
use super::outcome::Outcome;
use crate::server::structural::Schema;

type Values<'a> = (&'a Value, Option<&'a Value>);

pub(super) fn all(schema: &Schema, values: Values<'_>, at: &str) -> Outcome {
    let mut found = Outcome::default();
    let bounds = &schema.bounds;
    if !bounds.any_of.is_empty() {
        any_of(&bounds.any_of, values, at, &mut found);
    }
    if !bounds.one_of.is_empty() {
        one_of(&bounds.one_of, values, at, &mut found);
    }
    if !bounds.all_of.is_empty() {
        all_of(&bounds.all_of, values, at, &mut found);
    }
    if let Some(not) = &bounds.not
        && anew(not, values, at).is_good()
    {
        found.together(&format!("{at:?} must not validate the schema (not)"));
    }
    found.count();
    found
}

fn any_of(schemas: &[Schema], values: Values<'_>, at: &str, found: &mut Outcome) {
    let mut best: Option<Outcome> = None;
    for schema in schemas {
        let one = anew(schema, values, at);
        if one.is_good() {
            found.merge(one);
            return;
        }
        best = nearer(best, one);
    }
    found.together(&format!("{at:?} must validate at least one schema (anyOf)"));
    found.merge(best.unwrap_or_default());
}

fn one_of(schemas: &[Schema], values: Values<'_>, at: &str, found: &mut Outcome) {
    let (mut best, mut good): (Option<Outcome>, Vec<Outcome>) = (None, Vec::new());
    for schema in schemas {
        let one = anew(schema, values, at);
        if one.is_good() {
            best = None;
            good.push(one);
        } else if good.is_empty() {
            best = nearer(best, one);
        }
    }
    let says = match good.len() {
        1 => return good.into_iter().for_each(|one| found.merge(one)),
        0 => "Found none valid".to_owned(),
        many => format!("Found {many} valid alternatives"),
    };
    found.together(&format!(
        "{at:?} must validate one and only one schema (oneOf). {says}"
    ));
    found.merge(best.unwrap_or_default());
}

fn all_of(schemas: &[Schema], values: Values<'_>, at: &str, found: &mut Outcome) {
    let mut good = 0;
    for schema in schemas {
        let one = anew(schema, values, at);
        good += usize::from(one.is_good());
        found.merge(one);
    }
    if good != schemas.len() {
        let none = if good == 0 { ". None validated" } else { "" };
        found.together(&format!(
            "{at:?} must validate all the schemas (allOf){none}"
        ));
    }
}

/// Of two that failed, the one of which more was in order; of equal ones the first.
fn nearer(best: Option<Outcome>, other: Outcome) -> Option<Outcome> {
    match best {
        Some(best) if other.matches <= best.matches => Some(best),
        _ => Some(other),
    }
}
