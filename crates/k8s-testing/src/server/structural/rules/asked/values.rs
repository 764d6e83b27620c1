//! Values as rules see them.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::server::structural::{Additional, Schema};

/// Words that no field can be called by.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// A value of a schema (`None`: nothing is said of it); `is_root`: an object of the API.
pub(super) fn of(schema: Option<&Schema>, value: &Value, is_root: bool) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(is) => cel::Value::Bool(*is),
        Value::String(text) => {
            let bytes = schema
                .filter(|schema| schema.format == "byte")
                .and_then(|_| STANDARD.decode(text).ok());
            bytes.map_or_else(|| text.as_str().into(), |bytes| bytes.into())
        }
        Value::Number(number) => {
            let is_real = schema.is_some_and(|schema| schema.type_name == "number");
            match number.as_i64().filter(|_| !is_real) {
                Some(whole) => cel::Value::Int(whole),
                None => cel::Value::Float(number.as_f64().unwrap_or_default()),
            }
        }
        Value::Array(items) => {
            let inner = schema.and_then(|schema| schema.items.as_deref());
            let items: Vec<cel::Value> = items.iter().map(|item| of(inner, item, false)).collect();
            items.into()
        }
        Value::Object(fields) => {
            let is_resource = is_root || schema.is_some_and(|schema| schema.is_resource);
            let seen = fields.iter().filter_map(|(name, field)| {
                let known = schema.and_then(|schema| schema.properties.get(name));
                match (
                    name.as_str(),
                    known,
                    schema.map(|schema| &schema.additional),
                ) {
                    ("metadata", ..) if is_resource => Some((name.clone(), names(field))),
                    ("apiVersion" | "kind", ..) if is_resource => {
                        Some((name.clone(), of(None, field, false)))
                    }
                    (_, Some(inner), _) => Some((escaped(name), of(Some(inner), field, false))),
                    (_, None, Some(Additional::Like(inner))) => {
                        Some((name.clone(), of(Some(inner), field, false)))
                    }
                    (_, None, None) => Some((name.clone(), of(None, field, false))),
                    _ => None,
                }
            });
            seen.collect::<HashMap<String, cel::Value>>().into()
        }
    }
}

/// What rules see of metadata.
fn names(metadata: &Value) -> cel::Value {
    let seen = ["name", "generateName"].into_iter();
    let seen =
        seen.filter_map(|name| Some((name.to_owned(), of(None, metadata.get(name)?, false))));
    seen.collect::<HashMap<String, cel::Value>>().into()
}

/// A field's name as it stands in a rule.
fn escaped(name: &str) -> String {
    if RESERVED.contains(&name) {
        return format!("__{name}__");
    }
    let escaped = name.replace("__", "__underscores__");
    let escaped = escaped.replace('.', "__dot__").replace('-', "__dash__");
    escaped.replace('/', "__slash__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let told = ["namespace", "a.b-c/d", "a__b", "plain"].map(escaped);
        let wanted = [
            "__namespace__",
            "a__dot__b__dash__c__slash__d",
            "a__underscores__b",
            "plain",
        ];
        assert_eq!(told, wanted);
    }
}
