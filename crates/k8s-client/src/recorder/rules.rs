//! From single accesses to few rules that allow exactly them.

use std::collections::{BTreeMap, BTreeSet};

use super::Access;
use super::role::{Role, Rule};

/// Paths that every authenticated user may read (ClusterRoles `system:discovery` and `system:public-info-viewer`); with
/// a slash at the end, all below it too.
const OPEN_PATHS: &[&str] = &[
    "/api",
    "/api/",
    "/apis",
    "/apis/",
    "/healthz",
    "/livez",
    "/openapi",
    "/openapi/",
    "/readyz",
    "/version",
];
/// What every authenticated user may create (ClusterRole `system:basic-user`): group and resource.
const OPEN_REVIEWS: &[(&str, &str)] = &[
    ("authentication.k8s.io", "selfsubjectreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
];

/// A verb on objects of one resource, in one namespace or in all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Atom<'a> {
    namespace: &'a str,
    group: &'a str,
    resource: &'a str,
    /// Empty: of all objects.
    name: &'a str,
    verb: &'a str,
}

type Set<'a> = BTreeSet<&'a str>;

pub(super) fn roles(name: &str, accesses: &BTreeSet<Access>) -> Vec<Role> {
    let mut scopes: BTreeMap<&str, Vec<Rule>> = BTreeMap::new();
    let atoms = needed(accesses);
    for namespace in atoms.iter().map(|atom| atom.namespace) {
        let of_scope = atoms.iter().filter(|atom| atom.namespace == namespace);
        scopes
            .entry(namespace)
            .or_insert_with(|| resource_rules(of_scope));
    }
    let paths = path_rules(accesses);
    if !paths.is_empty() {
        scopes.entry("").or_default().extend(paths);
    }
    let role = |(namespace, rules): (&str, _)| Role {
        name: name.to_owned(),
        namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
        rules,
    };
    scopes.into_iter().map(role).collect()
}

/// The accesses to resources that neither another one nor the server's own roles allow.
fn needed(accesses: &BTreeSet<Access>) -> BTreeSet<Atom<'_>> {
    let all: BTreeSet<Atom<'_>> = accesses.iter().filter_map(atom).collect();
    let is_covered = |atom: &Atom<'_>| {
        let wider = [
            Atom {
                namespace: "",
                name: "",
                ..*atom
            },
            Atom { name: "", ..*atom },
            Atom {
                namespace: "",
                ..*atom
            },
        ];
        wider
            .iter()
            .any(|wider| wider != atom && all.contains(wider))
    };
    all.iter()
        .filter(|atom| !is_covered(atom))
        .copied()
        .collect()
}

fn atom(access: &Access) -> Option<Atom<'_>> {
    let Access::Resource {
        verb,
        group,
        resource,
        namespace,
        name,
    } = access
    else {
        return None;
    };
    let is_open = verb == "create" && OPEN_REVIEWS.contains(&(group, resource));
    (!is_open).then_some(Atom {
        namespace,
        group,
        resource,
        name,
        verb,
    })
}

/// Rules that allow these and no other: joined only where every combination was asked for.
fn resource_rules<'a>(atoms: impl Iterator<Item = &'a Atom<'a>>) -> Vec<Rule> {
    let mut verbs: BTreeMap<(&str, &str, &str), Set<'_>> = BTreeMap::new();
    for atom in atoms {
        let of = verbs.entry((atom.group, atom.resource, atom.name));
        of.or_default().insert(atom.verb);
    }
    // Objects of one resource with the same verbs.
    let mut names: BTreeMap<(&str, &str, bool, Set<'_>), Set<'_>> = BTreeMap::new();
    for ((group, resource, name), verbs) in verbs {
        let of = names.entry((group, resource, name.is_empty(), verbs));
        let of = of.or_default();
        if !name.is_empty() {
            of.insert(name);
        }
    }
    // Resources of one group with the same objects and verbs.
    let mut resources: BTreeMap<(&str, Set<'_>, Set<'_>), Set<'_>> = BTreeMap::new();
    for ((group, resource, _, verbs), names) in names {
        resources
            .entry((group, names, verbs))
            .or_default()
            .insert(resource);
    }
    let rules = resources
        .into_iter()
        .map(|((group, names, verbs), resources)| Rule {
            api_groups: vec![group.to_owned()],
            resources: owned(&resources),
            resource_names: owned(&names),
            verbs: owned(&verbs),
            ..Rule::default()
        });
    rules.collect()
}

fn path_rules(accesses: &BTreeSet<Access>) -> Vec<Rule> {
    let mut paths: BTreeMap<&str, Set<'_>> = BTreeMap::new();
    for access in accesses {
        if let Access::Path { verb, path } = access
            && !(verb == "get" && is_open(path))
        {
            paths.entry(path).or_default().insert(verb);
        }
    }
    let mut rules: BTreeMap<Set<'_>, Set<'_>> = BTreeMap::new();
    for (path, verbs) in paths {
        rules.entry(verbs).or_default().insert(path);
    }
    let rules = rules.into_iter().map(|(verbs, paths)| Rule {
        non_resource_urls: owned(&paths),
        verbs: owned(&verbs),
        ..Rule::default()
    });
    rules.collect()
}

fn is_open(path: &str) -> bool {
    OPEN_PATHS.iter().any(|open| {
        path == *open || (open.ends_with('/') && path.starts_with(open)) || path == "/version/"
    })
}

fn owned(set: &Set<'_>) -> Vec<String> {
    set.iter().map(|&text| text.to_owned()).collect()
}

#[cfg(test)]
mod tests;
