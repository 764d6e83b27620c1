//! The subresource `scale`: how many there shall be, whatever kind of object says so.
//!
//! Follows k8s.io/kubernetes `pkg/registry/apps/deployment/storage/storage.go` (v1.36) and its siblings.

use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::update::{self, By, Change, Part};
use super::{Ask, WriteOptions, patch};
use crate::body::Body;
use crate::server::decode::Wanted;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::{decode, labels, object};

const SCALE: Wanted<'_> = Wanted {
    kind: "Scale",
    api_version: "autoscaling/v1",
    type_name: "io.k8s.api.autoscaling.v1.Scale",
};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    match ask.info.verb() {
        "get" => {
            ask.media()?;
            let store = ask.state.store();
            let old = store.get(ask.kind, ask.namespace(), ask.name());
            let old = old.ok_or_else(|| ask.not_found(ask.name()))?;
            answered(ask, &of(&old))
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
    let scale = make(&of(&old))?;
    update::check_name(ask, &scale)?;
    let new = scaled(ask, &old, &scale)?;
    let change = Change::new(Part::Whole, By::Patch, options).through("scale");
    let kept = update::keep(ask, store, &old, new, change)?;
    answered(ask, &of(&kept))
}

fn answered(ask: &Ask<'_>, scale: &Value) -> Answered<Response<Body>> {
    ask.object_of((SCALE.kind, SCALE.type_name), StatusCode::OK, scale)
}

/// What an object says of its scale.
fn of(object: &Value) -> Value {
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
    let number = |value: &Value| value.as_i64().unwrap_or(0);
    let mut spec = json!({});
    // Zero is left out, as Go's `omitempty` has it.
    if number(&object["spec"]["replicas"]) != 0 {
        spec["replicas"] = object["spec"]["replicas"].clone();
    }
    let mut status = json!({"replicas": number(&object["status"]["replicas"])});
    let selector = labels::selector(&object["spec"]["selector"]);
    if !selector.is_empty() {
        status["selector"] = selector.into();
    }
    json!({"kind": SCALE.kind, "apiVersion": SCALE.api_version, "metadata": metadata, "spec": spec, "status": status})
}

/// An object with the number that a scale says.
fn scaled(ask: &Ask<'_>, old: &Value, scale: &Value) -> Answered<Value> {
    let replicas = scale["spec"]["replicas"].as_i64().unwrap_or(0);
    if replicas < 0 {
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
    object::field(&mut new, "spec").insert("replicas".to_owned(), replicas.into());
    let version = object::resource_version(scale);
    if !version.is_empty() {
        object::metadata(&mut new).insert("resourceVersion".to_owned(), version.into());
    }
    Ok(new)
}
