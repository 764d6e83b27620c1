//! Tables of custom resources: the columns of their definition, each filled by a path.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/registry/customresource/tableconvertor` (v0.36).

use k8s_api_core::{Time, human_duration};
use serde_json::{Value, json};

use super::columns;
use crate::server::custom::Column;
use crate::server::object;

/// The columns as a table has them, behind that of the name.
pub(super) fn columns(own: &[Column]) -> Value {
    let mut all = vec![described("Name")];
    all.extend(own.iter().map(|column| {
        json!({
            "name": column.name,
            "type": column.type_name,
            "format": column.format,
            "description": description(column),
            "priority": column.priority,
        })
    }));
    all.into()
}

/// The cells of an object at a time, in seconds since 1970.
pub(super) fn cells(own: &[Column], object: &Value, now: i64) -> Vec<Value> {
    let mut all = vec![object::name(object).into()];
    all.extend(own.iter().map(|column| cell(column, object, now)));
    all
}

/// A column of any built-in kind: names and ages are described the same everywhere.
fn described(name: &str) -> Value {
    let all = columns::of("configmaps").as_array().into_iter().flatten();
    let found = all.into_iter().find(|column| column["name"] == name);
    found.cloned().unwrap_or_default()
}

fn description(column: &Column) -> Value {
    match &*column.description {
        "" if column.is_implied => described("Age")["description"].clone(),
        "" => format!(
            "Custom resource definition column (in JSONPath format): {}",
            column.json_path
        )
        .into(),
        own => own.into(),
    }
}

/// The first value that is found, as its column's type has it; null where there is none.
fn cell(column: &Column, object: &Value, now: i64) -> Value {
    let Some(value) = column.find(object) else {
        return Value::Null;
    };
    match (&*column.type_name, &value) {
        ("string", Value::String(_)) => value,
        ("string", Value::Null) => "<no value>".into(),
        ("string", other) => other.to_string().into(),
        ("integer", Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            #[allow(clippy::cast_possible_truncation, reason = "Go cuts off, too")]
            (None, Some(float)) => (float as i64).into(),
            (None, None) => Value::Null,
        },
        ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) => value,
        ("date", Value::String(text)) => since(text, now).into(),
        _ => Value::Null,
    }
}

fn since(text: &str, now: i64) -> String {
    match text.parse::<Time>() {
        Ok(time) => human_duration(now - time.unix_seconds()),
        Err(_) => "<invalid>".to_owned(),
    }
}
