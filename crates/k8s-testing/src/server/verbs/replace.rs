//! Replace: a whole object in the place of the one that the client has seen.

use std::sync::MutexGuard;

use http::{Response, StatusCode};
use serde_json::Value;

use super::Ask;
use super::create::{self, in_namespace};
use crate::body::Body;
use crate::server::authorize::Attributes;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::Store;
use crate::server::{decode, defaults, media, object, validation};

const CHANGED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    media::wanted(ask.headers)?;
    media::readable(ask.headers)?;
    let dry_run = ask.is_dry_run("UpdateOptions")?;
    let mut new = decode::object(ask.kind, ask.body)?;
    in_namespace(ask.namespace(), &mut new)?;
    check_name(ask, &new)?;
    let mut store = ask.state.store();
    let old = store.get(ask.kind, ask.namespace(), ask.name());
    let Some(old) = old else {
        return absent(ask, store, new, dry_run);
    };
    check_preconditions(ask, &mut new, &old)?;
    keep_from(&old, ask, &mut new);
    defaults::on_update(ask.kind, &mut new);
    validation::on_update(ask.kind, &new, &old)?;
    if dry_run {
        return ask.object(StatusCode::OK, &new);
    }
    let finished = object::is_being_deleted(&new) && !object::has_finalizers(&new);
    if finished && ask.kind.resource != "namespaces" {
        store.remove(ask.kind, ask.namespace(), ask.name());
        drop(store);
        ask.state.after_delete(ask.kind, &new);
        return ask.object(StatusCode::OK, &new);
    }
    if new == **old {
        // Nothing changed: no write, no new version.
        return ask.object(StatusCode::OK, &old);
    }
    let replaced = store.put(ask.kind, ask.namespace(), ask.name(), new);
    drop(store);
    if ask.kind.resource == "namespaces" {
        ask.state.after_change_in(ask.name());
    }
    ask.object(StatusCode::OK, &replaced)
}

/// Most kinds are not there; a few come about by their first replacement, for whoever may create them.
fn absent(
    ask: &Ask<'_>,
    store: MutexGuard<'_, Store>,
    new: Value,
    dry_run: bool,
) -> Answered<Response<Body>> {
    if !ask.kind.creates_on_update {
        return Err(ask.not_found(ask.name()));
    }
    let creates = Attributes {
        verb: "create".to_owned(),
        ..Attributes::from(ask.info)
    };
    ask.state.authorize(ask.user, &creates)?;
    create::finish(ask, store, new, dry_run)
}

/// Where etcd has the object, as the server names it in errors.
fn etcd_key(ask: &Ask<'_>) -> String {
    let resource = match ask.kind.resource {
        "nodes" => "minions",
        resource => resource,
    };
    match ask.namespace() {
        "" => format!("{resource}/{}", ask.name()),
        namespace => format!("{resource}/{namespace}/{}", ask.name()),
    }
}

fn check_name(ask: &Ask<'_>, new: &Value) -> Answered<()> {
    let sent = object::name(new);
    if sent == ask.name() {
        return Ok(());
    }
    let says = if sent.is_empty() {
        let name = ask.name();
        format!(
            "the name of the object ({name} based on URL) was undeterminable: name must be provided"
        )
    } else {
        format!(
            "the name of the object ({sent}) does not match the name on the URL ({})",
            ask.name()
        )
    };
    Err(Refusal::bad_request(says))
}

/// The UID and the version that the client has seen must be the ones that are there.
fn check_preconditions(ask: &Ask<'_>, new: &mut Value, old: &Value) -> Answered<()> {
    let conflict =
        |why: &str| Refusal::conflict(ask.kind.group, ask.kind.resource, ask.name(), why);
    let (sent, stored) = (object::uid(new), object::uid(old));
    if !sent.is_empty() && sent != stored {
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{}, ResourceVersion: 0, AdditionalErrorMsg: \
             Precondition failed: UID in precondition: {sent}, UID in object meta: {stored}",
            etcd_key(ask)
        );
        return Err(conflict(&why));
    }
    let stored = object::resource_version(old).to_owned();
    match object::resource_version(new) {
        "" | "0" if ask.kind.creates_on_update => {
            let says = "must be specified for an update";
            let fault = FieldFault::invalid("metadata.resourceVersion", &0.into(), says);
            let (group, resource) = (ask.kind.group, ask.kind.resource);
            Err(Refusal::invalid(group, resource, ask.name(), &[fault]))
        }
        "" | "0" => {
            let metadata = object::metadata(new);
            metadata.insert("resourceVersion".to_owned(), stored.into());
            Ok(())
        }
        sent if sent == stored => Ok(()),
        sent if sent.parse::<u64>().is_err() => Err(not_a_version(sent)),
        _ => Err(conflict(CHANGED)),
    }
}

/// A version that is no number goes wrong so deep in the server that it comes out as an internal error.
pub(super) fn not_a_version(sent: &str) -> Refusal {
    let says = format!("strconv.ParseUint: parsing {sent:?}: invalid syntax");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says)
}

/// What a replacement cannot change: what the system wrote, and `status`, which has a subresource of its own.
fn keep_from(old: &Value, ask: &Ask<'_>, new: &mut Value) {
    let kept = [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ];
    let metadata = object::metadata(new);
    metadata.remove("selfLink");
    metadata.remove("managedFields");
    for field in kept {
        match old["metadata"].get(field) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.remove(field),
        };
    }
    if matches!(ask.kind.resource, "namespaces" | "nodes" | "pods")
        && let Some(fields) = new.as_object_mut()
    {
        match old.get("status") {
            Some(status) => fields.insert("status".to_owned(), status.clone()),
            None => fields.remove("status"),
        };
    }
    if ask.kind.resource == "namespaces" {
        // Only the `finalize` subresource changes these.
        let finalizers = old["spec"]["finalizers"].clone();
        object::field(new, "spec").insert("finalizers".to_owned(), finalizers);
    }
}
