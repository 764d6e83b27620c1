//! Whether two servers answered alike, but for what is of one moment or one machine.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::run::Answer;

/// What became of a case.
#[derive(Debug)]
pub(super) enum Verdict {
    Alike,
    /// The real server checks a value that the in-memory one takes: from here on they are not of one mind. The field.
    Unchecked(String),
    Differs {
        step: usize,
        places: Vec<String>,
    },
}

pub(super) fn compare(ours: &[Answer], theirs: &[Answer]) -> Verdict {
    let (mut our_versions, mut their_versions) = (Versions::default(), Versions::default());
    for (step, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        if is_unchecked(ours, theirs) {
            let field = theirs.body["details"]["causes"][0]["field"].as_str();
            let field = field.unwrap_or_default().to_owned();
            return Verdict::Unchecked(field);
        }
        let mut places = Vec::new();
        let ours = normal(ours, &mut our_versions);
        let theirs = normal(theirs, &mut their_versions);
        differences("", &ours, &theirs, &mut places);
        if !places.is_empty() {
            return Verdict::Differs { step, places };
        }
    }
    Verdict::Alike
}

/// Whether the real server found a value invalid (422) of an object that fits its type, and ours did not.
fn is_unchecked(ours: &Answer, theirs: &Answer) -> bool {
    let names_an_object = !theirs.body["details"]["name"].is_null();
    theirs.code == 422 && names_an_object && ours.code < 300
}

/// Versions by the order in which they were seen.
#[derive(Default)]
struct Versions(BTreeMap<String, usize>);

impl Versions {
    fn number(&mut self, version: &str) -> Value {
        let next = self.0.len();
        (*self.0.entry(version.to_owned()).or_insert(next)).into()
    }
}

fn normal(answer: &Answer, versions: &mut Versions) -> Value {
    let mut body = answer.body.clone();
    if let Some(metadata) = body["metadata"].as_object_mut() {
        moments(metadata, versions);
    }
    // Conflicts with several managers are told in any order.
    if let Some(causes) = body
        .pointer_mut("/details/causes")
        .and_then(Value::as_array_mut)
    {
        causes.sort_by_key(Value::to_string);
    }
    json!({"code": answer.code, "warnings": answer.warnings, "body": body})
}

fn moments(metadata: &mut Map<String, Value>, versions: &mut Versions) {
    for field in ["uid", "creationTimestamp", "deletionTimestamp"] {
        if let Some(value) = metadata.get_mut(field) {
            *value = true.into();
        }
    }
    if let Some(version) = metadata.get_mut("resourceVersion") {
        *version = versions.number(version.as_str().unwrap_or_default());
    }
    let entries = metadata
        .get_mut("managedFields")
        .and_then(Value::as_array_mut);
    let Some(entries) = entries else { return };
    for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(time) = entry.get_mut("time") {
            *time = true.into();
        }
    }
    // By time in whole seconds, which the two do not share.
    entries.sort_by_key(|entry| {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        ["operation", "manager", "subresource"].map(text)
    });
}

/// Each place where two documents are not alike, as deep as it can be named.
fn differences(at: &str, ours: &Value, theirs: &Value, places: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let mut names: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let [ours, theirs] =
                    [ours, theirs].map(|map| map.get(name).unwrap_or(&Value::Null));
                differences(&format!("{at}/{name}"), ours, theirs, places);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                differences(&format!("{at}/{index}"), ours, theirs, places);
            }
        }
        _ if ours == theirs => {}
        _ => places.push(format!("{at}: in memory {ours}, real {theirs}")),
    }
}
