//! With an evaluator: every rule is asked, of every value that it is about.

mod functions;
mod outcome;
mod program;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;

use cel::objects::OptionalValue;
use serde_json::Value;

use self::outcome::{Outcome, fault};
pub(super) use self::program::Program;
use super::{Answers, Rule, Schema, untold};
use crate::server::status::FieldFault;
use crate::server::structural::Additional;

const WHY: &str = "they need what the evaluator of k8s-testing does not know";

/// What rules say of an object, with the one that it replaces.
pub(crate) fn ask(schema: &Schema, (new, old): (&Value, Option<&Value>)) -> Answers {
    let mut walk = Walk::default();
    walk.value(schema, "", (new, old), false);
    let mut warnings = walk.forgiven;
    warnings.extend(untold::warning(&walk.unasked, WHY));
    Answers {
        faults: walk.faults,
        warnings,
    }
}

/// Whether a rule speaks of old values, as far as one can tell; or what is wrong with its words.
pub(crate) fn reads_old(rule: &str) -> Result<Option<bool>, String> {
    let program = Program::new(rule);
    match program.fault() {
        Some(fault) => Err(fault),
        None => Ok(Some(program.needs_old())),
    }
}

#[derive(Default)]
struct Walk<'a> {
    faults: Vec<FieldFault>,
    /// Of values that are what they were.
    forgiven: Vec<String>,
    unasked: Vec<(String, &'a Rule)>,
}

impl<'a> Walk<'a> {
    /// `is_same`: what it stands in is what it was, as far as one can tell.
    fn value(
        &mut self,
        schema: &'a Schema,
        at: &str,
        (new, old): (&Value, Option<&Value>),
        is_same: bool,
    ) {
        let old = old.filter(|old| !old.is_null());
        let is_same = old.map_or(is_same, |old| old == new);
        if new.is_null() {
            return;
        }
        for rule in &schema.rules {
            self.rule(rule, schema, at, (new, old), is_same);
        }
        match new {
            Value::Object(fields) => {
                for (name, field) in fields {
                    let (inner, below) = match (schema.properties.get(name), &schema.additional) {
                        (Some(inner), _) if at.is_empty() => (inner, name.clone()),
                        (Some(inner), _) => (inner, format!("{at}.{name}")),
                        (None, Additional::Like(inner)) => (&**inner, format!("{at}[{name}]")),
                        _ => continue,
                    };
                    let before = old.and_then(|old| old.get(name));
                    self.value(inner, &below, (field, before), is_same);
                }
            }
            Value::Array(items) => {
                let Some(inner) = &schema.items else { return };
                for (index, item) in items.iter().enumerate() {
                    let before = schema.before(item, old);
                    self.value(inner, &format!("{at}[{index}]"), (item, before), is_same);
                }
            }
            _ => {}
        }
    }

    fn rule(
        &mut self,
        rule: &'a Rule,
        schema: &Schema,
        at: &str,
        (new, old): (&Value, Option<&Value>),
        is_same: bool,
    ) {
        let asked = &rule.asked;
        let needs_old = asked.program.needs_old();
        if needs_old && old.is_none() && !asked.old_is_optional {
            return;
        }
        let value = |value: &Value| values::of(Some(schema), value, at.is_empty());
        let mut before = old.map(value);
        if asked.old_is_optional {
            let optional = before.map_or_else(OptionalValue::none, OptionalValue::of);
            before = Some(cel::Value::Opaque(Arc::new(optional)));
        }
        let variables = [("self", Some(value(new))), ("oldSelf", before)];
        let place = if at.is_empty() { "<nil>" } else { at };
        let found = match asked.program.run(&variables) {
            Outcome::Is(cel::Value::Bool(true)) => return,
            Outcome::Is(_) => {
                let said = asked.expression.as_ref().map(|told| told.run(&variables));
                let message = match said {
                    Some(Outcome::Is(cel::Value::String(text))) if is_message(&text) => {
                        text.trim().to_owned()
                    }
                    _ if asked.message.is_empty() => format!("failed rule: {}", rule.rule),
                    _ => asked.message.clone(),
                };
                fault(
                    &asked.reason,
                    outcome::place(at, &asked.field),
                    new,
                    &message,
                )
            }
            Outcome::Fails(why) => {
                let named = if asked.message.is_empty() {
                    &rule.rule
                } else {
                    &asked.message
                };
                let says = format!("{why} evaluating rule: {named}");
                FieldFault::invalid(place, &outcome::type_name(schema).into(), &says)
            }
            Outcome::Unknown => {
                let place = if at.is_empty() { "self" } else { at };
                self.unasked.push((place.to_owned(), rule));
                return;
            }
        };
        if is_same && !needs_old {
            self.forgiven.push(found.to_string());
        } else {
            self.faults.push(found);
        }
    }
}

/// Whether what a rule made is fit to be shown; otherwise there is the other message.
fn is_message(text: &str) -> bool {
    !text.trim().is_empty() && !text.trim().contains(['\n', '\r'])
}
