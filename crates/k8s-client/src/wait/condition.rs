//! The conditions in an object's status.

use k8s_api_core::DynamicObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;

/// Whether a condition has this status, for the object as it is now.
pub(super) fn is(object: &DynamicObject, kind: &str, status: &str) -> bool {
    let whole = object.data.get("status");
    let conditions = whole.and_then(|status| status["conditions"].as_array());
    let observed_by_all = whole.and_then(|status| status["observedGeneration"].as_i64());
    let says = |condition: &Value, field: &str, wanted: &str| {
        condition[field]
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    let is_new = |condition: &Value| {
        let observed = condition["observedGeneration"].as_i64().or(observed_by_all);
        observed
            .zip(object.metadata.generation)
            .is_none_or(|(observed, now)| observed >= now)
    };
    conditions.into_iter().flatten().any(|condition| {
        says(condition, "type", kind) && says(condition, "status", status) && is_new(condition)
    })
}

/// The object as another type.
pub(super) fn typed<K: DeserializeOwned>(object: DynamicObject) -> Result<K, Error> {
    // The parser's own words may quote a value.
    let failed = || Error::failed("the object is not of the type that was asked for");
    let value = serde_json::to_value(object).map_err(|_| failed())?;
    serde_json::from_value(value).map_err(|_| failed())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(status: Value, expected: bool) {
        let object = json!({"metadata": {"generation": 3}, "status": status});
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        assert_eq!(is(&object, "Ready", "True"), expected, "{status}");
    }

    #[test]
    fn of_an_older_generation_they_do_not_count() {
        let ready = |more: Value| {
            let mut condition = json!({"type": "Ready", "status": "True"});
            if let Some(generation) = more.as_i64() {
                condition["observedGeneration"] = generation.into();
            }
            json!([condition])
        };
        check(json!(null), false);
        check(json!({"conditions": null}), false);
        check(json!({"conditions": ready(json!(null))}), true);
        check(
            json!({"conditions": [{"type": "ready", "status": "true"}]}),
            true,
        );
        check(
            json!({"conditions": [{"type": "Ready", "status": "False"}]}),
            false,
        );
        check(json!({"conditions": ready(json!(2))}), false);
        check(json!({"conditions": ready(json!(3))}), true);
        check(
            json!({"conditions": ready(json!(null)), "observedGeneration": 2}),
            false,
        );
        check(
            json!({"conditions": ready(json!(3)), "observedGeneration": 2}),
            true,
        );
    }
}
