//! What comes of a rule, and how it is told.

use cel::ExecutionError;
use serde_json::Value;

use crate::server::status::FieldFault;
use crate::server::structural::Schema;

/// What comes of an expression.
#[derive(Debug)]
pub(super) enum Outcome {
    Is(cel::Value),
    /// The values are not what the rule takes for granted.
    Fails(String),
    /// The evaluator does not know what the rule speaks of.
    Unknown,
}

impl From<Result<cel::Value, ExecutionError>> for Outcome {
    fn from(result: Result<cel::Value, ExecutionError>) -> Self {
        use ExecutionError as E;
        let fails = |text: &str| Self::Fails(text.to_owned());
        match result {
            Ok(value) => Self::Is(value),
            Err(E::NoSuchKey(key)) => Self::Fails(format!("no such key: {key}")),
            Err(E::IndexOutOfBounds(cel::Value::Int(index))) => {
                Self::Fails(format!("index out of bounds: {index}"))
            }
            Err(E::DivisionByZero(_)) => fails("division by zero"),
            Err(E::RemainderByZero(_)) => fails("modulus by zero"),
            Err(E::Overflow(..)) => fails("integer overflow"),
            Err(E::FunctionError { message, .. }) => Self::Fails(message),
            Err(_) => Self::Unknown,
        }
    }
}

/// A broken rule, as the reason of the rule has it told.
pub(super) fn fault(reason: &str, at: String, value: &Value, message: &str) -> FieldFault {
    // Of values that hold others nothing is shown.
    let shown = match value {
        Value::Object(_) | Value::Array(_) => String::new(),
        value => format!(": {value}"),
    };
    let (kind, says) = match reason {
        "FieldValueForbidden" => (reason, format!("Forbidden: {message}")),
        "FieldValueRequired" => (reason, format!("Required value: {message}")),
        "FieldValueDuplicate" => (reason, format!("Duplicate value{shown}")),
        _ => (
            "FieldValueInvalid",
            format!("Invalid value{shown}: {message}"),
        ),
    };
    FieldFault {
        field: at,
        kind: kind.to_owned().into(),
        says,
    }
}

/// The place of a rule's field: `.a.b`, `['a']`.
pub(super) fn place(at: &str, field: &str) -> String {
    let field = field.replace("['", "[").replace("']", "]");
    match (at, field.strip_prefix('.')) {
        ("", None) if field.is_empty() => "<nil>".to_owned(),
        ("", Some(field)) => field.to_owned(),
        _ => format!("{at}{field}"),
    }
}

/// The name of a type, which stands for the value where a rule could not be asked.
pub(super) fn type_name(schema: &Schema) -> &str {
    &schema.type_name
}
