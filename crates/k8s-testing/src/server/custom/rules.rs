//! Rules of a definition's schema, as far as whoever asks them can read them.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go` (v0.36).

use serde_json::{Value, json};

use crate::server::status::FieldFault;
use crate::server::structural;

/// Adds the faults of the rules of a schema and of all below it.
///
/// `loose`: the place above it from where on old values are not known; `None`: they are.
pub(super) fn faults(told: &Value, at: &str, loose: Option<&str>, faults: &mut Vec<FieldFault>) {
    let rules = told["x-kubernetes-validations"].as_array();
    for (index, told) in rules.into_iter().flatten().enumerate() {
        let at = format!("{at}.x-kubernetes-validations[{index}]");
        rule(told, &at, loose, faults);
    }
    let is_loose = told["items"].is_object() && told["x-kubernetes-list-type"] != "map";
    let own = is_loose.then_some(at);
    let loose = loose.or(own);
    for (name, inner) in told["properties"].as_object().into_iter().flatten() {
        self::faults(inner, &format!("{at}.properties[{name}]"), loose, faults);
    }
    for name in ["additionalProperties", "items"] {
        if told[name].is_object() {
            self::faults(&told[name], &format!("{at}.{name}"), loose, faults);
        }
    }
}

fn rule(told: &Value, at: &str, loose: Option<&str>, faults: &mut Vec<FieldFault>) {
    let text = |field: &str| told[field].as_str().unwrap_or_default().trim();
    let broken = |field: &str, what: &str, why: &str| FieldFault {
        field: format!("{at}.{field}"),
        kind: "FieldValueInvalid".into(),
        says: format!("Invalid value: {}: {what} failed: {why}", internal(told)),
    };
    if text("rule").is_empty() {
        return;
    }
    match structural::reads_old(text("rule")) {
        Err(why) => faults.push(broken("rule", "compilation", &why)),
        Ok(Some(true)) => {
            if let Some(loose) = loose {
                let says = format!(
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within {loose}"
                );
                faults.push(FieldFault::invalid(
                    format!("{at}.rule"),
                    &told["rule"],
                    &says,
                ));
            }
        }
        Ok(Some(false)) if !told["optionalOldSelf"].is_null() => {
            let says = "may not be set if oldSelf is not used in rule";
            faults.push(FieldFault::invalid(
                format!("{at}.optionalOldSelf"),
                &told["optionalOldSelf"],
                says,
            ));
        }
        Ok(_) => {}
    }
    if !text("messageExpression").is_empty()
        && let Err(why) = structural::reads_old(text("messageExpression"))
    {
        faults.push(broken(
            "messageExpression",
            "messageExpression compilation",
            &why,
        ));
    }
}

/// A rule as the server's own type has it.
fn internal(rule: &Value) -> String {
    let text = |field: &str| json!(rule[field].as_str().unwrap_or_default());
    format!(
        r#"{{"Rule":{},"Message":{},"MessageExpression":{},"Reason":{},"FieldPath":{},"OptionalOldSelf":{}}}"#,
        text("rule"),
        text("message"),
        text("messageExpression"),
        rule["reason"],
        text("fieldPath"),
        rule["optionalOldSelf"],
    )
}
