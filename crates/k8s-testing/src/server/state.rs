//! What a server remembers: objects, identities, grants, and what its controllers have yet to do.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rustls_pki_types::CertificateDer;
use serde_json::{Value, json};

use super::authenticate::{Issued, Tokens};
use super::authorize::{Attributes, Authorize, Decision, Grants, Verdict, refusal};
use super::controllers::{Controllers, Task};
use super::dice::Dice;
use super::garbage::Owner;
use super::kinds::{self, Kind};
use super::oidc::TrustedIssuer;
use super::rbac::{self, Rbac};
use super::status::Answered;
use super::store::Store;
use super::stored::Stored;
use super::user::User;
use super::{defaults, managed, object};
use crate::certs::Ca;
use crate::clock::Clock;
use crate::jwt::SigningKey;

/// The audience of tokens that name none, and the issuer of service accounts' tokens.
pub(crate) const ISSUER: &str = "https://kubernetes.default.svc";

/// One server, behind every clone of its handle.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) ca: Ca,
    pub(crate) tokens: Tokens,
    pub(crate) grants: Grants,
    pub(crate) signing_key: SigningKey,
    pub(crate) controllers: Controllers,
    pub(crate) dice: Dice,
    /// Counts how often everything was forgotten.
    life: AtomicU64,
    authorizers: RwLock<Vec<Arc<dyn Authorize>>>,
    client_authorities: RwLock<Vec<CertificateDer<'static>>>,
    issuers: RwLock<Vec<TrustedIssuer>>,
    store: Mutex<Store>,
}

impl State {
    pub(crate) fn new(clock: Clock, rng: fastrand::Rng) -> Self {
        let ca = Ca::new("kubernetes");
        let state = Self {
            client_authorities: RwLock::new(vec![ca.der().clone()]),
            clock,
            ca,
            dice: Dice::new(rng),
            life: AtomicU64::new(0),
            tokens: Tokens::default(),
            grants: Grants::default(),
            signing_key: SigningKey::new(),
            controllers: Controllers::default(),
            authorizers: RwLock::default(),
            issuers: RwLock::default(),
            store: Mutex::default(),
        };
        state.bootstrap();
        state
    }

    /// The store, with what its controllers had to do until now done.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        for task in self.controllers.due(self.clock.now()) {
            task.run(self, &mut store);
        }
        store
    }

    /// Begins anew with an empty store, as after the loss of etcd: no object, no token bound to one.
    pub(crate) fn forget(&self) {
        self.controllers.clear();
        self.tokens.clear();
        self.life.fetch_add(1, Ordering::Relaxed);
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let mut old = std::mem::take(&mut *store);
        drop(store);
        self.bootstrap();
        old.wake_all();
    }

    /// Which memory this is: another one after everything was forgotten, and watches of the old one end.
    pub(crate) fn life(&self) -> u64 {
        self.life.load(Ordering::Relaxed)
    }

    /// How long until controllers have something to do.
    pub(crate) fn controllers_due(&self) -> Option<Duration> {
        self.controllers.next(self.clock.now())
    }

    /// A watch ends.
    pub(crate) fn leave(&self, kind: &Kind, number: u64) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.leave(kind, number);
    }

    fn bootstrap(&self) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            self.put_namespace(&mut store, name);
        }
        rbac::bootstrap(self, &mut store);
        // A cluster has a past that nobody remembers.
        store.compact();
    }

    /// A service account, created with its namespace where they are not there yet.
    pub(crate) fn ensure_account(&self, namespace: &str, name: &str) -> Arc<Stored> {
        let mut store = self.store();
        if store
            .get(kinds::core("namespaces"), "", namespace)
            .is_none()
        {
            self.put_namespace(&mut store, namespace);
        }
        let kind = kinds::core("serviceaccounts");
        store.get(kind, namespace, name).unwrap_or_else(|| {
            let account = self.new_object(kind, namespace, name);
            store.put(kind, namespace, name, account)
        })
    }

    /// An object with the metadata that every stored object has.
    pub(crate) fn new_object(&self, kind: &Kind, namespace: &str, name: &str) -> Value {
        let mut new = json!({"metadata": {
            "name": name,
            "uid": self.dice.uid(),
            "creationTimestamp": self.clock.timestamp(),
        }});
        object::set_type(&mut new, kind);
        if !namespace.is_empty() {
            new["metadata"]["namespace"] = namespace.into();
        }
        new
    }

    /// A namespace with the service account that the controller makes in each.
    fn put_namespace(&self, store: &mut Store, name: &str) {
        let kind = kinds::core("namespaces");
        let mut namespace = self.new_object(kind, "", name);
        defaults::declared(kind, &mut namespace);
        let now = self.clock.timestamp();
        managed::written_by("kube-apiserver", kind, (None, &mut namespace), &now);
        defaults::on_create(kind, &mut namespace);
        store.put(kind, "", name, namespace);
        Task::account(name).run(self, store);
    }

    /// Adds an authority whose client certificates are taken.
    pub(crate) fn trust_clients_of(&self, authority: CertificateDer<'static>) {
        self.client_authorities
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(authority);
    }

    pub(crate) fn client_authorities(&self) -> Vec<CertificateDer<'static>> {
        self.client_authorities
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn add_authorizer(&self, authorizer: Arc<dyn Authorize>) {
        self.authorizers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(authorizer);
    }

    /// Refuses what a user may not do.
    pub(crate) fn authorize(&self, user: &User, asked: &Attributes) -> Answered<()> {
        let verdict = self.without_roles(user, asked);
        let verdict = verdict.unwrap_or_else(|| Rbac::of(&self.store()).judge(user, asked));
        if verdict.allows() {
            return Ok(());
        }
        Err(refusal(user, asked, &verdict.reason))
    }

    /// Asks the authorizers in order, then the grants, the roles last.
    pub(crate) fn decide(&self, store: &Store, user: &User, asked: &Attributes) -> Verdict {
        let verdict = self.without_roles(user, asked);
        verdict.unwrap_or_else(|| Rbac::of(store).judge(user, asked))
    }

    /// What the authorizers and the grants say, if anything: roles alone need the store.
    fn without_roles(&self, user: &User, asked: &Attributes) -> Option<Verdict> {
        let authorizers = self
            .authorizers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let all = authorizers
            .iter()
            .map(AsRef::as_ref)
            .chain([&self.grants as &dyn Authorize]);
        for authorizer in all {
            let decision = authorizer.authorize(user, asked);
            let reason = match &decision {
                Decision::NoOpinion => continue,
                Decision::Allow => String::new(),
                Decision::Deny(reason) => reason.clone(),
            };
            return Some(Verdict::new(decision, reason));
        }
        None
    }

    /// Whom a token stands for, if it lives, is for one of these audiences, and what it is bound to is still there.
    pub(crate) fn token_user(&self, token: &str, audiences: &[&str]) -> Option<(User, Issued)> {
        let issued = self.tokens.find(token, self.clock.seconds())?;
        let meant = issued.audiences.is_empty()
            || issued
                .audiences
                .iter()
                .any(|audience| audiences.contains(&audience.as_str()));
        let store = self.store();
        let bound = issued.bound_to.iter().all(|bound| {
            let found = store.get(kinds::core(bound.resource), &bound.namespace, &bound.name);
            found.is_some_and(|found| object::uid(&found) == bound.uid)
        });
        (meant && bound).then(|| (issued.user.clone(), issued))
    }

    /// The audiences of a token that lives and has any.
    pub(crate) fn token_audiences(&self, token: &str) -> Option<Vec<String>> {
        let issued = self.tokens.find(token, self.clock.seconds())?;
        Some(issued.audiences).filter(|audiences| !audiences.is_empty())
    }

    pub(crate) fn trust_issuer(&self, issuer: TrustedIssuer) {
        self.issuers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(issuer);
    }

    /// Whom an ID token of a trusted issuer stands for.
    pub(crate) fn oidc_user(&self, token: &str) -> Option<User> {
        let issuers = self
            .issuers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        issuers.iter().find_map(|issuer| issuer.user(token))
    }

    /// Plans what the controllers do about a new object.
    pub(crate) fn after_create(&self, kind: &Kind, created: &Value) {
        self.after_change(kind, created);
        if kind.group.is_empty() {
            self.plan(Task::after_create(kind, created));
        }
    }

    /// Plans what the controllers do about an object that is gone or going.
    pub(crate) fn after_delete(&self, kind: &Arc<Kind>, deleted: &Value) {
        self.plan_collection(kind, deleted);
        self.after_change(kind, deleted);
        if kind.group.is_empty() {
            self.plan(Task::after_delete(kind, deleted));
        }
        if kind.namespaced {
            self.after_change_in(object::namespace(deleted));
        }
    }

    /// Plans what follows of any change of a kind.
    pub(crate) fn after_change(&self, kind: &Kind, changed: &Value) {
        if kind.group == rbac::GROUP && kind.resource == "clusterroles" {
            self.plan(Some(Task::Aggregate));
        }
        self.plan(Task::of_definition(kind, changed));
    }

    /// The same, for the collector, which holds the store: what follows is done when somebody looks next.
    pub(crate) fn after_collection(&self, kind: &Kind, deleted: &Value) {
        let now = self.clock.now();
        if kind.group.is_empty() {
            let task = Task::after_delete(kind, deleted);
            self.controllers.plan(now, task);
        }
        let task = Task::of_definition(kind, deleted);
        self.controllers.plan(now, task);
        if kind.namespaced {
            let namespace = object::namespace(deleted).to_owned();
            self.controllers.plan(now, Some(Task::Empty { namespace }));
        }
    }

    /// Plans what the collector does about an object that goes: for itself, and for owners that wait for it.
    fn plan_collection(&self, kind: &Arc<Kind>, deleted: &Value) {
        let store = self.store();
        let owns = !store.owned_by(object::uid(deleted)).is_empty();
        let held = object::has_finalizers(deleted);
        let owned = super::store::owners(deleted).next().is_some();
        let owners: Vec<Owner> = if owned {
            store.owners_of(deleted)
        } else {
            Vec::new()
        };
        drop(store);
        let own = (owns || held).then(|| Owner::of(kind, deleted));
        for owner in own.into_iter().chain(owners) {
            self.plan(Some(Task::Collect(owner)));
        }
    }

    /// Plans what is done about a namespace that goes, when something of it went.
    pub(crate) fn after_change_in(&self, name: &str) {
        let found = self.store().get(kinds::core("namespaces"), "", name);
        if found.is_some_and(|namespace| object::is_being_deleted(&namespace)) {
            let namespace = name.to_owned();
            self.plan(Some(Task::Empty { namespace }));
        }
    }

    fn plan(&self, task: Option<Task>) {
        if task.is_some() {
            self.controllers.plan(self.clock.now(), task);
            // Whoever waits for changes now knows when to look.
            self.store().wake_all();
        }
    }
}

/// How long the controllers wait before they act, unless it is set.
pub(crate) const CONTROLLER_DELAY: Duration = Duration::from_millis(20);
