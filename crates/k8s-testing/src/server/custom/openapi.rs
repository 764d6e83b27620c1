//! What OpenAPI has and a definition's schema may not have, and how lists and maps must be described.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go` and
//! `pkg/apiserver/schema/defaulting/validation.go` (v0.36).

use serde_json::Value;

use crate::server::status::FieldFault;
use crate::server::structural::{self, Schema};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

/// Adds the faults of a schema and of all that it is made of.
pub(super) fn faults(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    walk(told, at, true, faults);
}

fn walk(told: &Value, at: &str, is_root: bool, faults: &mut Vec<FieldFault>) {
    unsupported(told, at, faults);
    if told["uniqueItems"] == true {
        let says =
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        faults.push(FieldFault::forbidden(format!("{at}.uniqueItems"), says));
    }
    let properties = told["properties"].as_object();
    if let Some(additional) = told.get("additionalProperties") {
        let at = format!("{at}.additionalProperties");
        if properties.is_some_and(|fields| !fields.is_empty()) && *additional != true {
            let says = "additionalProperties and properties are mutual exclusive";
            faults.push(FieldFault::forbidden(at.clone(), says));
        }
        if additional.is_object() {
            walk(additional, &at, false, faults);
        }
    }
    for (name, inner) in properties.into_iter().flatten() {
        let at = format!("{at}.properties[{name}]");
        if is_root && ["apiVersion", "kind", "metadata"].contains(&&**name) {
            top_defaults(inner, name, &at, faults);
        }
        walk(inner, &at, false, faults);
    }
    if told["not"].is_object() {
        walk(&told["not"], &format!("{at}.not"), false, faults);
    }
    for name in ["allOf", "oneOf", "anyOf"] {
        let all = told[name].as_array().into_iter().flatten();
        for (index, inner) in all.enumerate() {
            walk(inner, &format!("{at}.{name}[{index}]"), false, faults);
        }
    }
    if told["items"].is_object() {
        walk(&told["items"], &format!("{at}.items"), false, faults);
    }
    if told["x-kubernetes-preserve-unknown-fields"] == false {
        let at = format!("{at}.x-kubernetes-preserve-unknown-fields");
        faults.push(FieldFault::invalid(
            at,
            &false.into(),
            "must be true or undefined",
        ));
    }
    topology(told, at, faults);
    keys(told, at, faults);
    rules(&told["x-kubernetes-validations"], at, faults);
}

fn unsupported(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    if let Some(name) = told["type"].as_str()
        && !name.is_empty()
        && !TYPES.contains(&name)
    {
        faults.push(FieldFault::unsupported(
            format!("{at}.type"),
            &name.into(),
            &TYPES,
        ));
    }
    for name in [
        "id",
        "additionalItems",
        "patternProperties",
        "definitions",
        "dependencies",
        "$ref",
    ] {
        if told
            .get(name)
            .is_some_and(|value| !value.is_null() && *value != "")
        {
            faults.push(FieldFault::forbidden(
                format!("{at}.{name}"),
                &format!("{name} is not supported"),
            ));
        }
    }
    if told["type"] == "null" {
        let says = "type cannot be set to null, use nullable as an alternative";
        faults.push(FieldFault::forbidden(format!("{at}.type"), says));
    }
    if told["items"].is_array() {
        let says = "items must be a schema object and not an array";
        faults.push(FieldFault::forbidden(format!("{at}.items"), says));
    }
}

/// What every object has is not filled in by a schema.
fn top_defaults(told: &Value, field: &str, at: &str, faults: &mut Vec<FieldFault>) {
    if told.get("default").is_some_and(|value| !value.is_null()) {
        let says = format!("must not be set in top-level {field}");
        faults.push(FieldFault::forbidden(format!("{at}.default"), &says));
    }
    for (name, inner) in told["properties"].as_object().into_iter().flatten() {
        top_defaults(inner, field, &format!("{at}.properties[{name}]"), faults);
    }
}

fn topology(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    for (name, type_name, known) in [
        (
            "x-kubernetes-map-type",
            "object",
            &["atomic", "granular"] as &[&str],
        ),
        ("x-kubernetes-list-type", "array", &["atomic", "set", "map"]),
    ] {
        let Some(as_) = told[name].as_str() else {
            continue;
        };
        if told["type"] != type_name {
            let (says, at) = (
                format!("must be {type_name} if {name} is specified"),
                format!("{at}.type"),
            );
            faults.push(match told["type"].as_str() {
                None | Some("") => FieldFault::required(at, &says),
                Some(other) => FieldFault::invalid(at, &other.into(), &says),
            });
        }
        if !known.contains(&as_) {
            faults.push(FieldFault::unsupported(
                format!("{at}.{name}"),
                &as_.into(),
                known,
            ));
        }
    }
    let items = &told["items"];
    if told["x-kubernetes-list-type"] == "set" && items.is_object() {
        let says = "must be atomic as item of a list with x-kubernetes-list-type=set";
        let atomic = |name: &str| match items[name].as_str() {
            None => name == "x-kubernetes-list-type",
            Some(as_) => as_ == "atomic",
        };
        for (type_name, name) in [
            ("array", "x-kubernetes-list-type"),
            ("object", "x-kubernetes-map-type"),
        ] {
            if items["type"] == type_name && !atomic(name) {
                let value = &items["x-kubernetes-list-type"];
                faults.push(FieldFault::invalid(
                    format!("{at}.items.{name}"),
                    value,
                    says,
                ));
            }
        }
    }
}

/// The keys of a list's items.
fn keys(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    let (as_, items) = (told["x-kubernetes-list-type"].as_str(), &told["items"]);
    let keys = told["x-kubernetes-list-map-keys"].as_array();
    let keys: Vec<&str> = keys
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if !keys.is_empty() && as_ != Some("map") {
        let (at, says) = (
            format!("{at}.x-kubernetes-list-type"),
            "must be map if x-kubernetes-list-map-keys is non-empty",
        );
        faults.push(match as_ {
            None => FieldFault::required(at, says),
            Some(other) => FieldFault::invalid(at, &other.into(), says),
        });
    }
    if as_ == Some("map") {
        let all = &told["x-kubernetes-list-map-keys"];
        let keys_at = format!("{at}.x-kubernetes-list-map-keys");
        if keys.is_empty() {
            let says = "must not be empty if x-kubernetes-list-type is map";
            faults.push(FieldFault::required(keys_at.clone(), says));
        }
        if items.is_null() {
            let says = "must have a schema if x-kubernetes-list-type is map";
            faults.push(FieldFault::required(format!("{at}.items"), says));
        } else if items["type"] != "object" {
            let says = "must be object if parent array's x-kubernetes-list-type is map";
            faults.push(FieldFault::invalid(
                format!("{at}.items.type"),
                &items["type"],
                says,
            ));
        } else {
            for (index, key) in keys.iter().enumerate() {
                let inner = &items["properties"][*key];
                if ["array", "object"].contains(&inner["type"].as_str().unwrap_or_default()) {
                    let says =
                        "must be a scalar type if parent array's x-kubernetes-list-type is map";
                    let at = format!("{at}.items.properties[{key}].type");
                    faults.push(FieldFault::invalid(at, &items["type"], says));
                } else if inner.is_null() {
                    let says = "entries must all be names of item properties";
                    faults.push(FieldFault::invalid(keys_at.clone(), all, says));
                }
                if keys[..index].contains(key) {
                    faults.push(FieldFault::invalid(
                        keys_at.clone(),
                        all,
                        "must not contain duplicate entries",
                    ));
                }
            }
        }
    }
    if let Some(as_ @ ("map" | "set")) = as_ {
        items_of(as_, items, &keys, at, faults);
    }
}

fn items_of(as_: &str, items: &Value, keys: &[&str], at: &str, faults: &mut Vec<FieldFault>) {
    if items["nullable"] == true {
        let says = format!("cannot be nullable when x-kubernetes-list-type is {as_}");
        faults.push(FieldFault::forbidden(format!("{at}.items.nullable"), &says));
    }
    let is_required = |key: &str| {
        let required = items["required"].as_array();
        required.is_some_and(|required| required.iter().any(|name| name == key))
    };
    for key in keys.iter().filter(|_| as_ == "map") {
        let inner = &items["properties"][*key];
        let at = format!("{at}.items.properties[{key}]");
        if inner.is_object() && !is_required(key) && inner.get("default").is_none() {
            let says = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
            faults.push(FieldFault::required(format!("{at}.default"), says));
        }
        if inner["nullable"] == true {
            let says = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
            faults.push(FieldFault::forbidden(format!("{at}.nullable"), says));
        }
    }
}

fn rules(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    for (index, rule) in told.as_array().into_iter().flatten().enumerate() {
        let at = |field: &str| format!("{at}.x-kubernetes-validations[{index}].{field}");
        let text = |field: &str| rule[field].as_str().unwrap_or_default();
        let (expression, message) = (text("rule").trim(), text("message"));
        let breaks = |text: &str| text.contains(['\n', '\r']);
        if expression.is_empty() {
            faults.push(FieldFault::required(at("rule"), "rule is not specified"));
        } else if !message.is_empty() && message.trim().is_empty() {
            faults.push(FieldFault::invalid(
                at("message"),
                &message.into(),
                "must be non-empty if specified",
            ));
        } else if breaks(message.trim()) {
            faults.push(FieldFault::invalid(
                at("message"),
                &message.into(),
                "must not contain line breaks",
            ));
        } else if breaks(expression) && message.trim().is_empty() {
            let says = "message must be specified if rule contains line breaks";
            faults.push(FieldFault::required(at("message"), says));
        }
        if let Some(reason) = rule["reason"].as_str()
            && !REASONS.contains(&reason)
        {
            faults.push(FieldFault::unsupported(
                at("reason"),
                &reason.into(),
                &REASONS,
            ));
        }
    }
}

/// Whether defaults are what their own schemas allow.
pub(super) fn defaults(told: &Value, at: &str) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    default(told, at, &mut faults);
    faults
}

fn default(told: &Value, at: &str, faults: &mut Vec<FieldFault>) {
    if let Some(value) = told.get("default").filter(|value| !value.is_null()) {
        let (schema, at) = (Schema::read(told), format!("{at}.default"));
        let mut pruned = value.clone();
        let unknown = structural::prune(&mut pruned, &schema);
        if unknown.is_empty() {
            faults.extend(structural::value_faults(&schema, (value, None), &at));
        } else {
            faults.push(FieldFault::invalid(
                at,
                value,
                "must not have unknown fields",
            ));
        }
    }
    for (name, inner) in told["properties"].as_object().into_iter().flatten() {
        default(inner, &format!("{at}.properties[{name}]"), faults);
    }
    for name in ["items", "additionalProperties"] {
        if told[name].is_object() {
            default(&told[name], &format!("{at}.{name}"), faults);
        }
    }
}
