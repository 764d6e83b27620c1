//! The subresource `scale`: how many there shall be, whatever kind of object says so.
//!
//! Follows k8s.io/kubernetes `pkg/registry/apps/deployment/storage/storage.go` (v1.36) and its siblings.

use http::{Response, StatusCode};
use k8s_api_core::status::StatusCause;
use serde_json::{Map, Value, json};

use super::update::{self, By, Change, Part};
use super::{Ask, WriteOptions, patch};
use crate::body::Body;
use crate::server::custom::Paths;
use crate::server::decode::Wanted;
use crate::server::kinds::Kind;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::{decode, labels, object};

const SCALE: Wanted<'_> = Wanted {
    kind: "Scale",
    api_version: "autoscaling/v1",
    type_name: "io.k8s.api.autoscaling.v1.Scale",
    custom: None,
};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    match ask.info.verb() {
        "get" => {
            ask.media()?;
            let store = ask.state.store();
            let old = store.get(ask.kind, ask.namespace(), ask.name());
            let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
            check_wanted(ask.kind, &old)?;
            answered(ask, &of(ask.kind, &old))
        }
        "update" => {
            let sent = ask.sent()?;
            let options = WriteOptions::read(ask, "UpdateOptions")?;
            let decoded = decode::typed(SCALE, sent)?;
            let sent = options.accept(ask, decoded, |says| {
                let says = format!("Scale in version \"v1\" cannot be handled as a Scale: {says}");
                Refusal::bad_request(says)
            })?;
            change(ask, &options, |_| Ok(sent))
        }
        _ => {
            let form = patch::form(ask)?;
            let options = WriteOptions::of_patch(ask, false)?;
            change(ask, &options, |old| {
                patch::patched(ask, &options, (form, SCALE), old)
            })
        }
    }
}

/// Gives an object the scale that `make` makes of the one it has.
fn change(
    ask: &Ask<'_>,
    options: &WriteOptions,
    make: impl FnOnce(&Value) -> Answered<Value>,
) -> Answered<Response<Body>> {
    ask.media()?;
    let store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
    let scale = make(&of(ask.kind, &old))?;
    update::check_name(ask, &scale)?;
    let new = scaled(ask, &old, &scale)?;
    let change = Change::new(Part::Whole, By::Patch, options).through("scale");
    let kept = update::keep(ask, store, &old, new, change)?;
    answered(ask, &of(ask.kind, &kept))
}

fn answered(ask: &Ask<'_>, scale: &Value) -> Answered<Response<Body>> {
    ask.object_of((SCALE.kind, SCALE.type_name), StatusCode::OK, scale)
}

/// A custom resource that does not say how many there shall be has no scale.
fn check_wanted(kind: &Kind, object: &Value) -> Answered<()> {
    match paths(kind) {
        Some(paths) if paths.wanted(object).is_none() => {
            let path = &paths.wanted;
            let says =
                format!("Internal error occurred: the spec replicas field {path:?} does not exist");
            let code = StatusCode::INTERNAL_SERVER_ERROR;
            let cause = says.split_once(": ").map_or("", |(_, cause)| cause);
            let cause = StatusCause::new("", cause, "");
            Err(Refusal::new(code, "InternalError", &*says).causes(vec![cause]))
        }
        _ => Ok(()),
    }
}

/// Where a custom resource has its scale.
fn paths(kind: &Kind) -> Option<&Paths> {
    kind.custom.as_ref()?.version().scale.as_ref()
}

/// How many there shall be, how many there are, and which: as an object of a kind says it.
fn numbers(kind: &Kind, object: &Value) -> (i64, i64, String) {
    if let Some(paths) = paths(kind) {
        let wanted = paths.wanted(object).unwrap_or(0);
        return (wanted, paths.is(object), paths.selector(object).to_owned());
    }
    let number = |value: &Value| value.as_i64().unwrap_or(0);
    let wanted = number(&object["spec"]["replicas"]);
    let selector = labels::selector(&object["spec"]["selector"]);
    (wanted, number(&object["status"]["replicas"]), selector)
}

/// What an object says of its scale.
fn of(kind: &Kind, object: &Value) -> Value {
    let from = &object["metadata"];
    let mut metadata = Map::new();
    for field in [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
    ] {
        if let Some(value) = from.get(field) {
            metadata.insert(field.to_owned(), value.clone());
        }
    }
    let (wanted, is, selector) = numbers(kind, object);
    let mut spec = json!({});
    // Zero is left out, as Go's `omitempty` has it.
    if wanted != 0 {
        spec["replicas"] = wanted.into();
    }
    let mut status = json!({"replicas": is});
    if !selector.is_empty() {
        status["selector"] = selector.into();
    }
    json!({"kind": SCALE.kind, "apiVersion": SCALE.api_version, "metadata": metadata, "spec": spec, "status": status})
}

/// An object with the number that a scale says.
fn scaled(ask: &Ask<'_>, old: &Value, scale: &Value) -> Answered<Value> {
    let replicas = scale["spec"]["replicas"].as_i64().unwrap_or(0);
    if replicas < 0 && ask.kind.is_built_in() {
        let says = "must be greater than or equal to 0";
        let fault = FieldFault::invalid("spec.replicas", &replicas.into(), says);
        return Err(Refusal::invalid(
            "autoscaling",
            "Scale",
            ask.name(),
            &[fault],
        ));
    }
    let mut new = old.clone();
    match paths(ask.kind) {
        Some(paths) => paths.set(&mut new, replicas),
        None => {
            drop(object::field(&mut new, "spec").insert("replicas".to_owned(), replicas.into()))
        }
    }
    let version = object::resource_version(scale);
    if !version.is_empty() {
        object::metadata(&mut new).insert("resourceVersion".to_owned(), version.into());
    }
    Ok(new)
}
