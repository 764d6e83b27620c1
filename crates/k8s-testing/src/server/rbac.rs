//! Role-based access control: what roles allow to whom they are bound.
//!
//! ```text
//! bindings ▸ those that name the user, a group of theirs, their service account ▸ the role ▸ its rules ▸ one that fits
//! ```
//!
//! Roles and bindings are objects of the store like others, and are read anew for each question.
//! Follows k8s.io/kubernetes `plugin/pkg/auth/authorizer/rbac` and `pkg/registry/rbac/validation` (v1.36).

mod aggregate;
mod cover;
mod escalation;
mod policy;
mod rule;

use std::sync::Arc;

use serde_json::Value;

pub(crate) use self::aggregate::aggregate;
pub(crate) use self::escalation::{on_create, on_update};
pub(crate) use self::policy::bootstrap;
pub(crate) use self::rule::Rule;
use super::authorize::{Attributes, Decision, Verdict};
use super::kinds::{self, Kind};
use super::object;
use super::store::Store;
use super::stored::Stored;
use super::user::User;

/// The group of roles and bindings.
pub(crate) const GROUP: &str = "rbac.authorization.k8s.io";

/// The roles and bindings of a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rbac<'a> {
    store: &'a Store,
}

/// A role that a binding names and nobody made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct MissingRole {
    /// `role` or `clusterrole`.
    pub(crate) resource: String,
    pub(crate) name: String,
}

/// The kind of this name: `roles`, `clusterroles`, `rolebindings`, `clusterrolebindings`.
pub(crate) fn kind(resource: &str) -> &'static Arc<Kind> {
    kinds::find(GROUP, "v1", resource).expect("the server's own kinds stand in the table")
}

impl<'a> Rbac<'a> {
    pub(crate) const fn of(store: &'a Store) -> Self {
        Self { store }
    }

    /// Whether a user may do this; the reason says by which binding, or which roles were not there.
    pub(crate) fn judge(self, user: &User, asked: &Attributes) -> Verdict {
        let mut missing = Vec::new();
        for binding in self.bindings(user, &asked.namespace) {
            match self.rules(&binding.object["roleRef"], binding.namespace()) {
                Ok(rules) if rules.iter().any(|rule| rule.allows(asked)) => {
                    let reason = format!("RBAC: allowed by {}", binding.describe());
                    return Verdict::new(Decision::Allow, reason);
                }
                Ok(_) => {}
                Err(role) => missing.push(role),
            }
        }
        let reason = match told(&missing) {
            missing if missing.is_empty() => missing,
            missing => format!("RBAC: {missing}"),
        };
        Verdict::new(Decision::NoOpinion, reason)
    }

    /// All rules that apply to a user in a namespace, and the roles that were not there.
    pub(crate) fn rules_for(self, user: &User, namespace: &str) -> (Vec<Rule>, Vec<MissingRole>) {
        let (mut rules, mut missing) = (Vec::new(), Vec::new());
        for binding in self.bindings(user, namespace) {
            match self.rules(&binding.object["roleRef"], binding.namespace()) {
                Ok(more) => rules.extend(more),
                Err(role) => missing.push(role),
            }
        }
        (rules, missing)
    }

    /// The rules of the role that a binding in a namespace refers to.
    pub(crate) fn rules(
        self,
        reference: &Value,
        namespace: &str,
    ) -> Result<Vec<Rule>, MissingRole> {
        let name = object::text(reference, "/name");
        let (resource, namespace) = match object::text(reference, "/kind") {
            "Role" => ("roles", namespace),
            _ => ("clusterroles", ""),
        };
        let role = self.store.get(kind(resource), namespace, name);
        let missing = || MissingRole {
            resource: resource.trim_end_matches('s').to_owned(),
            name: name.to_owned(),
        };
        Ok(Rule::all(&role.ok_or_else(missing)?["rules"]))
    }

    /// The bindings that name a user: of the cluster, then of the namespace.
    fn bindings(self, user: &User, namespace: &str) -> Vec<Binding> {
        let list = |resource, namespace| {
            let revision = self.store.revision();
            let page = self
                .store
                .list(kind(resource), namespace, revision, (None, 0), |_| true);
            page.objects
        };
        let mut all = list("clusterrolebindings", "");
        if !namespace.is_empty() {
            all.extend(list("rolebindings", namespace));
        }
        let all = all.into_iter();
        all.filter_map(|object| Binding::naming(user, object))
            .collect()
    }
}

/// A binding, and the one of its subjects that a user is.
#[derive(Debug)]
struct Binding {
    object: Arc<Stored>,
    subject: usize,
}

impl Binding {
    fn naming(user: &User, object: Arc<Stored>) -> Option<Self> {
        let subjects = object["subjects"].as_array();
        let namespace = object::namespace(&object);
        let mut subjects = subjects.into_iter().flatten();
        let subject = subjects.position(|subject| is(user, subject, namespace))?;
        Some(Self { object, subject })
    }

    fn namespace(&self) -> &str {
        object::namespace(&self.object)
    }

    fn describe(&self) -> String {
        let name = object::name(&self.object);
        let reference = &self.object["roleRef"];
        let of = format!(
            "{} {:?}",
            object::text(reference, "/kind"),
            object::text(reference, "/name")
        );
        let to = describe(&self.object["subjects"][self.subject], self.namespace());
        match self.namespace() {
            "" => format!("ClusterRoleBinding {name:?} of {of} to {to}"),
            namespace => format!("RoleBinding \"{name}/{namespace}\" of {of} to {to}"),
        }
    }
}

/// Whether a subject of a binding in a namespace (empty: of the cluster) is this user.
fn is(user: &User, subject: &Value, namespace: &str) -> bool {
    let name = object::text(subject, "/name");
    match object::text(subject, "/kind") {
        "User" => user.name == name,
        "Group" => user.is_in(name),
        "ServiceAccount" => {
            let namespace = match object::text(subject, "/namespace") {
                "" => namespace,
                own => own,
            };
            !namespace.is_empty()
                && user.name == format!("system:serviceaccount:{namespace}:{name}")
        }
        _ => false,
    }
}

fn describe(subject: &Value, namespace: &str) -> String {
    let (kind, name) = (
        object::text(subject, "/kind"),
        object::text(subject, "/name"),
    );
    if kind != "ServiceAccount" {
        return format!("{kind} {name:?}");
    }
    let namespace = match object::text(subject, "/namespace") {
        "" => namespace,
        own => own,
    };
    format!("{kind} \"{name}/{namespace}\"")
}

/// Roles that were not there, as Go prints several errors: each once.
pub(crate) fn told(missing: &[MissingRole]) -> String {
    let mut listed: Vec<String> = Vec::new();
    for role in missing.iter().map(MissingRole::to_string) {
        if !listed.contains(&role) {
            listed.push(role);
        }
    }
    match listed.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

impl std::fmt::Display for MissingRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{GROUP} {:?} not found", self.resource, self.name)
    }
}
