//! Which rules come of which requests.

use http::Method;
use k8s_api_core::request_info::RequestInfo;

use super::super::{Record, yaml};
use super::*;

/// The roles of these requests, `GET /api/v1/pods`, as YAML without its head.
fn check(requests: &[&str], expected: &[&str]) {
    let record = Record::new();
    for request in requests {
        let (method, uri) = request.split_once(' ').unwrap();
        let (path, query) = uri
            .split_once('?')
            .map_or((uri, None), |(p, q)| (p, Some(q)));
        let method: Method = method.parse().unwrap();
        let info = RequestInfo::parse(&method, path, query).unwrap();
        record.note(Access::of(&info));
    }
    let roles = record.roles("r");
    let mut rules = Vec::new();
    for role in &roles {
        let scope = role.namespace.as_deref().unwrap_or("*");
        for rule in &role.rules {
            let rule = serde_json::to_string(rule).unwrap();
            rules.push(format!("{scope} {}", rule.replace('"', "")));
        }
    }
    assert_eq!(rules, expected, "{requests:?}");
}

#[test]
fn verbs_of_one_resource_are_one_rule() {
    check(
        &[
            "GET /api/v1/namespaces/a/pods",
            "POST /api/v1/namespaces/a/pods",
        ],
        &["a {apiGroups:[],resources:[pods],verbs:[create,list]}"],
    );
}

#[test]
fn objects_are_named_where_the_request_named_them() {
    check(
        &[
            "GET /api/v1/namespaces/a/configmaps/x",
            "GET /api/v1/namespaces/a/configmaps/y",
            "PUT /api/v1/namespaces/a/configmaps/y",
            "GET /api/v1/namespaces/a/configmaps?watch=true&fieldSelector=metadata.name%3Dx",
        ],
        &[
            "a {apiGroups:[],resources:[configmaps],resourceNames:[x],verbs:[get,watch]}",
            "a {apiGroups:[],resources:[configmaps],resourceNames:[y],verbs:[get,update]}",
        ],
    );
}

#[test]
fn what_another_rule_allows_is_left_out() {
    check(
        &[
            "GET /api/v1/pods",
            "GET /api/v1/namespaces/a/pods",
            "GET /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dx",
            "DELETE /api/v1/namespaces/a/pods",
        ],
        &[
            "* {apiGroups:[],resources:[pods],verbs:[list]}",
            "a {apiGroups:[],resources:[pods],verbs:[deletecollection]}",
        ],
    );
}

#[test]
fn resources_are_joined_where_all_combinations_were_asked_for() {
    check(
        &[
            "GET /apis/apps/v1/namespaces/a/deployments",
            "GET /apis/apps/v1/namespaces/a/daemonsets",
            "PATCH /apis/apps/v1/namespaces/a/deployments/web/scale",
            "GET /apis/batch/v1/namespaces/b/jobs",
        ],
        &[
            "a {apiGroups:[apps],resources:[daemonsets,deployments],verbs:[list]}",
            "a {apiGroups:[apps],resources:[deployments/scale],resourceNames:[web],verbs:[patch]}",
            "b {apiGroups:[batch],resources:[jobs],verbs:[list]}",
        ],
    );
}

#[test]
fn what_everybody_may_do_needs_no_rule() {
    check(
        &[
            "GET /api",
            "GET /apis/apps/v1",
            "GET /version",
            "GET /readyz",
            "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        ],
        &[],
    );
    check(
        &["GET /metrics", "GET /logs", "POST /version"],
        &[
            "* {nonResourceURLs:[/logs,/metrics],verbs:[get]}",
            "* {nonResourceURLs:[/version],verbs:[post]}",
        ],
    );
}

#[test]
fn no_request_makes_a_wildcard() {
    check(
        &[
            "GET /api/v1/*",
            "GET /apis/*/v1/things",
            "GET /api/v1/namespaces/a/pods/x/*",
            "GET /anything/*",
        ],
        &[],
    );
}

#[test]
fn a_role_reads_like_one_that_a_person_wrote() {
    let record = Record::new();
    for (verb, namespace, name) in [("get", "a", "x"), ("list", "", "")] {
        record.note(Some(Access::Resource {
            verb: verb.to_owned(),
            group: String::new(),
            resource: "pods".to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }));
    }
    let expected = r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: "r"
rules:
- apiGroups: [""]
  resources: ["pods"]
  verbs: ["list"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: "r"
  namespace: "a"
rules:
- apiGroups: [""]
  resources: ["pods"]
  resourceNames: ["x"]
  verbs: ["get"]
"#;
    assert_eq!(yaml(&record.roles("r")), expected);
}
