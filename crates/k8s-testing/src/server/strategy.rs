//! What a kind's strategy adds to an object that depends on more than what the object says: who asks, what else is there,
//! chance. Nobody owns these fields.
//!
//! Follows the `PrepareForCreate` of `pkg/registry/batch/job/strategy.go` and `pkg/registry/certificates/…` of
//! k8s.io/kubernetes, and the allocators of its `pkg/registry/core/service` (v1.36).

mod services;

use serde_json::{Map, Value, json};

use super::status::Answered;
use super::store::Store;
use super::user::User;
use super::verbs::Ask;
use super::{defaults, object};

/// Adds to a new object, which has its name and UID.
pub(crate) fn on_create(ask: &Ask<'_>, store: &Store, new: &mut Value) -> Answered<()> {
    match &*ask.kind.storage {
        "certificatesigningrequests.certificates.k8s.io" => requested_by(ask.user, new),
        "jobs.batch" => select_by_uid(new),
        "services" => services::allocate(ask, store, new)?,
        _ => {}
    }
    Ok(())
}

/// Adds to a changed object.
pub(crate) fn on_update(ask: &Ask<'_>, store: &Store, new: &mut Value) -> Answered<()> {
    match ask.kind.core() {
        "services" => services::allocate(ask, store, new),
        _ => Ok(()),
    }
}

/// A request for a certificate says who made it, whatever it was sent with.
fn requested_by(user: &User, new: &mut Value) {
    let spec = object::field(new, "spec");
    for field in ["extra", "groups", "uid", "username"] {
        spec.remove(field);
    }
    let mut add = |field: &str, value: Value, is_empty: bool| {
        if !is_empty {
            spec.insert(field.to_owned(), value);
        }
    };
    add("extra", json!(user.extra), user.extra.is_empty());
    add("groups", json!(user.groups), user.groups.is_empty());
    add("uid", json!(user.uid), user.uid.is_empty());
    add("username", json!(user.name), user.name.is_empty());
}

/// A job selects its pods by its own UID, with which they are labelled; unless it does so itself.
fn select_by_uid(job: &mut Value) {
    const UID: &str = "batch.kubernetes.io/controller-uid";
    if job["spec"]["manualSelector"] == true {
        return;
    }
    let (name, uid) = (object::name(job).to_owned(), object::uid(job).to_owned());
    let spec = object::field(job, "spec");
    let template = object::map(spec, "template");
    let labels: &mut Map<String, Value> = object::map(object::map(template, "metadata"), "labels");
    for (label, value) in [
        ("job-name", &name),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        (UID, &uid),
    ] {
        labels.entry(label).or_insert_with(|| value.as_str().into());
    }
    defaults::labelled_as_its_pods(job);
    let spec = object::field(job, "spec");
    let selected = object::map(object::map(spec, "selector"), "matchLabels");
    selected.entry(UID).or_insert_with(|| uid.into());
}
