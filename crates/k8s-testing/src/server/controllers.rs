//! What a cluster's controllers do a moment after a change: fill token Secrets, make service accounts, empty namespaces.
//!
//! Nothing runs by itself: tasks wait with the time at which they are due, and whoever looks at the store next does
//! them first. So a client sees what it would see of controllers that take this long.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::garbage::Owner;
use super::kinds::{self, Kind};
use super::state::{CONTROLLER_DELAY, State};
use super::store::Store;
use super::verbs::purge;
use super::{admission, custom, managed, object, rbac, service_account};

const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";
const ACCOUNT_UID: &str = "kubernetes.io/service-account.uid";
/// Whose fields are those that controllers write.
pub(crate) const MANAGER: &str = "kube-controller-manager";
/// The ConfigMap in which every namespace has the cluster's CA.
const ROOT_CA: &str = "kube-root-ca.crt";

/// What the controller writes on the ConfigMap of each namespace that holds the cluster's authority.
const ABOUT_ROOT_CA: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints \
                       such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
                       distributions of Kubernetes clusters.";

/// Tasks that wait, and how long new ones shall.
#[derive(Debug)]
pub(crate) struct Controllers {
    waiting: Mutex<Vec<(SystemTime, Task)>>,
    delay: Mutex<Duration>,
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// Make the `default` service account and the CA's ConfigMap of a namespace.
    Account { namespace: String },
    /// Fill a Secret of type `kubernetes.io/service-account-token`.
    TokenSecret { namespace: String, name: String },
    /// Delete the token Secrets of a service account that went, and make it again if it was the default one.
    AfterAccount {
        namespace: String,
        account: String,
        uid: String,
    },
    /// Deal with the dependents of an object that goes.
    Collect(Owner),
    /// Put together the cluster roles that are made of others.
    Aggregate,
    /// Accept the names of a definition and establish it, or clean up after it.
    Define { name: String },
    /// Let go of volumes and claims that are deleted and not used.
    Release { namespace: String },
    /// Delete what is in a namespace, then the namespace.
    Empty { namespace: String },
}

impl Controllers {
    pub(crate) fn set_delay(&self, delay: Duration) {
        *self.delay.lock().unwrap_or_else(PoisonError::into_inner) = delay;
    }

    pub(crate) fn plan(&self, now: SystemTime, task: Option<Task>) {
        let delay = *self.delay.lock().unwrap_or_else(PoisonError::into_inner);
        self.lock().extend(task.map(|task| (now + delay, task)));
    }

    /// Takes out the tasks whose time has come, in the order they were planned in.
    pub(crate) fn due(&self, now: SystemTime) -> Vec<Task> {
        let mut waiting = self.lock();
        let (due, later) = std::mem::take(&mut *waiting)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        *waiting = later;
        due.into_iter().map(|(_, task): (_, Task)| task).collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// How long until the next task is due.
    pub(crate) fn next(&self, now: SystemTime) -> Option<Duration> {
        let first = self.lock().iter().map(|(at, _)| *at).min()?;
        Some(first.duration_since(now).unwrap_or_default())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(SystemTime, Task)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Controllers {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            delay: Mutex::new(CONTROLLER_DELAY),
        }
    }
}

impl Task {
    pub(crate) fn account(namespace: &str) -> Self {
        Self::Account {
            namespace: namespace.to_owned(),
        }
    }

    /// What follows of a change of a definition, or of an object whose definition waits for it to go.
    pub(crate) fn of_definition(kind: &Kind, changed: &Value) -> Option<Self> {
        if &*kind.storage == custom::STORAGE {
            let name = object::name(changed).to_owned();
            return Some(Self::Define { name });
        }
        let definition = &kind.custom.as_ref()?.definition;
        let name = definition.name.clone();
        definition.is_terminating.then_some(Self::Define { name })
    }

    pub(crate) fn after_create(kind: &Kind, created: &Value) -> Option<Self> {
        let (namespace, name) = (
            object::namespace(created).to_owned(),
            object::name(created).to_owned(),
        );
        match kind.core() {
            "namespaces" => Some(Self::Account { namespace: name }),
            "secrets" if created["type"] == "kubernetes.io/service-account-token" => {
                Some(Self::TokenSecret { namespace, name })
            }
            _ => None,
        }
    }

    pub(crate) fn after_delete(kind: &Kind, deleted: &Value) -> Option<Self> {
        let name = object::name(deleted).to_owned();
        match kind.core() {
            "namespaces" => Some(Self::Empty { namespace: name }),
            "serviceaccounts" => Some(Self::AfterAccount {
                namespace: object::namespace(deleted).to_owned(),
                account: name,
                uid: object::uid(deleted).to_owned(),
            }),
            "persistentvolumeclaims" | "persistentvolumes" | "pods" => Some(Self::Release {
                namespace: object::namespace(deleted).to_owned(),
            }),
            "configmaps" if name == ROOT_CA => Some(Self::Account {
                namespace: object::namespace(deleted).to_owned(),
            }),
            _ => None,
        }
    }

    pub(crate) fn run(self, state: &State, store: &mut Store) {
        match self {
            Self::Account { namespace } => make_account(state, store, &namespace),
            Self::TokenSecret { namespace, name } => {
                fill_token_secret(state, store, &namespace, &name)
            }
            Self::AfterAccount {
                namespace,
                account,
                uid,
            } => {
                let kind = kinds::core("secrets");
                for secret in token_secrets(store, &namespace, &account, &uid) {
                    purge(store, kind, &secret);
                }
                make_account(state, store, &namespace);
            }
            Self::Collect(owner) => owner.collect(state, store),
            Self::Aggregate => rbac::aggregate(store),
            Self::Define { name } => custom::settle(state, store, &name),
            Self::Release { namespace } => release(state, store, &namespace),
            Self::Empty { namespace } => empty(state, store, &namespace),
        }
    }
}

fn make_account(state: &State, store: &mut Store, namespace: &str) {
    let there = store.get(kinds::core("namespaces"), "", namespace);
    if there.is_none_or(|namespace| object::is_being_deleted(&namespace)) {
        return;
    }
    let accounts = kinds::core("serviceaccounts");
    if store.get(accounts, namespace, "default").is_none() {
        let account = state.new_object(accounts, namespace, "default");
        store.put(accounts, namespace, "default", account);
    }
    let (maps, name) = (kinds::core("configmaps"), ROOT_CA);
    if store.get(maps, namespace, name).is_none() {
        let mut map = state.new_object(maps, namespace, name);
        map["data"] = json!({"ca.crt": state.ca.pem()});
        map["metadata"]["annotations"] = json!({"kubernetes.io/description": ABOUT_ROOT_CA});
        let now = state.clock.timestamp();
        managed::written_by(MANAGER, maps, (None, &mut map), &now);
        store.put(maps, namespace, name, map);
    }
}

fn fill_token_secret(state: &State, store: &mut Store, namespace: &str, name: &str) {
    let kind = kinds::core("secrets");
    let Some(secret) = store.get(kind, namespace, name) else {
        return;
    };
    let account = secret["metadata"]["annotations"][ACCOUNT_NAME]
        .as_str()
        .unwrap_or_default();
    let Some(account) = store.get(kinds::core("serviceaccounts"), namespace, account) else {
        // The controller deletes Secrets of accounts that are not there.
        purge(store, kind, &secret);
        return;
    };
    let token = service_account::secret_token(state, &account, &secret);
    let mut filled = Value::clone(&secret);
    let annotations = object::map(object::metadata(&mut filled), "annotations");
    annotations.insert(ACCOUNT_UID.to_owned(), object::uid(&account).into());
    let data = object::field(&mut filled, "data");
    data.insert(
        "token".to_owned(),
        STANDARD.encode(token.expose_secret()).into(),
    );
    data.insert("ca.crt".to_owned(), STANDARD.encode(state.ca.pem()).into());
    data.insert("namespace".to_owned(), STANDARD.encode(namespace).into());
    let now = state.clock.timestamp();
    managed::written_by(MANAGER, kind, (Some(&secret), &mut filled), &now);
    store.put(kind, namespace, name, filled);
}

fn token_secrets(
    store: &Store,
    namespace: &str,
    account: &str,
    uid: &str,
) -> Vec<std::sync::Arc<super::stored::Stored>> {
    let of = |secret: &Value| {
        let annotations = &secret["metadata"]["annotations"];
        secret["type"] == "kubernetes.io/service-account-token"
            && annotations[ACCOUNT_NAME] == account
            && annotations[ACCOUNT_UID]
                .as_str()
                .is_none_or(|bound| bound == uid)
    };
    store
        .list(
            kinds::core("secrets"),
            namespace,
            store.revision(),
            (None, 0),
            of,
        )
        .objects
}

/// Takes the finalizers that protect what is in use from what is not: volumes without a claim, claims without a pod.
fn release(state: &State, store: &mut Store, namespace: &str) {
    let resource = if namespace.is_empty() {
        "persistentvolumes"
    } else {
        "persistentvolumeclaims"
    };
    let kind = kinds::core(resource);
    let going = store.list(kind, namespace, store.revision(), (None, 0), |found| {
        object::is_being_deleted(found)
    });
    for found in going.objects {
        if is_used(store, &found) {
            continue;
        }
        let mut free = Value::clone(&found);
        unprotect(kind, &mut free);
        if object::has_finalizers(&free) {
            if free != **found {
                store.put(kind, namespace, object::name(&found), free);
            }
            continue;
        }
        store.remove(kind, namespace, object::name(&found));
        state.after_collection(kind, &free);
    }
}

fn is_used(store: &Store, found: &Value) -> bool {
    if found["kind"] == "PersistentVolume" {
        return found["status"]["phase"] == "Bound";
    }
    let name = object::name(found);
    let uses = |pod: &Value| {
        let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
        let mut claims = volumes.map(|volume| &volume["persistentVolumeClaim"]["claimName"]);
        let ended = matches!(object::text(pod, "/status/phase"), "Succeeded" | "Failed");
        !ended && claims.any(|claim| claim == name)
    };
    let (pods, namespace) = (kinds::core("pods"), object::namespace(found));
    let users = store.list(pods, namespace, store.revision(), (None, 1), uses);
    !users.objects.is_empty()
}

fn unprotect(kind: &Kind, object: &mut Value) {
    let protection = admission::protection(kind);
    let finalizers = object::metadata(object).get_mut("finalizers");
    if let Some(finalizers) = finalizers.and_then(Value::as_array_mut) {
        finalizers.retain(|finalizer| finalizer.as_str() != protection);
    }
}

fn empty(state: &State, store: &mut Store, namespace: &str) {
    let namespaces = kinds::core("namespaces");
    let going = store.get(namespaces, "", namespace);
    let Some(going) = going.filter(|found| object::is_being_deleted(found)) else {
        return;
    };
    let mut left = false;
    let served = store.kinds();
    for kind in served.stored().filter(|kind| kind.namespaced) {
        for found in store
            .list(kind, namespace, store.revision(), (None, 0), |_| true)
            .objects
        {
            let mut free = Value::clone(&found);
            unprotect(kind, &mut free);
            if !object::has_finalizers(&free) {
                purge(store, kind, &free);
                continue;
            }
            left = true;
            if !object::is_being_deleted(&found) {
                let mut marked = Value::clone(&found);
                object::mark(&mut marked, &state.clock.timestamp());
                store.put(kind, namespace, object::name(&found), marked);
            }
        }
    }
    // Whoever takes away the last finalizer comes here again.
    if !left && !object::has_finalizers(&going) {
        store.remove(namespaces, "", namespace);
    }
}
