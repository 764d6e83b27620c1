//! The life of a definition: what is filled in, when it is established, and how it goes.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/registry/customresourcedefinition` and `pkg/controller` (v0.36).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::definition::has_condition;
use super::{STORAGE, names};
use crate::server::kinds::{self, Kind};
use crate::server::managed::Tracking;
use crate::server::object;
use crate::server::state::State;
use crate::server::store::Store;
use crate::server::stored::Stored;
use crate::server::verbs::purge;

/// Holds a definition back until its objects are gone.
const FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";
/// Whose fields are those that the server's own controllers write.
const MANAGER: &str = "kube-apiserver";

/// Fills in what a definition declares by what it says already.
pub(crate) fn complete(new: &mut Value) {
    let spec = object::field(new, "spec");
    let conversion = object::map(spec, "conversion");
    object::default(conversion, "strategy", "None");
    let names = object::map(spec, "names");
    let kind = names
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut fill = |name: &str, value: String| {
        let is_empty = names
            .get(name)
            .is_none_or(|value| value.is_null() || value == "");
        if is_empty && !kind.is_empty() {
            names.insert(name.to_owned(), value.into());
        }
    };
    fill("singular", kind.to_lowercase());
    fill("listKind", format!("{kind}List"));
}

/// The status of a new definition: nothing is accepted yet.
pub(crate) fn prepare(new: &mut Value) {
    new["status"] = json!({
        "acceptedNames": {"kind": "", "plural": ""},
        "conditions": null,
        "storedVersions": null,
    });
    object::metadata(new).insert("generation".to_owned(), 1.into());
    change(new);
}

/// The version in which objects are stored is remembered as long as there may be some.
pub(crate) fn change(new: &mut Value) {
    let versions = new["spec"]["versions"].as_array().into_iter().flatten();
    let mut storage = versions.filter(|version| version["storage"] == true);
    let Some(name) = storage.next().and_then(|version| version["name"].as_str()) else {
        return;
    };
    let name = Value::from(name);
    let status = object::field(new, "status");
    let stored = status.entry("storedVersions").or_insert(Value::Null);
    match stored {
        Value::Array(all) if all.contains(&name) => {}
        Value::Array(all) => all.push(name),
        other => *other = vec![name].into(),
    }
}

/// Writes into a definition that it goes, and that its objects go first.
pub(crate) fn mark(state: &State, marked: &mut Value) {
    let now = state.clock.timestamp();
    let metadata = object::metadata(marked);
    metadata.insert("deletionTimestamp".to_owned(), now.clone().into());
    let finalizers = metadata.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(all) = finalizers.as_array_mut()
        && !all.iter().any(|name| name == FINALIZER)
    {
        all.push(FINALIZER.into());
    }
    let says =
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
    set(
        marked,
        condition("Terminating", true, "InstanceDeletionPending", says),
        &now,
    );
}

/// Does what is to be done about a definition: it is established, or goes.
pub(crate) fn settle(state: &State, store: &mut Store, name: &str) {
    let found = store.get(kind(), "", name);
    if found.is_some_and(|found| object::is_being_deleted(&found)) {
        clean_up(state, store, name);
    } else {
        accept(state, store, name);
    }
}

/// Accepts the names of a definition, unless another has them, and establishes it.
fn accept(state: &State, store: &mut Store, name: &str) {
    let Some(found) = store.get(kind(), "", name) else {
        // Its names are free.
        return accept_others(state, store, name);
    };
    let verdict = names::judge(store, &found);
    let is_new = !has_condition(&found, "Established");
    let waits = is_new && verdict.is_accepted;
    if !waits
        && found["status"]["acceptedNames"] == verdict.accepted
        && found["status"]["conditions"].is_array()
    {
        return;
    }
    let now = state.clock.timestamp();
    let mut new = Value::clone(&found);
    new["status"]["acceptedNames"] = verdict.accepted.clone();
    set(&mut new, verdict.condition(), &now);
    if is_new {
        let (reason, says) = if verdict.is_accepted {
            ("Installing", "the initial names have been accepted")
        } else {
            ("NotAccepted", "not all names are accepted")
        };
        set(
            &mut new,
            condition("Established", false, reason, says),
            &now,
        );
    }
    let named = write(state, store, &found, new);
    if waits {
        let mut new = Value::clone(&named);
        let says = "the initial names have been accepted";
        set(
            &mut new,
            condition("Established", true, "InitialNamesAccepted", says),
            &now,
        );
        write(state, store, &named, new);
    }
    if found["status"]["acceptedNames"]["plural"] != ""
        && found["status"]["acceptedNames"] != verdict.accepted
    {
        accept_others(state, store, name);
    }
}

/// Looks again at those of the same group that wait for names.
fn accept_others(state: &State, store: &mut Store, name: &str) {
    let group = name.split_once('.').map_or("", |(_, group)| group);
    let waits = |object: &Value| {
        object["spec"]["group"] == group
            && object::name(object) != name
            && !has_condition(object, "NamesAccepted")
    };
    let waiting = store.list(kind(), "", store.revision(), (None, 0), waits);
    for other in waiting.objects {
        accept(state, store, object::name(&other));
    }
}

/// Deletes the objects of a definition that goes, then the definition.
fn clean_up(state: &State, store: &mut Store, name: &str) {
    let Some(found) = store.get(kind(), "", name) else {
        return;
    };
    let finalizers = found["metadata"]["finalizers"].as_array();
    let holds = finalizers.is_some_and(|all| all.iter().any(|name| name == FINALIZER));
    if !object::is_being_deleted(&found) || !holds {
        return;
    }
    let now = state.clock.timestamp();
    let mut new = Value::clone(&found);
    let own = store.kinds().at(name);
    if let Some(own) = own {
        let says = "CustomResource deletion is in progress";
        set(
            &mut new,
            condition("Terminating", true, "InstanceDeletionInProgress", says),
            &now,
        );
        if !empty(state, store, &own) {
            write(state, store, &found, new);
            return;
        }
        let says = "removed all instances";
        set(
            &mut new,
            condition("Terminating", false, "InstanceDeletionCompleted", says),
            &now,
        );
    } else {
        let says = "resource was never established";
        set(
            &mut new,
            condition("Terminating", false, "NeverEstablished", says),
            &now,
        );
    }
    let metadata = object::metadata(&mut new);
    if let Some(all) = metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
        all.retain(|name| name != FINALIZER);
    }
    if object::has_finalizers(&new) {
        write(state, store, &found, new);
    } else {
        store.remove(kind(), "", name);
        accept_others(state, store, name);
    }
}

/// Deletes all objects of a kind; whether none is left.
fn empty(state: &State, store: &mut Store, own: &Arc<Kind>) -> bool {
    let all = store
        .list(own, "", store.revision(), (None, 0), |_| true)
        .objects;
    let mut is_empty = true;
    for found in &all {
        if !object::has_finalizers(found) {
            purge(store, own, found);
            continue;
        }
        is_empty = false;
        if !object::is_being_deleted(found) {
            let mut marked = Value::clone(found);
            object::mark(&mut marked, &state.clock.timestamp());
            let metadata = object::metadata(&mut marked);
            let generation = metadata
                .get("generation")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            metadata.insert("generation".to_owned(), (generation + 1).into());
            store.put(own, object::namespace(found), object::name(found), marked);
        }
    }
    is_empty
}

/// Writes a definition's status.
fn write(state: &State, store: &mut Store, old: &Arc<Stored>, mut new: Value) -> Arc<Stored> {
    if let Some(tracking) = Tracking::of(kind(), "status") {
        tracking.update(old, &mut new, MANAGER, &state.clock.timestamp());
    }
    if new == ***old {
        return Arc::clone(old);
    }
    store.put(kind(), "", object::name(old), new)
}

/// The kind of definitions.
fn kind() -> &'static Arc<Kind> {
    kinds::built_in_at(STORAGE).expect("the server's own kinds stand in the table")
}

pub(super) fn condition(name: &str, is: bool, reason: &str, says: &str) -> Map<String, Value> {
    let status = if is { "True" } else { "False" };
    let fields = [
        ("type", name),
        ("status", status),
        ("reason", reason),
        ("message", says),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

/// Puts a condition in the place of the one of its type; the time is that of the last change of its status.
fn set(object: &mut Value, mut condition: Map<String, Value>, now: &str) {
    let status = object::field(object, "status");
    let conditions = status.entry("conditions").or_insert(Value::Null);
    if !conditions.is_array() {
        *conditions = json!([]);
    }
    let Some(all) = conditions.as_array_mut() else {
        return;
    };
    let old = all
        .iter()
        .position(|other| Some(&other["type"]) == condition.get("type"));
    let same = |other: &Value| Some(&other["status"]) == condition.get("status");
    let time = match old.map(|at| &all[at]).filter(|other| same(other)) {
        Some(other) => other["lastTransitionTime"].clone(),
        None => now.into(),
    };
    condition.insert("lastTransitionTime".to_owned(), time);
    match old {
        Some(at) => all[at] = condition.into(),
        None => all.push(condition.into()),
    }
}
