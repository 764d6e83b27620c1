//! The resource that a person means by a name.

use super::{ResourceInfo, Resources};

/// What a name may be, by which it is looked for first.
const WAYS: [fn(&ResourceInfo, &str) -> bool; 3] = [
    |info, name| same(&info.resource.plural, name) || same(&info.singular, name),
    |info, name| info.short_names.iter().any(|short| same(short, name)),
    |info, name| same(&info.resource.kind, name),
];

impl Resources {
    /// The resource that a person means: see [`Discovery::find`](super::Discovery::find).
    pub fn find(&self, name: &str) -> Option<&ResourceInfo> {
        let (name, rest) = name
            .split_once('.')
            .map_or((name, None), |(n, r)| (n, Some(r)));
        WAYS.iter().find_map(|means| {
            let mut all = self.iter();
            all.find(|info| means(info, name) && rest.is_none_or(|rest| is_of(info, rest)))
        })
    }

    /// The other resource that a short name could mean as well, if `name` is one: `found` was taken because it stands
    /// first. A program tells its user, as kubectl does.
    pub fn also_called(&self, name: &str, found: &ResourceInfo) -> Option<&ResourceInfo> {
        let other = |info: &&ResourceInfo| info.full_name() != found.full_name();
        self.preferred()
            .filter(|info| info.short_names.iter().any(|short| same(short, name)))
            .find(other)
    }
}

/// Whether the resource is of this group, or of this version of a group.
fn is_of(info: &ResourceInfo, rest: &str) -> bool {
    let (group, version) = (&*info.resource.group, &*info.resource.version);
    let versioned = rest
        .split_once('.')
        .map_or((rest, ""), |(version, group)| (version, group));
    rest == group || versioned == (version, group)
}

fn same(known: &str, asked: &str) -> bool {
    known.eq_ignore_ascii_case(asked)
}

#[cfg(test)]
mod tests {
    use k8s_api_core::discovery::ApiGroupDiscoveryList;

    use super::super::Group;
    use super::*;

    fn resources() -> Resources {
        let resource = |plural: &str, kind: &str, short: &str| {
            format!(
                r#"{{"resource":"{plural}","responseKind":{{"kind":"{kind}"}},"scope":"Namespaced","singularResource":"{}","shortNames":["{short}"]}}"#,
                kind.to_lowercase()
            )
        };
        let text = format!(
            r#"{{"items":[
                {{"metadata":{{}},"versions":[{{"version":"v1","resources":[{},{}]}}]}},
                {{"metadata":{{"name":"apps"}},"versions":[{{"version":"v1","resources":[{}]}},{{"version":"v1beta1","resources":[{}]}}]}},
                {{"metadata":{{"name":"events.k8s.io"}},"versions":[{{"version":"v1","resources":[{}]}}]}}]}}"#,
            resource("pods", "Pod", "po"),
            resource("events", "Event", "ev"),
            resource("deployments", "Deployment", "deploy"),
            resource("deployments", "Deployment", "deploy"),
            resource("events", "Event", "po"),
        );
        let list: ApiGroupDiscoveryList = serde_json::from_str(&text).unwrap();
        Resources {
            groups: list.items.into_iter().map(Group::aggregated).collect(),
            unavailable: Vec::new(),
        }
    }

    #[test]
    fn a_short_name_of_two_resources_is_known_as_such() {
        let resources = resources();
        let check = |name: &str, expected: Option<&str>| {
            let found = resources.find(name).unwrap();
            let other = resources.also_called(name, found);
            assert_eq!(
                other.map(ResourceInfo::full_name).as_deref(),
                expected,
                "{name}"
            );
        };
        check("po", Some("events.events.k8s.io"));
        check("deploy", None);
        check("pods", None);
    }

    #[test]
    fn each_resource_is_preferred_once() {
        let resources = resources();
        let names: Vec<String> = resources
            .preferred()
            .map(|info| format!("{} {}", info.full_name(), info.resource.version))
            .collect();
        assert_eq!(
            names,
            [
                "pods v1",
                "events v1",
                "deployments.apps v1",
                "events.events.k8s.io v1"
            ]
        );
    }

    #[test]
    fn a_name_means_what_kubectl_takes_it_for() {
        let resources = resources();
        let check = |name: &str, expected: Option<&str>| {
            let found = resources.find(name).map(|info| &info.resource);
            let found = found.map(|r| format!("{}/{}/{}", r.group, r.version, r.plural));
            assert_eq!(found.as_deref(), expected, "{name}");
        };
        for name in ["pods", "pod", "po", "Pod", "PODS", "pods.v1", "pods.v1."] {
            check(name, Some("/v1/pods"));
        }
        check("deploy", Some("apps/v1/deployments"));
        check("deployments.apps", Some("apps/v1/deployments"));
        check("deployments.v1beta1.apps", Some("apps/v1beta1/deployments"));
        check("events", Some("/v1/events"));
        check("ev", Some("/v1/events"));
        check("events.events.k8s.io", Some("events.k8s.io/v1/events"));
        check("events.v1.events.k8s.io", Some("events.k8s.io/v1/events"));
        for name in ["", "pod.apps", "deployments.v2.apps", "nothing", "."] {
            check(name, None);
        }
    }
}
