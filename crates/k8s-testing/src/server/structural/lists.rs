//! Items that stand twice in lists whose items are told apart.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/listtype/validation.go` (v0.36).

use serde_json::{Map, Value};

use super::{Additional, Listing, Schema};
use crate::server::status::FieldFault;

/// Every item of a set, and every key of a list of keyed items, is there once.
pub(crate) fn repetitions(schema: &Schema, object: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    walk(schema, object, "", &mut faults);
    faults
}

fn walk(schema: &Schema, value: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let below = match (&schema.additional, at) {
                    (Additional::Like(_), _) => format!("{at}[{name}]"),
                    (_, "") => name.clone(),
                    _ => format!("{at}.{name}"),
                };
                if let Some(inner) = schema.field(name) {
                    walk(inner, field, &below, faults);
                }
            }
        }
        Value::Array(items) => {
            match &schema.list {
                Listing::Set => faults.extend(twice(items, at, Value::clone)),
                Listing::Map(keys) => keyed(keys, items, at, faults),
                Listing::Atomic => {}
            }
            let Some(inner) = &schema.items else { return };
            for (index, item) in items.iter().enumerate() {
                walk(inner, item, &format!("{at}[{index}]"), faults);
            }
        }
        _ => {}
    }
}

fn keyed(keys: &[String], items: &[Value], at: &str, faults: &mut Vec<FieldFault>) {
    let odd = items
        .iter()
        .position(|item| !item.is_object() && !item.is_null());
    if let Some(index) = odd {
        let says = "must be an object for an array of list-type map";
        faults.push(FieldFault::invalid(
            format!("{at}[{index}]"),
            &items[index],
            says,
        ));
        return;
    }
    let key = |item: &Value| -> Value {
        let named = keys
            .iter()
            .filter_map(|key| Some((key.clone(), item.get(key)?.clone())));
        named.collect::<Map<_, _>>().into()
    };
    faults.extend(twice(items, at, key));
}

/// The second of each that are the same.
fn twice(items: &[Value], at: &str, key: impl Fn(&Value) -> Value) -> Vec<FieldFault> {
    let keys: Vec<Value> = items.iter().map(key).collect();
    let repeated = keys.iter().enumerate().filter(|(index, key)| {
        let before = keys[..*index].iter().filter(|other| other == key);
        before.count() == 1
    });
    repeated
        .map(|(index, key)| FieldFault::duplicate(format!("{at}[{index}]"), key))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_second_of_two_is_told() {
        let schema = Schema::read(&json!({"type": "object", "properties": {
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": {"type": "object", "properties": {"k": {"type": "string"}}}},
            "any": {"type": "array", "items": {"type": "string"}},
        }}));
        let object = json!({
            "set": ["a", "b", "a", "a"], "map": [{"k": "x"}, {"k": "y"}, {"k": "x"}], "any": ["a", "a"],
        });
        let told: Vec<String> = repetitions(&schema, &object)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                r#"map[2]: Duplicate value: {"k":"x"}"#,
                r#"set[2]: Duplicate value: "a""#
            ]
        );
    }
}
