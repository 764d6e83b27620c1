//! A merge patch: fields that are null go, maps are merged, everything else is put in its place.

use serde_json::{Map, Value};

/// Merges changes into a document.
pub(super) fn into(document: &mut Value, changes: &Map<String, Value>) {
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    for (name, change) in changes {
        match (fields.get_mut(name), change) {
            (_, Value::Null) => {
                fields.remove(name);
            }
            (Some(field @ Value::Object(_)), Value::Object(change)) => into(field, change),
            (_, change) => {
                fields.insert(name.clone(), without_nulls(change));
            }
        }
    }
}

/// What is new holds no field that goes; in lists a null is an item.
fn without_nulls(change: &Value) -> Value {
    match change {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), without_nulls(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(document: Value, changes: Value, expected: Value) {
        let mut document = document;
        into(&mut document, changes.as_object().expect("an object"));
        assert_eq!(document, expected, "{changes}");
    }

    #[test]
    fn fields_go_merge_and_are_replaced() {
        check(json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"}));
        check(
            json!({"a": "b"}),
            json!({"b": "c"}),
            json!({"a": "b", "b": "c"}),
        );
        check(json!({"a": "b"}), json!({"a": null}), json!({}));
        check(json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"}));
        check(
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            json!({"a": {"b": "d"}}),
        );
        check(
            json!({"a": [{"b": "c"}]}),
            json!({"a": [1]}),
            json!({"a": [1]}),
        );
        check(
            json!({"a": 1}),
            json!({"a": {"b": null, "c": 2}}),
            json!({"a": {"c": 2}}),
        );
        check(
            json!({}),
            json!({"a": {"bb": {"ccc": null}}}),
            json!({"a": {"bb": {}}}),
        );
        check(
            json!({}),
            json!({"a": [null, {"b": null}]}),
            json!({"a": [null, {}]}),
        );
    }
}
