//! Custom resources: checked by the schema of their definition.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/registry/customresource` (v0.36).

use serde_json::Value;

use crate::server::custom::Custom;
use crate::server::kinds::Kind;
use crate::server::object;
use crate::server::status::FieldFault;
use crate::server::structural::{self, Schema};

/// What is wrong with a kind and version; with another kind nothing more is looked at.
pub(super) fn type_meta(kind: &Kind, new: &Value) -> Vec<FieldFault> {
    let api_version = kind.api_version();
    let wanted = [("kind", &kind.kind), ("apiVersion", &api_version)];
    let odd = wanted
        .into_iter()
        .filter(|(field, wanted)| new[*field] != **wanted);
    odd.map(|(field, wanted)| FieldFault::invalid(field, &new[field], &format!("must be {wanted}")))
        .collect()
}

/// What is wrong with a new object; `told` is what its schema's rules said.
pub(super) fn faults(custom: &Custom, new: &Value, told: Vec<FieldFault>) -> Vec<FieldFault> {
    let schema = custom.schema();
    let mut faults = structural::value_faults(schema, (new, None), "");
    faults.extend(scale(custom, new, false));
    faults.extend(structural::metadata_faults(schema, new));
    faults.extend(structural::repetitions(schema, new));
    faults.extend(rules(schema, told, &faults));
    faults
}

/// What is wrong with a changed object, or (`is_status`) with its status, that was not wrong before.
pub(super) fn update(
    custom: &Custom,
    (new, old): (&Value, &Value),
    is_status: bool,
    told: Vec<FieldFault>,
) -> Vec<FieldFault> {
    let schema = custom.schema();
    let mut faults = Vec::new();
    if is_status {
        if let (Some(status), Some(schema)) = (new.get("status"), schema.field("status")) {
            faults = structural::value_faults(schema, (status, old.get("status")), "status");
        }
        faults.extend(scale(custom, new, true));
    } else {
        faults = structural::value_faults(schema, (new, Some(old)), "");
        faults.extend(scale(custom, new, false));
        faults.extend(structural::metadata_faults(schema, new));
    }
    if structural::repetitions(schema, old).is_empty() {
        faults.extend(structural::repetitions(schema, new));
    }
    faults.extend(rules(schema, told, &faults));
    faults
}

/// What the schema's rules said counts of objects that are otherwise what they should be.
fn rules(schema: &Schema, told: Vec<FieldFault>, faults: &[FieldFault]) -> Vec<FieldFault> {
    structural::blocked(schema, faults).map_or(told, |blocked| vec![blocked])
}

fn scale(custom: &Custom, object: &Value, is_status: bool) -> Vec<FieldFault> {
    let paths = custom.version().scale.as_ref();
    paths.map_or_else(Vec::new, |paths| paths.faults(object, is_status))
}

/// What the schema's rules refuse of an object, and what a client should know that writes it.
pub(crate) fn asked(
    custom: &Custom,
    new: &Value,
    old: Option<&Value>,
) -> (Vec<FieldFault>, Vec<String>) {
    let answers = structural::ask(custom.schema(), (new, old));
    let mut warnings = finalizers(new, old);
    warnings.extend(answers.warnings);
    (answers.faults, warnings)
}

/// What a client should know of the finalizers that it adds: of other kinds they would be refused.
fn finalizers(new: &Value, old: Option<&Value>) -> Vec<String> {
    let all = |object: &Value| {
        object["metadata"]["finalizers"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let before = old.map(all).unwrap_or_default();
    let added = all(new).into_iter().filter(|name| !before.contains(name));
    let mut added: Vec<String> = added
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    added.sort_unstable();
    let plain = |name: &&String| !name.contains('/') && !object::is_standard_finalizer(name);
    added
        .iter()
        .filter(plain)
        .map(|name| {
            let how = if name.contains('.') { " including a path (/)" } else { "" };
            format!(
                "metadata.finalizers: {name:?}: prefer a domain-qualified finalizer name{how} to avoid accidental \
                 conflicts with other finalizer writers"
            )
        })
        .collect()
}
