//! Rules in the Common Expression Language that stand in a schema.
//!
//! ```text
//! Schema ▸ Rule ─┬─ asked (feature `cel`)   a rule that is broken is a fault
//!                └─ not asked               a rule that is not evaluated is told of in a warning
//! ```
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/cel/validation.go` (v0.36).

#[cfg(feature = "cel")]
mod asked;
#[cfg(not(feature = "cel"))]
mod unasked;
mod untold;

use serde_json::Value;

#[cfg(feature = "cel")]
use self::asked::Program;
#[cfg(feature = "cel")]
pub(crate) use self::asked::{ask, reads_old};
#[cfg(not(feature = "cel"))]
pub(crate) use self::unasked::{ask, reads_old};
use super::{Additional, Schema};
use crate::server::status::FieldFault;

/// One entry of `x-kubernetes-validations`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rule {
    pub(crate) rule: String,
    #[cfg(feature = "cel")]
    asked: Asked,
}

/// What only whoever asks a rule needs of it.
#[cfg(feature = "cel")]
#[derive(Clone, Debug, Default)]
struct Asked {
    program: Program,
    /// Empty: the rule speaks for itself.
    message: String,
    /// What makes the message; it may fail.
    expression: Option<Program>,
    reason: String,
    /// Where the fault is shown, below the place of the rule.
    field: String,
    /// Whether it is asked of new values too, with no old one.
    old_is_optional: bool,
}

/// What rules say of an object.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) faults: Vec<FieldFault>,
    pub(crate) warnings: Vec<String>,
}

pub(super) fn read(told: &Value) -> Vec<Rule> {
    let rules = told.as_array().into_iter().flatten();
    rules.map(Rule::read).collect()
}

impl Rule {
    fn read(told: &Value) -> Self {
        let text = |name: &str| told[name].as_str().unwrap_or_default().trim().to_owned();
        Self {
            rule: text("rule"),
            #[cfg(feature = "cel")]
            asked: Asked {
                program: Program::new(&text("rule")),
                message: text("message"),
                expression: Some(text("messageExpression"))
                    .filter(|expression| !expression.is_empty())
                    .map(|expression| Program::new(&expression)),
                reason: text("reason"),
                field: text("fieldPath"),
                old_is_optional: told["optionalOldSelf"] == true,
            },
        }
    }
}

/// What to tell whose object is so wrong already that its rules were not asked.
pub(crate) fn blocked(schema: &Schema, faults: &[FieldFault]) -> Option<FieldFault> {
    const BLOCKING: [&str; 5] = [
        "FieldValueNotSupported",
        "FieldValueRequired",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    ];
    let blocks = |fault: &FieldFault| BLOCKING.contains(&&*fault.kind);
    let says = "some validation rules were not checked because the object was invalid; correct the existing errors to \
                complete validation";
    (faults.iter().any(blocks) && any(schema))
        .then(|| FieldFault::invalid("<nil>", &Value::Null, says))
}

/// Whether a schema has rules, at any depth.
fn any(schema: &Schema) -> bool {
    let mut below = schema.properties.values();
    !schema.rules.is_empty()
        || below.any(any)
        || schema.items.as_deref().is_some_and(any)
        || matches!(&schema.additional, Additional::Like(inner) if any(inner))
}
