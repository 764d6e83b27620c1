//! A question about access, with what discovery knows of its resource.

use std::fmt;

use k8s_client::Client;
use k8s_client::discovery::Discovery;
use k8s_client::kinds::{NonResourceAttributes, ResourceAttributes, SelfSubjectAccessReviewSpec};

use crate::Question;
use crate::fix::quoted;

/// What is asked of the server.
pub(super) struct Asked {
    verb: String,
    about: About,
}

enum About {
    Path(String),
    Resource {
        group: String,
        plural: String,
        subresource: String,
        /// `None`: of the whole cluster.
        namespace: Option<String>,
    },
}

impl Asked {
    /// Looks the resource up; one that discovery does not know, or does not tell of, is taken as it was written.
    pub(super) async fn resolve(question: &Question, client: &Client, namespace: &str) -> Self {
        let verb = question.verb.clone();
        if question.resource.starts_with('/') {
            let about = About::Path(question.resource.clone());
            return Self { verb, about };
        }
        let (name, subresource) = question
            .resource
            .split_once('/')
            .unwrap_or((&question.resource, ""));
        let known = Discovery::new(client.clone())
            .find(name)
            .await
            .ok()
            .flatten();
        let (plural, group, namespaced) = match &known {
            Some(known) => (
                known.resource.plural.to_string(),
                known.resource.group.to_string(),
                known.resource.scope == k8s_client::Scope::Namespaced,
            ),
            None => {
                let (plural, group) = name.split_once('.').unwrap_or((name, ""));
                (plural.to_owned(), group.to_owned(), true)
            }
        };
        Self {
            verb,
            about: About::Resource {
                group,
                plural,
                subresource: subresource.to_owned(),
                namespace: namespaced.then(|| namespace.to_owned()),
            },
        }
    }

    pub(super) fn spec(&self) -> SelfSubjectAccessReviewSpec {
        let mut spec = SelfSubjectAccessReviewSpec::default();
        match &self.about {
            About::Path(path) => {
                let mut attributes = NonResourceAttributes::default();
                attributes.path.clone_from(path);
                attributes.verb.clone_from(&self.verb);
                spec.non_resource_attributes = Some(attributes);
            }
            About::Resource {
                group,
                plural,
                subresource,
                namespace,
            } => {
                let mut attributes = ResourceAttributes::default();
                attributes.verb.clone_from(&self.verb);
                attributes.group.clone_from(group);
                attributes.resource.clone_from(plural);
                attributes.subresource.clone_from(subresource);
                attributes.namespace = namespace.clone().unwrap_or_default();
                spec.resource_attributes = Some(attributes);
            }
        }
        spec
    }

    pub(super) fn verb(&self) -> &str {
        &self.verb
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        match &self.about {
            About::Path(_) => None,
            About::Resource { namespace, .. } => namespace.as_deref(),
        }
    }

    /// `deployments.apps/scale`, as rules of roles are asked for; or the path.
    fn name(&self) -> String {
        match &self.about {
            About::Path(path) => path.clone(),
            About::Resource {
                group,
                plural,
                subresource,
                ..
            } => {
                let dot = if group.is_empty() { "" } else { "." };
                let slash = if subresource.is_empty() { "" } else { "/" };
                format!("{plural}{dot}{group}{slash}{subresource}")
            }
        }
    }

    /// The flag of `kubectl create role`.
    pub(super) fn what(&self) -> String {
        let flag = match &self.about {
            About::Path(_) => "non-resource-url",
            About::Resource { .. } => "resource",
        };
        quoted(&format!("--{flag}={}", self.name()))
    }

    /// `list-pods`: what a role may be called.
    pub(super) fn role_name(&self) -> String {
        let name = format!("{}-{}", self.verb, self.name()).to_lowercase();
        let fits = |c: char| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        };
        let name: String = name.chars().map(fits).collect();
        name.trim_matches(['-', '.']).to_owned()
    }
}

/// `list pods in namespace default`.
impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.name())?;
        match (&self.about, self.namespace()) {
            (_, Some(namespace)) => write!(f, " in namespace {namespace}"),
            (About::Resource { .. }, None) => f.write_str(" in the cluster"),
            (About::Path(_), None) => Ok(()),
        }
    }
}
