//! What roles and bindings allow, which of them the server takes, and that nobody gives away what they have not.

use serde_json::{Value, json};

use super::of_user::{RBAC, as_user, is_allowed, rbac_in, review, role};
use crate::Cluster;
use crate::cluster::{Ask, at, eventually};

fn roles(namespace: &str) -> String {
    rbac_in(namespace, "roles")
}

fn bindings(namespace: &str) -> String {
    rbac_in(namespace, "rolebindings")
}

fn rule(verbs: &[&str], resource: &str) -> Value {
    json!({"verbs": verbs, "apiGroups": [""], "resources": [resource]})
}

fn binding(name: &str, kind: &str, role: &str, user: &str) -> Value {
    json!({
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
        "subjects": [{"kind": "User", "name": user}],
    })
}

async fn make(cluster: &Cluster, path: &str, object: &Value) -> Value {
    Ask::post(path, object).of(&cluster.admin()).await.ok()
}

/// Waits until a user may do something to a resource, or may not any more.
async fn until(cluster: &Cluster, user: &str, verb: &str, resource: (&str, &str), may: bool) {
    let (namespace, resource) = resource;
    let what =
        json!({"resourceAttributes": {"verb": verb, "resource": resource, "namespace": namespace}});
    eventually("a role to count", async || {
        let review = review(cluster, user, &what).await;
        (is_allowed(&review) == may).then_some(())
    })
    .await;
}

pub(super) async fn a_role_and_its_binding_let_a_user_in(cluster: &Cluster) {
    let (namespace, user) = (cluster.namespace().await, cluster.name("user"));
    make(
        cluster,
        &roles(&namespace),
        &role("reader", json!([rule(&["get", "list"], "pods")])),
    )
    .await;
    make(
        cluster,
        &bindings(&namespace),
        &binding("b", "Role", "reader", &user),
    )
    .await;
    until(cluster, &user, "list", (&namespace, "pods"), true).await;
    let pods = at(&namespace, "pods");
    as_user(Ask::get(&pods), &user)
        .of(&cluster.admin())
        .await
        .ok();
    as_user(Ask::get(at(&namespace, "secrets")), &user)
        .of(&cluster.admin())
        .await
        .refuses(
            403,
            "Forbidden",
            &format!(r#"secrets is forbidden: User "{user}" cannot list resource "secrets" in API group "" in the namespace "{namespace}""#),
        );
    Ask::delete(format!("{}/b", bindings(&namespace)))
        .of(&cluster.admin())
        .await
        .ok();
    until(cluster, &user, "list", (&namespace, "pods"), false).await;
}

pub(super) async fn a_role_of_the_cluster_may_be_bound_in_one_namespace(cluster: &Cluster) {
    let (here, there) = (cluster.namespace().await, cluster.namespace().await);
    let user = cluster.name("user");
    make(
        cluster,
        &bindings(&here),
        &binding("b", "ClusterRole", "view", &user),
    )
    .await;
    until(cluster, &user, "list", (&here, "configmaps"), true).await;
    until(cluster, &user, "list", (&here, "secrets"), false).await;
    until(cluster, &user, "list", (&there, "configmaps"), false).await;
}

pub(super) async fn a_rule_may_be_about_names_parts_and_paths(cluster: &Cluster) {
    let (name, user) = (cluster.name("role"), cluster.name("user"));
    let rules = json!([
        {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["one"]},
        {"verbs": ["update"], "apiGroups": ["apps"], "resources": ["*/scale"]},
        {"verbs": ["get"], "nonResourceURLs": ["/logs/*"]},
    ]);
    make(
        cluster,
        &format!("{RBAC}/clusterroles"),
        &role(&name, rules),
    )
    .await;
    let bound = binding(&name, "ClusterRole", &name, &user);
    make(cluster, &format!("{RBAC}/clusterrolebindings"), &bound).await;
    let map = |name: &str| json!({"resourceAttributes": {"verb": "get", "resource": "configmaps", "namespace": "default", "name": name}});
    eventually("the role to count", async || {
        is_allowed(&review(cluster, &user, &map("one")).await).then_some(())
    })
    .await;
    let part = |resource: &str, part: &str| {
        json!({"resourceAttributes": {
            "verb": "update", "group": "apps", "resource": resource, "subresource": part, "namespace": "default",
        }})
    };
    let path = |path: &str| json!({"nonResourceAttributes": {"verb": "get", "path": path}});
    for (what, expected) in [
        (map("two"), false),
        (map(""), false),
        (part("deployments", "scale"), true),
        (part("deployments", "status"), false),
        (part("deployments", ""), false),
        (path("/logs/a"), true),
        (path("/logs"), false),
    ] {
        assert_eq!(
            is_allowed(&review(cluster, &user, &what).await),
            expected,
            "{what}"
        );
    }
}

pub(super) async fn accounts_and_groups_are_bound_too(cluster: &Cluster) {
    let (namespace, group) = (cluster.namespace().await, cluster.name("group"));
    let account = format!("system:serviceaccount:{namespace}:default");
    let mut bound = binding("b", "ClusterRole", "view", "nobody");
    bound["subjects"] = json!([
        {"kind": "Group", "name": group},
        {"kind": "ServiceAccount", "name": "default"},
    ]);
    let made = make(cluster, &bindings(&namespace), &bound).await;
    let subjects = &made["subjects"];
    assert_eq!(subjects[0]["apiGroup"], "rbac.authorization.k8s.io");
    assert_eq!(subjects[1].get("apiGroup"), None);
    until(cluster, &account, "list", (&namespace, "pods"), true).await;
    let ask = Ask::get(at(&namespace, "pods"))
        .set("impersonate-user", "member")
        .set("impersonate-group", &group);
    ask.of(&cluster.admin()).await.ok();
}

pub(super) async fn a_role_that_is_not_there_is_told(cluster: &Cluster) {
    let (namespace, user) = (cluster.namespace().await, cluster.name("user"));
    make(
        cluster,
        &bindings(&namespace),
        &binding("b", "Role", "absent", &user),
    )
    .await;
    let message = format!(
        "pods is forbidden: User \"{user}\" cannot list resource \"pods\" in API group \"\" in the namespace \"{namespace}\": \
         RBAC: role.rbac.authorization.k8s.io \"absent\" not found"
    );
    eventually("the binding to count", async || {
        let answer = as_user(Ask::get(at(&namespace, "pods")), &user)
            .of(&cluster.admin())
            .await;
        (answer.body["message"] == *message).then_some(())
    })
    .await;
}

pub(super) async fn a_role_of_others_has_their_rules(cluster: &Cluster) {
    let (label, name) = (cluster.name("label"), cluster.name("role"));
    let path = format!("{RBAC}/clusterroles");
    let whole = json!({
        "metadata": {"name": name},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"part-of": label}}]},
    });
    assert_eq!(make(cluster, &path, &whole).await["rules"], Value::Null);
    for part in ["a", "b"] {
        let mut part = role(&format!("{name}-{part}"), json!([rule(&["get"], part)]));
        part["metadata"]["labels"] = json!({"part-of": label});
        make(cluster, &path, &part).await;
    }
    let (path, admin) = (&path, &cluster.admin());
    let rules = async |expected: Value| {
        eventually("the rules of both", async || {
            let found = Ask::get(format!("{path}/{name}")).of(admin).await.ok();
            (found["rules"] == expected).then_some(())
        })
        .await;
    };
    rules(json!([rule(&["get"], "a"), rule(&["get"], "b")])).await;
    Ask::delete(format!("{path}/{name}-a")).of(admin).await.ok();
    rules(json!([rule(&["get"], "b")])).await;
}

pub(super) async fn a_role_must_say_what_it_is_about(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let rules = json!([
        {"verbs": [], "resources": ["pods"]},
        {"verbs": ["get"], "nonResourceURLs": ["/x"]},
        {"verbs": ["get"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "nonResourceURLs": ["/x"]},
    ]);
    let answer = Ask::post(roles(&namespace), &role("r", rules))
        .of(&cluster.admin())
        .await;
    let (required, invalid) = ("FieldValueRequired", "FieldValueInvalid");
    let (group, of_namespace) = (
        "Required value: resource rules must supply at least one api group",
        r#"Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs"#,
    );
    let both = r#"Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs"#;
    assert_eq!(
        answer.causes(),
        [
            (
                required,
                "Required value: verbs must contain at least one value",
                "rules[0].verbs"
            ),
            (required, group, "rules[0].apiGroups"),
            (invalid, of_namespace, "rules[1].nonResourceURLs"),
            (required, group, "rules[2].apiGroups"),
            (
                required,
                "Required value: resource rules must supply at least one resource",
                "rules[2].resources"
            ),
            (invalid, of_namespace, "rules[3].nonResourceURLs"),
            (invalid, both, "rules[3].nonResourceURLs"),
        ]
    );
}

pub(super) async fn a_role_of_others_must_choose_some(cluster: &Cluster) {
    let path = format!("{RBAC}/clusterroles?dryRun=All");
    let at = "aggregationRule.clusterRoleSelectors";
    let says = async |rule: Value| {
        let object = json!({"metadata": {"name": "r"}, "aggregationRule": rule});
        Ask::post(&path, &object).of(&cluster.admin()).await
    };
    let none =
        "Required value: at least one clusterRoleSelector required if aggregationRule is non-nil";
    assert_eq!(
        says(json!({})).await.causes(),
        [("FieldValueRequired", none, at)]
    );
    let odd =
        json!({"clusterRoleSelectors": [{"matchExpressions": [{"key": "a", "operator": "Foo"}]}]});
    assert_eq!(
        says(odd).await.causes(),
        [
            (
                "FieldValueInvalid",
                "Invalid value: \"Foo\": not a valid selector operator",
                "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator",
            ),
            (
                "FieldValueInvalid",
                "Invalid value: null: invalid label selector.",
                "aggregationRule.clusterRoleSelectors[0]",
            ),
        ]
    );
}

pub(super) async fn a_binding_must_name_a_role_and_whom(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let object = json!({
        "metadata": {"name": "b"},
        "roleRef": {"apiGroup": "x", "kind": "Foo", "name": ""},
        "subjects": [
            {},
            {"kind": "User", "apiGroup": "x", "name": "n"},
            {"kind": "ServiceAccount", "name": "a", "namespace": "n", "apiGroup": "x"},
        ],
    });
    let answer = Ask::post(bindings(&namespace), &object)
        .of(&cluster.admin())
        .await;
    let unsupported = "FieldValueNotSupported";
    let group = r#"Unsupported value: "x": supported values: "rbac.authorization.k8s.io""#;
    assert_eq!(
        answer.causes(),
        [
            (unsupported, group, "roleRef.apiGroup"),
            (
                unsupported,
                r#"Unsupported value: "Foo": supported values: "Role", "ClusterRole""#,
                "roleRef.kind"
            ),
            ("FieldValueRequired", "Required value", "roleRef.name"),
            ("FieldValueRequired", "Required value", "subjects[0].name"),
            (
                unsupported,
                r#"Unsupported value: "": supported values: "ServiceAccount", "User", "Group""#,
                "subjects[0].kind",
            ),
            (unsupported, group, "subjects[1].apiGroup"),
            (
                unsupported,
                r#"Unsupported value: "x": supported values: """#,
                "subjects[2].apiGroup"
            ),
        ]
    );
    let mut object = binding("b", "Role", "x", "y");
    object["subjects"] = json!([{"kind": "ServiceAccount", "name": "a"}]);
    let path = format!("{RBAC}/clusterrolebindings");
    let answer = Ask::post(path, &object).of(&cluster.admin()).await;
    assert_eq!(
        answer.causes(),
        [
            (
                unsupported,
                r#"Unsupported value: "Role": supported values: "ClusterRole""#,
                "roleRef.kind"
            ),
            (
                "FieldValueRequired",
                "Required value",
                "subjects[0].namespace"
            ),
        ]
    );
}

pub(super) async fn a_binding_keeps_its_role(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    make(
        cluster,
        &bindings(&namespace),
        &binding("b", "ClusterRole", "view", "x"),
    )
    .await;
    let other = binding("b", "ClusterRole", "edit", "x");
    let answer = Ask::put(format!("{}/b", bindings(&namespace)), &other)
        .of(&cluster.admin())
        .await;
    answer.refuses(
        422,
        "Invalid",
        "RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value: \
         {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"ClusterRole\",\"Name\":\"edit\"}: cannot change roleRef",
    );
}

pub(super) async fn a_replacement_makes_a_role_that_is_not_there(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = format!("{}/new", roles(&namespace));
    let answer = Ask::put(path, &role("new", json!([rule(&["get"], "pods")])))
        .of(&cluster.admin())
        .await;
    assert_eq!(answer.code, 201, "{answer:?}");
}

pub(super) async fn a_new_cluster_has_the_roles_that_people_know(cluster: &Cluster) {
    let get = async |path: &str| {
        Ask::get(format!("{RBAC}/{path}"))
            .of(&cluster.admin())
            .await
            .ok()
    };
    let all = json!([
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
        {"verbs": ["*"], "nonResourceURLs": ["*"]},
    ]);
    assert_eq!(get("clusterroles/cluster-admin").await["rules"], all);
    for name in ["admin", "edit", "view"] {
        let role = get(&format!("clusterroles/{name}")).await;
        assert_eq!(
            role["metadata"]["labels"]["kubernetes.io/bootstrapping"],
            "rbac-defaults"
        );
        assert!(role["aggregationRule"].is_object());
    }
    let bound = get("clusterrolebindings/system:discovery").await;
    assert_eq!(bound["subjects"][0]["name"], "system:authenticated");
}
