//! The kinds of objects that the server knows, as a table: nothing else in the crate lists them.

use serde_json::{Value, json};

/// One kind of object, as discovery describes it.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) singular: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) namespaced: bool,
    pub(crate) short_names: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
    /// Field selectors besides `metadata.name` and `metadata.namespace`.
    pub(crate) fields: &'static [&'static str],
    pub(crate) naming: Naming,
    pub(crate) serves: Serves,
    /// Whether a delete answers with the object rather than with a `Status`.
    pub(crate) deletes_to_object: bool,
    /// Whether a replacement of what is not there creates it; such kinds are never replaced blindly, without a version.
    pub(crate) creates_on_update: bool,
}

/// What an object of this kind may be called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Naming {
    Label,
    Subdomain,
}

/// What can be done with objects of this kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Serves {
    /// Kept in the store, with every verb that the server has.
    Objects,
    /// A question: created, answered, and not kept.
    Review,
}

/// A resource below an object, as `serviceaccounts/token`.
#[derive(Debug)]
pub(crate) struct Subresource {
    pub(crate) of: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    /// Group and version of the kind, where they are not the parent's.
    pub(crate) group_version: Option<(&'static str, &'static str)>,
    pub(crate) verbs: &'static [&'static str],
}

/// The verbs of stored objects, in discovery's order.
pub(crate) const VERBS: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "update",
    "watch",
];

const PLAIN: Kind = Kind {
    group: "",
    version: "v1",
    resource: "",
    singular: "",
    kind: "",
    namespaced: true,
    short_names: &[],
    categories: &[],
    fields: &[],
    naming: Naming::Subdomain,
    serves: Serves::Objects,
    deletes_to_object: false,
    creates_on_update: false,
};

/// Every kind, the core group first, in discovery's order.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        resource: "configmaps",
        singular: "configmap",
        kind: "ConfigMap",
        short_names: &["cm"],
        ..PLAIN
    },
    Kind {
        resource: "namespaces",
        singular: "namespace",
        kind: "Namespace",
        namespaced: false,
        short_names: &["ns"],
        fields: &["status.phase"],
        naming: Naming::Label,
        deletes_to_object: true,
        ..PLAIN
    },
    Kind {
        resource: "nodes",
        singular: "node",
        kind: "Node",
        namespaced: false,
        short_names: &["no"],
        fields: &["spec.unschedulable"],
        ..PLAIN
    },
    Kind {
        resource: "pods",
        singular: "pod",
        kind: "Pod",
        short_names: &["po"],
        categories: &["all"],
        fields: &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        deletes_to_object: true,
        ..PLAIN
    },
    Kind {
        resource: "secrets",
        singular: "secret",
        kind: "Secret",
        fields: &["type"],
        ..PLAIN
    },
    Kind {
        resource: "serviceaccounts",
        singular: "serviceaccount",
        kind: "ServiceAccount",
        short_names: &["sa"],
        deletes_to_object: true,
        ..PLAIN
    },
    Kind {
        group: "authentication.k8s.io",
        resource: "selfsubjectreviews",
        singular: "selfsubjectreview",
        kind: "SelfSubjectReview",
        namespaced: false,
        serves: Serves::Review,
        ..PLAIN
    },
    Kind {
        group: "authentication.k8s.io",
        resource: "tokenreviews",
        singular: "tokenreview",
        kind: "TokenReview",
        namespaced: false,
        serves: Serves::Review,
        ..PLAIN
    },
    Kind {
        group: "coordination.k8s.io",
        resource: "leases",
        singular: "lease",
        kind: "Lease",
        creates_on_update: true,
        ..PLAIN
    },
];

/// Every subresource.
pub(crate) const SUBRESOURCES: &[Subresource] = &[Subresource {
    of: "serviceaccounts",
    name: "token",
    kind: "TokenRequest",
    group_version: Some(("authentication.k8s.io", "v1")),
    verbs: &["create"],
}];

impl Kind {
    /// Group and version as in `apiVersion`.
    pub(crate) fn api_version(&self) -> String {
        group_version(self.group, self.version)
    }

    /// An object of this kind that says nothing.
    pub(crate) fn zero(&self) -> Value {
        json!({"kind": self.kind, "apiVersion": self.api_version(), "metadata": {}})
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.serves == Serves::Objects
    }

    pub(crate) fn subresources(&self) -> impl Iterator<Item = &'static Subresource> {
        let of = if self.group.is_empty() {
            self.resource
        } else {
            ""
        };
        SUBRESOURCES.iter().filter(move |sub| sub.of == of)
    }
}

/// `v1`, or `apps/v1`.
pub(crate) fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

/// The kind behind a URL's group, version and resource.
pub(crate) fn find(group: &str, version: &str, resource: &str) -> Option<&'static Kind> {
    KINDS
        .iter()
        .find(|kind| kind.group == group && kind.version == version && kind.resource == resource)
}

/// A kind of the core group that the server itself creates or reads.
pub(crate) fn core(resource: &str) -> &'static Kind {
    find("", "v1", resource).expect("the server's own kinds stand in the table")
}

/// Whether any kind has this group and version.
pub(crate) fn has_group_version(group: &str, version: &str) -> bool {
    KINDS
        .iter()
        .any(|kind| kind.group == group && kind.version == version)
}

/// Whether any kind has this group, in whatever version.
pub(crate) fn has_group(group: &str) -> bool {
    KINDS.iter().any(|kind| kind.group == group)
}

/// Groups with the versions of each, without the core group, in the table's order.
pub(crate) fn groups() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for kind in KINDS.iter().filter(|kind| !kind.group.is_empty()) {
        match found.iter_mut().find(|(group, _)| *group == kind.group) {
            Some((_, versions)) if versions.contains(&kind.version) => {}
            Some((_, versions)) => versions.push(kind.version),
            None => found.push((kind.group, vec![kind.version])),
        }
    }
    found
}
