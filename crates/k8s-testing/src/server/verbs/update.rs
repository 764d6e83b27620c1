//! Update: what replacements and patches have in common, from the changed object to the stored one.

use std::sync::{Arc, MutexGuard};

use http::{Response, StatusCode};
use serde_json::Value;

use super::{Ask, WriteOptions};
use crate::body::Body;
use crate::server::kinds::Kind;
use crate::server::managed::Tracking;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::Store;
use crate::server::stored::Stored;
use crate::server::{defaults, object, rbac, strategy, validation};

const CHANGED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// Which part of an object is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// All but its status, where that is written apart.
    Whole,
    Status,
}

/// What brought the changed object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum By {
    /// Which has said already who owns what.
    Apply,
    Patch,
    Replacement,
}

/// How an object is changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    part: Part,
    by: By,
    /// As managed fields name it.
    subresource: &'a str,
    options: &'a WriteOptions,
}

impl<'a> Change<'a> {
    pub(super) fn new(part: Part, by: By, options: &'a WriteOptions) -> Self {
        Self {
            part,
            by,
            subresource: part.name(),
            options,
        }
    }

    /// A change of an object by way of another one.
    pub(super) fn through(self, subresource: &'a str) -> Self {
        Self {
            subresource,
            ..self
        }
    }
}

impl Part {
    /// The subresource; empty for the object itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Status => "status",
        }
    }
}

/// Checks a changed object against the one that is there, and keeps it.
pub(super) fn write(
    ask: &Ask<'_>,
    store: MutexGuard<'_, Store>,
    old: &Arc<Stored>,
    new: Value,
    change: Change<'_>,
) -> Answered<Response<Body>> {
    let kept = keep(ask, store, old, new, change)?;
    ask.object(StatusCode::OK, &kept)
}

/// The same, without an answer.
pub(super) fn keep(
    ask: &Ask<'_>,
    mut store: MutexGuard<'_, Store>,
    old: &Arc<Stored>,
    mut new: Value,
    change: Change<'_>,
) -> Answered<Arc<Stored>> {
    let (part, by) = (change.part, change.by);
    if by != By::Apply
        && let Some(tracking) = Tracking::of(ask.kind, change.subresource)
    {
        let now = ask.state.clock.timestamp();
        tracking.update(old, &mut new, &change.options.manager, &now);
    }
    check_preconditions(ask, &mut new, old, by)?;
    keep_from(old, ask, &mut new, (part, by));
    strategy::on_update(ask, &store, &mut new)?;
    defaults::on_update(ask.kind, &mut new);
    count_generation(ask, old, &mut new);
    keep_times(old, &mut new);
    rbac::on_update(ask, &store, &new, old)?;
    let told = ask.rules(&new, Some(old));
    validation::on_update(ask.kind, (&new, old), change.subresource, told)?;
    if change.options.dry_run {
        return Ok(Arc::new(Stored::new(new)));
    }
    let finished = object::is_being_deleted(&new)
        && !object::has_finalizers(&new)
        && new["metadata"]["deletionGracePeriodSeconds"]
            .as_i64()
            .unwrap_or(0)
            == 0;
    if finished && ask.kind.core() != "namespaces" {
        store.remove(ask.kind, ask.namespace(), ask.name());
        drop(store);
        ask.state.after_delete(ask.kind, &new);
        return Ok(Arc::new(Stored::new(new)));
    }
    if new == ***old {
        // Nothing changed: no write, no new version.
        return Ok(Arc::clone(old));
    }
    let kept = store.put(ask.kind, ask.namespace(), ask.name(), new);
    drop(store);
    ask.state.after_change(ask.kind, &kept);
    if ask.kind.core() == "namespaces" {
        ask.state.after_change_in(ask.name());
    }
    Ok(kept)
}

/// Where etcd has the object, as the server names it in errors.
fn etcd_key(ask: &Ask<'_>) -> String {
    let resource = match ask.kind.core() {
        "nodes" => "minions",
        _ => &ask.kind.resource,
    };
    match ask.namespace() {
        "" => format!("{resource}/{}", ask.name()),
        namespace => format!("{resource}/{namespace}/{}", ask.name()),
    }
}

pub(super) fn check_name(ask: &Ask<'_>, new: &Value) -> Answered<()> {
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
fn check_preconditions(ask: &Ask<'_>, new: &mut Value, old: &Value, by: By) -> Answered<()> {
    let conflict =
        |why: &str| Refusal::conflict(&ask.kind.group, &ask.kind.resource, ask.name(), why);
    let (sent, stored) = (object::uid(new), object::uid(old));
    if by == By::Replacement && !sent.is_empty() && sent != stored {
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{}, ResourceVersion: 0, AdditionalErrorMsg: \
             Precondition failed: UID in precondition: {sent}, UID in object meta: {stored}",
            etcd_key(ask)
        );
        return Err(conflict(&why));
    }
    let stored = object::resource_version(old).to_owned();
    match object::resource_version(new) {
        "" | "0" if !ask.kind.unconditional => {
            let says = "must be specified for an update";
            let fault = FieldFault::invalid("metadata.resourceVersion", &0.into(), says);
            let (group, resource) = (&ask.kind.group, &ask.kind.resource);
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

/// What a change cannot touch: what the system wrote, and `status` or all but it.
fn keep_from(old: &Value, ask: &Ask<'_>, new: &mut Value, (part, by): (Part, By)) {
    let metadata = object::metadata(new);
    metadata.remove("selfLink");
    let mut kept = vec![
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ];
    // A patch that changes it is told so by the validation.
    if by == By::Replacement {
        kept.push("uid");
    }
    for field in kept {
        match old["metadata"].get(field) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.remove(field),
        };
    }
    if part == Part::Status {
        keep_all_but_status(old, new);
        keep_metadata(ask, old, new);
    } else if ask.kind.has_status() {
        keep_field(old, new, "status");
    }
    match ask.kind.core() {
        "namespaces" => {
            // Only the `finalize` subresource changes these.
            let finalizers = old["spec"]["finalizers"].clone();
            object::field(new, "spec").insert("finalizers".to_owned(), finalizers);
        }
        "services" => {
            let spec = object::field(new, "spec");
            for field in ["clusterIP", "clusterIPs"] {
                let value = old["spec"][field].clone();
                if !value.is_null() {
                    object::default(spec, field, value);
                }
            }
        }
        _ => {}
    }
}

fn keep_field(old: &Value, new: &mut Value, field: &str) {
    let Some(fields) = new.as_object_mut() else {
        return;
    };
    match old.get(field) {
        Some(value) => fields.insert(field.to_owned(), value.clone()),
        None => fields.remove(field),
    };
}

fn keep_all_but_status(old: &Value, new: &mut Value) {
    let status = new.get("status").cloned();
    let metadata = new["metadata"].clone();
    *new = old.clone();
    new["metadata"] = metadata;
    match (status, new.as_object_mut()) {
        (Some(status), _) => new["status"] = status,
        (None, Some(fields)) => {
            fields.remove("status");
        }
        (None, None) => {}
    }
}

/// Some kinds' metadata cannot be changed by way of their status.
fn keep_metadata(ask: &Ask<'_>, old: &Value, new: &mut Value) {
    let parts = ask.kind.resets.iter();
    let resets = parts.filter(|(part, _)| part == "status");
    for path in resets.flat_map(|(_, paths)| paths) {
        let fields = match path.strip_prefix("metadata") {
            Some("") => vec!["labels", "annotations", "finalizers", "ownerReferences"],
            Some(field) => vec![field.trim_start_matches('.')],
            None => continue,
        };
        for field in fields {
            match old["metadata"].get(field) {
                Some(value) => new["metadata"][field] = value.clone(),
                None => drop(object::metadata(new).remove(field)),
            }
        }
    }
}

/// When nothing changed but when fields were written, it did not change either.
fn keep_times(old: &Value, new: &mut Value) {
    fn timeless(object: &Value) -> Value {
        let mut object = object.clone();
        let entries = object["metadata"]["managedFields"].as_array_mut();
        for entry in entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            entry.remove("time");
        }
        object
    }
    let managers = |object: &Value| object["metadata"]["managedFields"].clone();
    if managers(old) != managers(new) && timeless(old) == timeless(new) {
        new["metadata"]["managedFields"] = managers(old);
    }
}

/// A change of what is wanted is counted: of everything but metadata and status. A deployment's annotations are wanted,
/// too.
fn count_generation(ask: &Ask<'_>, old: &Value, new: &mut Value) {
    fn wanted<'a>(kind: &Kind, object: &'a Value) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let fields = object.as_object().into_iter().flatten();
        fields.filter(move |(name, _)| {
            let is_status = *name == "status" && kind.has_status();
            *name != "metadata" && !is_status
        })
    }
    let annotations = |object: &Value| object["metadata"]["annotations"].clone();
    let is_changed = !wanted(ask.kind, old).eq(wanted(ask.kind, new))
        || &*ask.kind.storage == "deployments.apps" && annotations(old) != annotations(new);
    if ask.kind.counts_generations
        && is_changed
        && let Some(generation) = old["metadata"]["generation"].as_u64()
    {
        new["metadata"]["generation"] = (generation + 1).into();
    }
}
