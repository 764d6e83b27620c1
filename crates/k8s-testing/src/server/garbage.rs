//! The garbage collector: what becomes of objects whose owner goes.
//!
//! Follows k8s.io/kubernetes `pkg/controller/garbagecollector` (v1.36): in the background dependents go after their
//! owner, in the foreground before it, and orphans lose their reference to it.

use std::sync::Arc;

use serde_json::Value;

use super::controllers::MANAGER;
use super::kinds::Kind;
use super::state::State;
use super::store::Store;
use super::stored::Stored;
use super::{managed, object};

/// Holds an owner back until its dependents are gone.
pub(crate) const FOREGROUND: &str = "foregroundDeletion";
/// Holds an owner back until its dependents are orphans.
pub(crate) const ORPHAN: &str = "orphan";

/// An owner that is going, or gone.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) kind: Arc<Kind>,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
}

impl Owner {
    pub(crate) fn of(kind: &Arc<Kind>, object: &Value) -> Self {
        Self {
            kind: Arc::clone(kind),
            namespace: object::namespace(object).to_owned(),
            name: object::name(object).to_owned(),
            uid: object::uid(object).to_owned(),
        }
    }

    /// Does what is to be done about its dependents, then lets it go.
    pub(crate) fn collect(&self, state: &State, store: &mut Store) {
        let there = store.get(&self.kind, &self.namespace, &self.name);
        let there = there.filter(|object| object::uid(object) == self.uid);
        let waits_for = |name: &str| {
            there
                .as_ref()
                .is_some_and(|object| has_finalizer(object, name))
        };
        if there
            .as_ref()
            .is_some_and(|object| !object::is_being_deleted(object))
        {
            return;
        }
        let dependents = store.owned_by(&self.uid);
        if waits_for(ORPHAN) {
            for (kind, dependent) in &dependents {
                self.disown(state, store, kind, dependent);
            }
            self.release(state, store, ORPHAN);
        } else {
            for (kind, dependent) in &dependents {
                self.take_along(state, store, kind, dependent);
            }
            if waits_for(FOREGROUND) && store.owned_by(&self.uid).is_empty() {
                self.release(state, store, FOREGROUND);
            }
        }
    }

    fn disown(&self, state: &State, store: &mut Store, kind: &Arc<Kind>, dependent: &Stored) {
        let mut new = Value::clone(dependent);
        let metadata = object::metadata(&mut new);
        if let Some(Value::Array(references)) = metadata.get_mut("ownerReferences") {
            references.retain(|reference| reference["uid"] != *self.uid);
            if references.is_empty() {
                metadata.remove("ownerReferences");
            }
        }
        let now = state.clock.timestamp();
        managed::written_by(MANAGER, kind, (Some(dependent), &mut new), &now);
        store.put(
            kind,
            object::namespace(dependent),
            object::name(dependent),
            new,
        );
    }

    /// A dependent goes with its owner, unless somebody else owns it, too.
    fn take_along(
        &self,
        state: &State,
        store: &mut Store,
        kind: &Arc<Kind>,
        dependent: &Arc<Stored>,
    ) {
        if super::store::owners(dependent).any(|uid| uid != self.uid && store.has_uid(uid)) {
            return self.disown(state, store, kind, dependent);
        }
        let (namespace, name) = (object::namespace(dependent), object::name(dependent));
        if !object::has_finalizers(dependent) {
            store.remove(kind, namespace, name);
        } else if !object::is_being_deleted(dependent) {
            let mut marked = Value::clone(dependent);
            object::mark(&mut marked, &state.clock.timestamp());
            store.put(kind, namespace, name, marked);
            return;
        }
        Self::of(kind, dependent).collect(state, store);
    }

    /// Takes a finalizer away; the last one lets the owner go.
    fn release(&self, state: &State, store: &mut Store, finalizer: &str) {
        let Some(there) = store.get(&self.kind, &self.namespace, &self.name) else {
            return;
        };
        let mut new = Value::clone(&there);
        let metadata = object::metadata(&mut new);
        if let Some(Value::Array(list)) = metadata.get_mut("finalizers") {
            list.retain(|name| name != finalizer);
            if list.is_empty() {
                metadata.remove("finalizers");
            }
        }
        if object::has_finalizers(&new) {
            let now = state.clock.timestamp();
            managed::written_by(MANAGER, &self.kind, (Some(&there), &mut new), &now);
            store.put(&self.kind, &self.namespace, &self.name, new);
        } else {
            store.remove(&self.kind, &self.namespace, &self.name);
            state.after_collection(&self.kind, &there);
        }
    }
}

fn has_finalizer(object: &Value, name: &str) -> bool {
    let finalizers = object["metadata"]["finalizers"].as_array();
    finalizers.is_some_and(|finalizers| finalizers.iter().any(|finalizer| finalizer == name))
}
