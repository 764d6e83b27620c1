//! The metadata of resources that stand in a custom resource.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/objectmeta` (v0.36).

use k8s_api_core::selector::syntax;
use serde_json::{Map, Value};

use super::{Schema, below};
use crate::server::decode;
use crate::server::status::FieldFault;

/// Reads the metadata of resources below an object as what it is. The paths of what is unknown in it; the error is the
/// server's text.
pub(crate) fn coerce(schema: &Schema, object: &mut Value) -> Result<Vec<String>, String> {
    let mut unknown = Vec::new();
    for (name, field) in object.as_object_mut().into_iter().flatten() {
        if let Some(inner) = schema.field(name) {
            walk(inner, field, name, &mut unknown)?;
        }
    }
    unknown.sort_unstable();
    Ok(unknown)
}

fn walk(
    schema: &Schema,
    value: &mut Value,
    at: &str,
    unknown: &mut Vec<String>,
) -> Result<(), String> {
    match value {
        Value::Object(fields) => {
            if schema.is_resource {
                resource(fields, at, unknown)?;
            }
            for (name, field) in fields.iter_mut() {
                if let Some(inner) = schema.field(name) {
                    walk(inner, field, &below(at, name), unknown)?;
                }
            }
        }
        Value::Array(items) => {
            let Some(inner) = &schema.items else {
                return Ok(());
            };
            for (index, item) in items.iter_mut().enumerate() {
                walk(inner, item, &format!("{at}[{index}]"), unknown)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn resource(
    fields: &mut Map<String, Value>,
    at: &str,
    unknown: &mut Vec<String>,
) -> Result<(), String> {
    let refuse = |name: &str, value: &Value, says: &str| {
        Err(FieldFault::invalid(below(at, name), value, says).to_string())
    };
    for name in ["apiVersion", "kind"] {
        if let Some(value) = fields.get(name)
            && !value.is_string()
        {
            return refuse(name, value, "must be a string");
        }
    }
    let Some(metadata) = fields.get("metadata").filter(|value| !value.is_null()) else {
        return Ok(());
    };
    match decode::metadata(metadata) {
        Ok((read, odd)) => {
            unknown.extend(
                odd.iter()
                    .map(|path| below(at, &format!("metadata.{path}"))),
            );
            fields.insert("metadata".to_owned(), read);
            Ok(())
        }
        Err(says) => refuse("metadata", metadata, &says),
    }
}

/// What every resource below an object needs: a kind and a version, and labels that are some.
pub(crate) fn faults(schema: &Schema, object: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (name, field) in object.as_object().into_iter().flatten() {
        if let Some(inner) = schema.field(name) {
            check(inner, field, name, &mut faults);
        }
    }
    faults
}

fn check(schema: &Schema, value: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    match value {
        Value::Object(fields) => {
            if schema.is_resource {
                check_resource(fields, at, faults);
            }
            for (name, field) in fields {
                if let Some(inner) = schema.field(name) {
                    check(inner, field, &below(at, name), faults);
                }
            }
        }
        Value::Array(items) => {
            let Some(inner) = &schema.items else { return };
            for (index, item) in items.iter().enumerate() {
                check(inner, item, &format!("{at}[{index}]"), faults);
            }
        }
        _ => {}
    }
}

fn check_resource(fields: &Map<String, Value>, at: &str, faults: &mut Vec<FieldFault>) {
    for name in ["apiVersion", "kind"] {
        match fields.get(name) {
            None => faults.push(FieldFault::required(below(at, name), "")),
            Some(value) if value == "" => {
                faults.push(FieldFault::invalid(
                    below(at, name),
                    value,
                    "must not be empty",
                ));
            }
            Some(Value::String(kind)) if name == "kind" => {
                let says = syntax::dns_label(&kind.to_lowercase());
                if !says.is_empty() {
                    let says = format!(
                        "may have mixed case, but should otherwise match: {}",
                        says.join(",")
                    );
                    faults.push(FieldFault::invalid(
                        below(at, name),
                        &kind.as_str().into(),
                        &says,
                    ));
                }
            }
            Some(_) => {}
        }
    }
    let labels = fields
        .get("metadata")
        .and_then(|metadata| metadata["labels"].as_object());
    for (key, value) in labels.into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let field = below(at, "metadata.labels");
        for (shown, says) in [
            (key.as_str(), syntax::label_key(key)),
            (value, syntax::label_value(value)),
        ] {
            faults.extend(
                says.iter()
                    .map(|says| FieldFault::invalid(field.clone(), &shown.into(), says)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Schema {
        Schema::read(&json!({"type": "object", "properties": {"inner": {
            "type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true,
        }}}))
    }

    #[test]
    fn inner_metadata_is_read_as_metadata() {
        let mut object = json!({"inner": {"kind": "A", "metadata": {"name": "x", "odd": 1}}});
        assert_eq!(
            coerce(&schema(), &mut object).unwrap(),
            ["inner.metadata.odd"]
        );
        assert_eq!(
            object,
            json!({"inner": {"kind": "A", "metadata": {"name": "x"}}})
        );
        let mut object = json!({"inner": {"kind": 1}});
        let says = coerce(&schema(), &mut object).unwrap_err();
        assert_eq!(says, "inner.kind: Invalid value: 1: must be a string");
    }

    #[test]
    fn a_resource_has_a_kind_and_a_version() {
        let object = json!({"inner": {"kind": ""}});
        let told: Vec<String> = faults(&schema(), &object)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "inner.apiVersion: Required value",
                r#"inner.kind: Invalid value: "": must not be empty"#
            ]
        );
    }
}
