//! Whether some rules allow all that others allow.
//!
//! Follows k8s.io/component-helpers `auth/rbac/validation/policy_comparator.go` and `pkg/registry/rbac/validation/policy_compact.go`.

use super::rule::{Rule, holds, path_covers};

/// What is allowed by `wanted` and not by `held`, in as few rules as can be: one for each resource.
pub(super) fn missing(held: &[Rule], wanted: &[Rule]) -> Vec<Rule> {
    let single = wanted.iter().flat_map(singles);
    let missing = single.filter(|single| !held.iter().any(|rule| covers(rule, single)));
    compact(missing)
}

/// A rule in rules of one verb on one resource, or on one path.
fn singles(rule: &Rule) -> Vec<Rule> {
    let mut all = Vec::new();
    for group in &rule.groups {
        for resource in &rule.resources {
            for verb in &rule.verbs {
                let one = Rule {
                    groups: vec![group.clone()],
                    resources: vec![resource.clone()],
                    verbs: vec![verb.clone()],
                    ..Rule::default()
                };
                if rule.names.is_empty() {
                    all.push(one);
                    continue;
                }
                all.extend(rule.names.iter().map(|name| Rule {
                    names: vec![name.clone()],
                    ..one.clone()
                }));
            }
        }
    }
    for path in &rule.paths {
        all.extend(rule.verbs.iter().map(|verb| Rule {
            paths: vec![path.clone()],
            verbs: vec![verb.clone()],
            ..Rule::default()
        }));
    }
    all
}

/// Whether a rule allows what a single one allows.
fn covers(rule: &Rule, single: &Rule) -> bool {
    let all = |list: &[String], wanted: &[String]| wanted.iter().all(|text| holds(list, text));
    let resource = |wanted: &String| {
        let below = wanted
            .rsplit_once('/')
            .map(|(_, below)| format!("*/{below}"));
        holds(&rule.resources, wanted) || below.is_some_and(|below| rule.resources.contains(&below))
    };
    let path = |wanted: &String| rule.paths.iter().any(|path| path_covers(path, wanted));
    let named = match single.names.as_slice() {
        [] => rule.names.is_empty(),
        names => rule.names.is_empty() || names.iter().all(|name| rule.names.contains(name)),
    };
    all(&rule.verbs, &single.verbs)
        && all(&rule.groups, &single.groups)
        && single.resources.iter().all(resource)
        && single.paths.iter().all(path)
        && named
}

/// Joins the verbs of rules about the same resource and object.
fn compact(rules: impl Iterator<Item = Rule>) -> Vec<Rule> {
    let mut joined: Vec<Rule> = Vec::new();
    for rule in rules {
        let same = joined.iter_mut().find(|other| {
            rule.paths.is_empty()
                && (&other.groups, &other.resources, &other.names, &other.paths)
                    == (&rule.groups, &rule.resources, &rule.names, &rule.paths)
        });
        match same {
            Some(other) => other.verbs.extend(rule.verbs),
            None => joined.push(rule),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(held: Value, wanted: Value, expected: &[&str]) {
        let found = missing(&Rule::all(&held), &Rule::all(&wanted));
        let found: Vec<String> = found.iter().map(Rule::describe).collect();
        assert_eq!(found, expected, "{held} {wanted}");
    }

    #[test]
    fn says_what_is_missing() {
        let pods =
            |verbs: Value| json!([{"verbs": verbs, "apiGroups": [""], "resources": ["pods"]}]);
        check(pods(json!(["get"])), pods(json!(["get"])), &[]);
        check(pods(json!(["*"])), pods(json!(["get", "list"])), &[]);
        check(
            pods(json!(["get"])),
            pods(json!(["get", "list", "watch"])),
            &[r#"{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}"#],
        );
        check(
            pods(json!(["get"])),
            pods(json!(["*"])),
            &[r#"{APIGroups:[""], Resources:["pods"], Verbs:["*"]}"#],
        );
        let named = json!([{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}]);
        check(pods(json!(["get"])), named.clone(), &[]);
        check(
            named,
            pods(json!(["get"])),
            &[r#"{APIGroups:[""], Resources:["pods"], Verbs:["get"]}"#],
        );
        let scale = json!([{"verbs": ["get"], "apiGroups": ["apps"], "resources": ["*/scale"]}]);
        let one =
            json!([{"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments/scale"]}]);
        check(scale, one, &[]);
        let paths = |path: &str| json!([{"verbs": ["get"], "nonResourceURLs": [path]}]);
        check(paths("/logs/*"), paths("/logs/a"), &[]);
        check(
            paths("/logs/a"),
            paths("/logs/*"),
            &[r#"{NonResourceURLs:["/logs/*"], Verbs:["get"]}"#],
        );
    }
}
