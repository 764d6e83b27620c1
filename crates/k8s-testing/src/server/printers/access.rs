//! Roles' bindings, certificates and the policies of admission and of flow.

use k8s_api_core::human_duration;
use serde_json::Value;

use super::cell::Cell::{Made, Text, TextOr};
use super::cell::{AGE, Cell, NAME, at, items, part_or, status_of, text};

pub(super) const REQUEST: &[Cell] = &[
    NAME,
    AGE,
    TextOr("/spec/signerName", "<none>"),
    Text("/spec/username"),
    Made(
        |request, _| match request["spec"]["expirationSeconds"].as_i64() {
            Some(seconds) => human_duration(seconds).into(),
            None => "<none>".into(),
        },
    ),
    Made(|request, _| condition(request).into()),
];

pub(super) fn role(binding: &Value, _: i64) -> Value {
    let role = at(binding, "/roleRef");
    format!("{}/{}", text(role, "/kind"), text(role, "/name")).into()
}

pub(super) fn users(binding: &Value, _: i64) -> Value {
    subjects(binding, "User").into()
}

pub(super) fn groups(binding: &Value, _: i64) -> Value {
    subjects(binding, "Group").into()
}

pub(super) fn accounts(binding: &Value, _: i64) -> Value {
    subjects(binding, "ServiceAccount").into()
}

/// The kind of a policy's parameters.
pub(super) fn parameter_kind(policy: &Value, _: i64) -> Value {
    let kind = at(policy, "/spec/paramKind");
    if kind.is_null() {
        return "<unset>".into();
    }
    format!("{}/{}", text(kind, "/apiVersion"), text(kind, "/kind")).into()
}

/// Which parameters a binding gives to its policy.
pub(super) fn parameters(binding: &Value, _: i64) -> Value {
    let of = at(binding, "/spec/paramRef");
    match (text(of, "/namespace"), text(of, "/name")) {
        (_, "") if of["selector"].is_object() => selector(&of["selector"]).into(),
        (_, "") => "<unset>".into(),
        ("", name) => format!("*/{name}").into(),
        (namespace, name) => format!("{namespace}/{name}").into(),
    }
}

pub(super) fn dangling(schema: &Value, _: i64) -> Value {
    status_of(schema, "Dangling").unwrap_or("?").into()
}

pub(super) fn queues(level: &Value, _: i64) -> Value {
    queuing(level, "/queues")
}

pub(super) fn hand_size(level: &Value, _: i64) -> Value {
    queuing(level, "/handSize")
}

pub(super) fn queue_length(level: &Value, _: i64) -> Value {
    queuing(level, "/queueLengthLimit")
}

fn queuing(level: &Value, place: &str) -> Value {
    const PART: &str = "/spec/limited/limitResponse/queuing";
    part_or(level, PART, &format!("{PART}{place}"), "<none>")
}

fn subjects(binding: &Value, kind: &str) -> String {
    let subjects = items(binding, "/subjects").iter();
    let of_kind = subjects.filter(|subject| subject["kind"] == kind);
    let names: Vec<String> = of_kind
        .map(|subject| match (kind, text(subject, "/name")) {
            ("ServiceAccount", name) => format!("{}/{name}", text(subject, "/namespace")),
            (_, name) => name.to_owned(),
        })
        .collect();
    names.join(", ")
}

/// A selector as Go prints the struct.
fn selector(selector: &Value) -> String {
    let labels = at(selector, "/matchLabels").as_object();
    let labels = labels.into_iter().flatten();
    let labels: String = labels
        .map(|(key, value)| format!("{key}: {},", value.as_str().unwrap_or_default()))
        .collect();
    let expressions = items(selector, "/matchExpressions").iter();
    let expressions: String = expressions
        .map(|term| {
            let values = items(term, "/values").iter().filter_map(Value::as_str);
            let values: Vec<&str> = values.collect();
            let (key, operator) = (text(term, "/key"), text(term, "/operator"));
            let values = values.join(" ");
            format!("LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{values}],}},")
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}

fn condition(request: &Value) -> String {
    let has = |of_type: &str| status_of(request, of_type).is_some();
    let mut told = if has("Denied") {
        "Denied"
    } else if has("Approved") {
        "Approved"
    } else {
        "Pending"
    }
    .to_owned();
    if has("Failed") {
        told.push_str(",Failed");
    }
    if !text(request, "/status/certificate").is_empty() {
        told.push_str(",Issued");
    }
    told
}
