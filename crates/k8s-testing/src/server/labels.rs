//! Labels and label selectors as text, as people read them.
//!
//! Follows `String` of k8s.io/apimachinery `pkg/labels` and `LabelSelectorAsSelector` of its `pkg/apis/meta/v1` (v0.36).

use serde_json::Value;

/// Labels as `a=1,b=2`.
pub(crate) fn text(labels: &Value) -> String {
    let labels = labels.as_object().into_iter().flatten();
    let pairs: Vec<String> = labels.map(equal).collect();
    pairs.join(",")
}

/// A selector as text, of the shape that is a map and of the one that has terms: `a=1,b in (x,y),!c`.
pub(crate) fn selector(selector: &Value) -> String {
    let is_term = |value: &Value| value.is_object() || value.is_array();
    let labels = match selector.get("matchLabels") {
        Some(labels) => labels.as_object(),
        None => selector
            .as_object()
            .filter(|map| !map.values().any(is_term)),
    };
    let labels = labels.into_iter().flatten();
    let mut terms: Vec<(&str, String)> = labels
        .map(|label| (label.0.as_str(), equal(label)))
        .collect();
    let expressions = selector["matchExpressions"].as_array();
    terms.extend(expressions.into_iter().flatten().map(term));
    terms.sort_by_key(|(key, _)| *key);
    let terms: Vec<String> = terms.into_iter().map(|(_, term)| term).collect();
    terms.join(",")
}

fn equal((key, value): (&String, &Value)) -> String {
    format!("{key}={}", value.as_str().unwrap_or_default())
}

fn term(expression: &Value) -> (&str, String) {
    let text = |name: &str| expression[name].as_str().unwrap_or_default();
    let values = expression["values"].as_array().into_iter().flatten();
    let mut values: Vec<&str> = values.filter_map(Value::as_str).collect();
    values.sort_unstable();
    let (key, values) = (text("key"), values.join(","));
    let term = match text("operator") {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    };
    (key, term)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn terms_stand_in_the_order_of_their_keys() {
        let terms = json!({
            "matchLabels": {"b": "1"},
            "matchExpressions": [
                {"key": "c", "operator": "DoesNotExist"},
                {"key": "a", "operator": "In", "values": ["y", "x"]},
                {"key": "d", "operator": "Exists"},
            ],
        });
        assert_eq!(selector(&terms), "a in (x,y),b=1,!c,d");
        assert_eq!(selector(&json!({"b": "1", "a": "2"})), "a=2,b=1");
        assert_eq!(selector(&Value::Null), "");
        assert_eq!(text(&json!({"b": "1", "a": "2"})), "a=2,b=1");
    }
}
