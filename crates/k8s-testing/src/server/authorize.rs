//! May somebody do this? A decision trait, and the first of the decisions: masters may all, others what was granted.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use k8s_api_core::request_info::RequestInfo;

use super::rbac::Rule;
use super::status::Refusal;
use super::user::{MASTERS, User};

/// Decides whether a user may do what a request asks for.
///
/// Closures of this shape are one. Answer [`Decision::NoOpinion`] to leave the question to the server's grants and roles.
/// It must not ask the server itself, which may wait for the decision.
pub trait Authorize: Send + Sync {
    /// Decides.
    fn authorize(&self, user: &User, asked: &Attributes) -> Decision;
}

/// What somebody wants to do, as `authorizer.Attributes` of k8s.io/apiserver.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attributes {
    /// `get`, `list`, `create`…, `impersonate`; for a path that is no resource, the method in lower case.
    pub verb: String,
    /// Whether it is about a resource; otherwise only `verb` and `path` count.
    pub is_resource_request: bool,
    /// The group; empty for the core group.
    pub api_group: String,
    /// The resource, in the plural.
    pub resource: String,
    /// The subresource; empty for the object itself.
    pub subresource: String,
    /// The namespace; empty at the cluster scope.
    pub namespace: String,
    /// The object's name; empty when it is about a collection.
    pub name: String,
    /// The URL's path; empty for a question that was no request of its own.
    pub path: String,
}

impl Attributes {
    /// Something done to a resource at the cluster scope.
    pub(crate) fn on(verb: &str, api_group: &str, resource: &str, name: &str) -> Self {
        Self {
            verb: verb.to_owned(),
            is_resource_request: true,
            api_group: api_group.to_owned(),
            resource: resource.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

impl From<&RequestInfo> for Attributes {
    fn from(request: &RequestInfo) -> Self {
        Self {
            verb: request.verb().to_owned(),
            is_resource_request: request.is_resource_request(),
            api_group: request.api_group().to_owned(),
            resource: request.resource().to_owned(),
            subresource: request.subresource().to_owned(),
            namespace: request.namespace().to_owned(),
            name: request.name().to_owned(),
            path: request.path().to_owned(),
        }
    }
}

/// What an [`Authorize`] says.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Decision {
    /// Yes.
    Allow,
    /// No, whatever others say; the reason stands at the end of the answer's message.
    Deny(String),
    /// Ask the next one; when nobody allows it, it is refused.
    NoOpinion,
}

/// A decision, and why it was made, as a SubjectAccessReview tells it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    pub(crate) reason: String,
}

impl Verdict {
    pub(crate) const fn new(decision: Decision, reason: String) -> Self {
        Self { decision, reason }
    }

    pub(crate) fn allows(&self) -> bool {
        self.decision == Decision::Allow
    }
}

impl<F> Authorize for F
where
    F: Fn(&User, &Attributes) -> Decision + Send + Sync,
{
    fn authorize(&self, user: &User, asked: &Attributes) -> Decision {
        self(user, asked)
    }
}

/// What was granted by `allow`, and all to masters.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    granted: Mutex<Vec<Grant>>,
}

#[derive(Debug)]
struct Grant {
    user: String,
    verb: String,
    resource: String,
    /// `None`: everywhere.
    namespace: Option<String>,
}

// === impl Grants ===

impl Grants {
    pub(crate) fn add(&self, user: &str, verb: &str, resource: &str, namespace: Option<&str>) {
        let grant = Grant {
            user: user.to_owned(),
            verb: verb.to_owned(),
            resource: resource.to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        self.lock().push(grant);
    }

    /// Takes back what was granted to a user, by whatever calls.
    pub(crate) fn revoke(&self, user: &str) {
        self.lock().retain(|grant| grant.user != user);
    }

    /// What was granted to a user in a namespace, as rules of a role.
    pub(crate) fn rules_for(&self, user: &User, namespace: &str) -> Vec<Rule> {
        let granted = self.lock();
        let fits = |grant: &&Grant| grant.user == "*" || grant.user == user.name;
        let here = |grant: &&Grant| grant.namespace.as_deref().is_none_or(|of| of == namespace);
        granted
            .iter()
            .filter(fits)
            .filter(here)
            .map(Grant::rule)
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Grant>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Authorize for Grants {
    fn authorize(&self, user: &User, asked: &Attributes) -> Decision {
        let allowed =
            user.is_in(MASTERS) || self.lock().iter().any(|grant| grant.covers(user, asked));
        if allowed {
            Decision::Allow
        } else {
            Decision::NoOpinion
        }
    }
}

impl Grant {
    fn covers(&self, user: &User, asked: &Attributes) -> bool {
        let fits = |granted: &str, asked: &str| granted == "*" || granted == asked;
        if !fits(&self.user, &user.name) || !fits(&self.verb, &asked.verb) {
            return false;
        }
        if !asked.is_resource_request {
            let path = asked.path.as_str();
            let prefix = self.resource.strip_suffix('*');
            return self.resource.starts_with('/')
                && prefix.map_or_else(|| self.resource == path, |prefix| path.starts_with(prefix));
        }
        let in_namespace = self
            .namespace
            .as_deref()
            .is_none_or(|ns| ns == asked.namespace);
        in_namespace && fits(&self.resource, &resource_of(asked))
    }

    /// The same as a rule of a role.
    fn rule(&self) -> Rule {
        let verbs = vec![self.verb.clone()];
        if self.resource.starts_with('/') {
            let paths = vec![self.resource.clone()];
            return Rule {
                verbs,
                paths,
                ..Rule::default()
            };
        }
        let (whole, below) = match self.resource.split_once('/') {
            Some((whole, below)) => (whole, format!("/{below}")),
            None => (&*self.resource, String::new()),
        };
        let (resource, group) = match whole {
            "*" => ("*", "*"),
            whole => whole.split_once('.').unwrap_or((whole, "")),
        };
        Rule {
            verbs,
            groups: vec![group.to_owned()],
            resources: vec![format!("{resource}{below}")],
            ..Rule::default()
        }
    }
}

/// `pods`, `pods/log`, `deployments.apps`, `deployments.apps/status`.
fn resource_of(asked: &Attributes) -> String {
    let mut name = asked.resource.clone();
    if !asked.api_group.is_empty() {
        name = format!("{name}.{}", asked.api_group);
    }
    if !asked.subresource.is_empty() {
        name = format!("{name}/{}", asked.subresource);
    }
    name
}

/// The refusal of what nobody allowed, in kube-apiserver's words (`responsewriters.ForbiddenStatusError`).
pub(crate) fn refusal(user: &User, asked: &Attributes, reason: &str) -> Refusal {
    let message = Cannot { user, asked }.to_string();
    let sanitized = message
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let why = if reason.is_empty() {
        sanitized
    } else {
        format!("{sanitized}: {reason}")
    };
    Refusal::forbidden(&asked.api_group, &asked.resource, &asked.name, &why).quoting()
}

struct Cannot<'a> {
    user: &'a User,
    asked: &'a Attributes,
}

impl fmt::Display for Cannot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, asked } = self;
        write!(f, "User {:?} cannot {} ", user.name, asked.verb)?;
        if !asked.is_resource_request {
            return write!(f, "path {:?}", asked.path);
        }
        let subresource = match asked.subresource.as_str() {
            "" => String::new(),
            subresource => format!("/{subresource}"),
        };
        let resource = format!("{}{subresource}", asked.resource);
        write!(
            f,
            "resource {resource:?} in API group {:?} ",
            asked.api_group
        )?;
        match asked.namespace.as_str() {
            "" => f.write_str("at the cluster scope"),
            namespace => write!(f, "in the namespace {namespace:?}"),
        }
    }
}
