//! Defaults: what a schema puts where nothing was said.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/defaulting` (v0.36).

use serde_json::{Map, Value};

use super::{Additional, Schema};

/// Fills in what is absent, or null where null is no value.
pub(crate) fn default(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in &schema.properties {
                let Some(default) = &inner.default else {
                    continue;
                };
                let is_absent = match fields.get(name) {
                    None => true,
                    Some(value) => value.is_null() && !inner.nullable,
                };
                if is_absent {
                    fields.insert(name.clone(), default.clone());
                }
            }
            for (name, field) in fields.iter_mut() {
                match (schema.properties.get(name), &schema.additional) {
                    (Some(inner), _) => default(field, inner),
                    (None, Additional::Like(inner)) => item(field, inner),
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            let Some(inner) = &schema.items else { return };
            items.iter_mut().for_each(|value| item(value, inner));
        }
        _ => {}
    }
}

/// A value of a map or a list.
fn item(value: &mut Value, schema: &Schema) {
    if value.is_null() && !schema.nullable {
        *value = schema.default.clone().unwrap_or_default();
    }
    default(value, schema);
}

/// Takes out fields that are null where null is no value and there is no default.
pub(crate) fn drop_nulls(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => drop_null_fields(fields, schema),
        Value::Array(items) => {
            let Some(inner) = &schema.items else { return };
            items.iter_mut().for_each(|value| drop_nulls(value, inner));
        }
        _ => {}
    }
}

fn drop_null_fields(fields: &mut Map<String, Value>, schema: &Schema) {
    fields.retain(|name, value| {
        let Some(inner) = schema.field(name) else {
            return true;
        };
        if value.is_null() && !inner.nullable && inner.default.is_none() {
            return false;
        }
        drop_nulls(value, inner);
        true
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(schema: Value, mut object: Value, expected: Value) {
        let schema = Schema::read(&schema);
        drop_nulls(&mut object, &schema);
        default(&mut object, &schema);
        assert_eq!(object, expected);
    }

    #[test]
    fn defaults_stand_where_nothing_was_said() {
        let schema = json!({"type": "object", "properties": {
            "a": {"type": "string", "default": "x"},
            "n": {"type": "string", "default": "x", "nullable": true},
            "o": {"type": "object", "default": {}, "properties": {"b": {"type": "integer", "default": 3}}},
            "p": {"type": "object", "properties": {"b": {"type": "integer", "default": 3}}},
        }});
        check(
            schema.clone(),
            json!({}),
            json!({"a": "x", "n": "x", "o": {"b": 3}}),
        );
        check(
            schema,
            json!({"a": null, "n": null, "o": {"b": 1}, "p": {}}),
            json!({"a": "x", "n": null, "o": {"b": 1}, "p": {"b": 3}}),
        );
    }

    #[test]
    fn items_of_lists_and_maps_get_theirs() {
        let item =
            json!({"type": "object", "properties": {"b": {"type": "integer", "default": 3}}});
        let schema = json!({"type": "object", "properties": {
            "l": {"type": "array", "items": item}, "m": {"type": "object", "additionalProperties": item},
        }});
        check(
            schema,
            json!({"l": [{}, {"b": 1}], "m": {"k": {}}}),
            json!({"l": [{"b": 3}, {"b": 1}], "m": {"k": {"b": 3}}}),
        );
    }

    #[test]
    fn null_that_is_no_value_is_not_there() {
        let schema = json!({"type": "object", "properties": {
            "a": {"type": "string"}, "n": {"type": "string", "nullable": true},
        }});
        check(
            schema,
            json!({"a": null, "n": null, "u": null}),
            json!({"n": null, "u": null}),
        );
    }
}
