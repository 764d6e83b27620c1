//! The merge patch (RFC 7386) between two objects.

use serde_json::{Map, Value};

/// What a merge patch must say to make `after` of `before`; `None`: nothing.
///
/// A merge patch cannot set a member to `null`: it would remove it. Objects of the API mean the same by both.
pub(super) fn difference(before: &Value, after: &Value) -> Option<Value> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let change = members(before, after);
            (!change.is_empty()).then_some(Value::Object(change))
        }
        _ => (before != after).then(|| after.clone()),
    }
}

fn members(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let gone = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(|key| (key.clone(), Value::Null));
    let changed = after.iter().filter_map(|(key, value)| {
        let before = before.get(key).unwrap_or(&Value::Null);
        difference(before, value).map(|change| (key.clone(), change))
    });
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: Value, after: Value, expected: Option<Value>) {
        assert_eq!(difference(&before, &after), expected);
    }

    #[test]
    fn says_what_changed_and_nothing_else() {
        check(json!({"a": 1}), json!({"a": 1}), None);
        check(json!({"a": 1}), json!({"a": 2}), Some(json!({"a": 2})));
        check(
            json!({"a": {"b": 1, "c": 1}}),
            json!({"a": {"b": 1, "c": 2}}),
            Some(json!({"a": {"c": 2}})),
        );
        check(json!({"a": {"b": 1}}), json!({}), Some(json!({"a": null})));
        check(
            json!({}),
            json!({"a": {"b": 1}}),
            Some(json!({"a": {"b": 1}})),
        );
        check(
            json!({"a": [1, 2]}),
            json!({"a": [1, 3]}),
            Some(json!({"a": [1, 3]})),
        );
        check(
            json!({"a": {"b": 1}}),
            json!({"a": 7}),
            Some(json!({"a": 7})),
        );
        check(json!({"a": null}), json!({}), Some(json!({"a": null})));
        check(json!({}), json!({"a": null}), None);
    }
}
