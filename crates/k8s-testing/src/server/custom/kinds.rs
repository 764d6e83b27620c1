//! The kinds that a definition brings: one for each version that is served.

use std::cmp::Ordering;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Custom, Definition, Version};
use crate::certs;
use crate::server::kinds::{Kind, Naming, Subresource};

const VERBS: [&str; 8] = [
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "create",
    "update",
    "watch",
];
/// What can be done while the definition goes.
const LAST_VERBS: [&str; 5] = ["delete", "deletecollection", "get", "list", "watch"];
const BELOW: [&str; 3] = ["get", "patch", "update"];

/// The kinds of a definition, the newest version first.
pub(crate) fn kinds(definition: &Arc<Definition>) -> Vec<Arc<Kind>> {
    let versions = definition.versions.iter().enumerate();
    let mut served: Vec<(usize, &Version)> =
        versions.filter(|(_, version)| version.served).collect();
    served.sort_by(|(_, a), (_, b)| by_age(&a.name, &b.name));
    served
        .into_iter()
        .map(|(index, version)| Arc::new(kind(definition, index, version)))
        .collect()
}

fn kind(definition: &Arc<Definition>, index: usize, version: &Version) -> Kind {
    let names = &definition.names;
    let api_version = format!("{}/{}", definition.group, version.name);
    let mut resets = Vec::new();
    if version.has_status {
        resets.push((String::new(), vec!["status".to_owned()]));
        resets.push((
            "status".to_owned(),
            vec!["metadata".to_owned(), "spec".to_owned()],
        ));
    }
    let mut selectable = Vec::new();
    if definition.namespaced {
        selectable.push("metadata.namespace".to_owned());
    }
    selectable.extend(version.selectable.iter().cloned());
    Kind {
        group: definition.group.clone(),
        version: version.name.clone(),
        resource: names.plural.clone(),
        singular: names.singular.clone(),
        kind: names.kind.clone(),
        list_kind: names.list_kind.clone(),
        namespaced: definition.namespaced,
        verbs: if definition.is_terminating {
            LAST_VERBS.map(str::to_owned).into()
        } else {
            VERBS.map(str::to_owned).into()
        },
        short_names: names.short_names.clone(),
        categories: names.categories.clone(),
        storage_hash: Some(hash(definition)),
        subresources: subresources(definition, version),
        selectable: selectable
            .into_iter()
            .map(|field| (field, "string".to_owned()))
            .collect(),
        naming: Naming::Subdomain,
        deletes_to_object: false,
        creates_on_update: false,
        unconditional: false,
        counts_generations: true,
        defaults: Value::Null,
        first_status: None,
        required: Vec::new(),
        zero: json!({"kind": names.kind, "apiVersion": api_version, "metadata": {}}),
        type_name: String::new(),
        resets,
        storage: definition.name.as_str().into(),
        custom: Some(Custom {
            definition: Arc::clone(definition),
            index,
        }),
    }
}

fn subresources(definition: &Definition, version: &Version) -> Vec<Subresource> {
    let verbs = || BELOW.map(str::to_owned).to_vec();
    let status = version.has_status.then(|| Subresource {
        name: "status".to_owned(),
        kind: definition.names.kind.clone(),
        group_version: None,
        verbs: verbs(),
    });
    let scale = version.scale.as_ref().map(|_| Subresource {
        name: "scale".to_owned(),
        kind: "Scale".to_owned(),
        group_version: Some(("autoscaling".to_owned(), "v1".to_owned())),
        verbs: verbs(),
    });
    status.into_iter().chain(scale).collect()
}

/// What clients compare to see that a kind is stored in another way.
fn hash(definition: &Definition) -> String {
    let Definition {
        group,
        storage_version,
        names,
        ..
    } = definition;
    let digest = certs::digest(format!("{group}/{storage_version}/{}", names.kind).as_bytes());
    STANDARD.encode(&digest[..8])
}

/// The newest version first: `v2`, `v1`, `v2beta1`, `v1alpha3`, then what is no version, by its name.
///
/// Follows k8s.io/apimachinery `pkg/version/helpers.go`.
pub(crate) fn by_age(a: &str, b: &str) -> Ordering {
    match (parts(a), parts(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// `v1beta2`: stability, major, minor.
fn parts(version: &str) -> Option<(u8, u64, u64)> {
    let rest = version.strip_prefix('v')?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let major = rest[..end].parse().ok()?;
    let (stability, minor) = match rest[end..].split_at_checked(4) {
        _ if rest[end..].is_empty() => return Some((2, major, 0)),
        Some(("beta", minor)) => (1, minor),
        _ => (0, rest[end..].strip_prefix("alpha")?),
    };
    Some((stability, major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::by_age;

    #[test]
    fn the_newest_version_is_the_first() {
        let mut all = [
            "v1",
            "foo1",
            "v10beta3",
            "v11alpha2",
            "v2",
            "v10",
            "v3beta1",
            "foo10",
            "v11beta2",
        ];
        all.sort_by(|a, b| by_age(a, b));
        assert_eq!(
            all,
            [
                "v10",
                "v2",
                "v1",
                "v11beta2",
                "v10beta3",
                "v3beta1",
                "v11alpha2",
                "foo1",
                "foo10"
            ]
        );
    }
}
