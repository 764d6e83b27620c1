//! Create: a new object, named by the client or by the server.

use std::sync::MutexGuard;

use http::{Response, StatusCode};
use serde_json::Value;

use super::{Ask, WriteOptions};
use crate::body::Body;
use crate::server::managed::Tracking;
use crate::server::status::{Answered, Refusal};
use crate::server::store::Store;
use crate::server::{admission, defaults, object, rbac, strategy, validation};

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    ask.media()?;
    ask.sent()?;
    let options = WriteOptions::read(ask, "CreateOptions")?;
    let mut new = ask.decoded(&options)?;
    if !object::resource_version(&new).is_empty() {
        // etcd's store says this without a reason, so it comes out as an internal error.
        let says = "resourceVersion should not be set on objects to be created";
        return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says));
    }
    in_namespace(ask.namespace(), &mut new)?;
    own(ask, &mut new, &options);
    finish(ask, ask.state.store(), new, options.dry_run)
}

/// Whoever creates an object owns all that it says.
pub(crate) fn own(ask: &Ask<'_>, new: &mut Value, options: &WriteOptions) {
    if let Some(tracking) = Tracking::of(ask.kind, "") {
        let now = ask.state.clock.timestamp();
        tracking.update(&tracking.empty(), new, &options.manager, &now);
    }
}

/// Completes, checks and keeps a new object.
pub(super) fn finish(
    ask: &Ask<'_>,
    mut store: MutexGuard<'_, Store>,
    mut new: Value,
    dry_run: bool,
) -> Answered<Response<Body>> {
    stamp(ask, &mut new);
    admission::on_create(ask, &store, &mut new)?;
    strategy::on_create(ask, &store, &mut new)?;
    defaults::on_create(ask.kind, &mut new);
    rbac::on_create(ask, &store, &new)?;
    let told = ask.rules(&new, None);
    validation::on_create(ask.kind, &new, told)?;
    let name = object::name(&new).to_owned();
    if store.get(ask.kind, ask.namespace(), &name).is_some() {
        let (group, resource) = (&ask.kind.group, &ask.kind.resource);
        let generated = !object::text(&new, "/metadata/generateName").is_empty();
        return Err(if generated {
            Refusal::not_unique(group, resource, &name)
        } else {
            Refusal::already_exists(group, resource, &name)
        });
    }
    if dry_run {
        return ask.object(StatusCode::CREATED, &new);
    }
    let created = store.put(ask.kind, ask.namespace(), &name, new);
    drop(store);
    ask.state.after_create(ask.kind, &created);
    ask.object(StatusCode::CREATED, &created)
}

/// Writes what the system owns: generated name, UID, time of creation.
fn stamp(ask: &Ask<'_>, new: &mut Value) {
    let metadata = object::metadata(new);
    for field in [
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ] {
        metadata.remove(field);
    }
    let base = metadata
        .get("generateName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let named = metadata
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(|name| !name.is_empty());
    if !named && !base.is_empty() {
        let name = ask.state.dice.name(base);
        metadata.insert("name".to_owned(), name.into());
    }
    metadata.insert("uid".to_owned(), ask.state.dice.uid().into());
    metadata.insert(
        "creationTimestamp".to_owned(),
        ask.state.clock.timestamp().into(),
    );
}

/// Puts the request's namespace into an object, or refuses one that names another.
pub(super) fn in_namespace(namespace: &str, new: &mut Value) -> Answered<()> {
    let sent = object::namespace(new);
    if !sent.is_empty() && !namespace.is_empty() && sent != namespace {
        let says =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Refusal::bad_request(says));
    }
    let metadata = object::metadata(new);
    if namespace.is_empty() {
        metadata.remove("namespace");
    } else {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
    Ok(())
}
