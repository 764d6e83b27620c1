//! Questions about rights: may somebody do this, and what may I do at all.

use serde_json::{Value, json};

use super::of_user::{as_user, is_allowed, rbac_in, review, reviews};
use crate::Cluster;
use crate::cluster::{Ask, eventually};

fn pods(namespace: &str) -> Value {
    json!({"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": namespace}})
}

pub(super) async fn somebody_whom_nobody_knows_may_nothing(cluster: &Cluster) {
    let user = cluster.name("user");
    assert_eq!(
        review(cluster, &user, &pods("default")).await,
        json!({"allowed": false})
    );
}

pub(super) async fn masters_may_everything(cluster: &Cluster) {
    let mut spec = pods("default");
    spec["groups"] = json!(["system:masters"]);
    let answer = Ask::post(reviews("subjectaccessreviews"), &json!({"spec": spec}));
    let answer = answer.of(&cluster.admin()).await;
    assert_eq!(answer.code, 201);
    assert_eq!(answer.body["status"], json!({"allowed": true}));
    assert_eq!(answer.body["spec"]["groups"], json!(["system:masters"]));
}

pub(super) async fn the_reason_names_the_binding(cluster: &Cluster) {
    let what = json!({
        "groups": ["system:authenticated"],
        "nonResourceAttributes": {"verb": "get", "path": "/api"},
    });
    let status = review(cluster, "jane", &what).await;
    let reason = "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\"";
    assert_eq!(status, json!({"allowed": true, "reason": reason}));
}

pub(super) async fn the_reason_names_the_account_and_the_namespace(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let binding = json!({
        "metadata": {"name": "b"},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "default"}],
    });
    let path = rbac_in(&namespace, "rolebindings");
    Ask::post(path, &binding).of(&cluster.admin()).await.ok();
    let user = format!("system:serviceaccount:{namespace}:default");
    let reason = format!(
        "RBAC: allowed by RoleBinding \"b/{namespace}\" of ClusterRole \"view\" to ServiceAccount \"default/{namespace}\""
    );
    eventually("the binding to count", async || {
        let status = review(cluster, &user, &pods(&namespace)).await;
        (status == json!({"allowed": true, "reason": reason})).then_some(())
    })
    .await;
}

pub(super) async fn one_may_ask_about_oneself(cluster: &Cluster) {
    let user = cluster.name("user");
    let object = json!({"spec": pods("default")});
    let ask = Ask::post(reviews("selfsubjectaccessreviews"), &object);
    let body = as_user(ask, &user).of(&cluster.admin()).await.ok();
    assert_eq!(body["status"], json!({"allowed": false}));
    let ask = Ask::post(reviews("selfsubjectaccessreviews"), &object);
    assert!(is_allowed(&ask.of(&cluster.admin()).await.ok()["status"]));
    let ask = Ask::post(reviews("subjectaccessreviews"), &object);
    as_user(ask, &user).of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        &format!(
            "subjectaccessreviews.authorization.k8s.io is forbidden: User \"{user}\" cannot create resource \
             \"subjectaccessreviews\" in API group \"authorization.k8s.io\" at the cluster scope"
        ),
    );
}

pub(super) async fn a_question_must_be_about_one_thing(cluster: &Cluster) {
    let ask = async |spec: Value| {
        let ask = Ask::post(reviews("subjectaccessreviews"), &json!({"spec": spec}));
        ask.of(&cluster.admin()).await
    };
    ask(json!({})).await.refuses(
        422,
        "Invalid",
        ".authorization.k8s.io \"\" is invalid: [spec.resourceAttributes: Invalid value: null: exactly one of \
         nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: \"\": at least one of user or \
         group must be specified]",
    );
    let both = json!({"user": "x", "resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}});
    ask(both).await.refuses(
        422,
        "Invalid",
        ".authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: {\"Path\":\"/\",\"Verb\":\"\"}: \
         cannot be specified in combination with resourceAttributes",
    );
}

pub(super) async fn a_local_question_is_about_its_namespace(cluster: &Cluster) {
    let path = reviews("namespaces/default/localsubjectaccessreviews");
    let ask = async |spec: Value| {
        Ask::post(&path, &json!({"spec": spec}))
            .of(&cluster.admin())
            .await
    };
    let with_user = |mut spec: Value| {
        spec["user"] = "jane".into();
        spec
    };
    let body = ask(with_user(pods("default"))).await.ok();
    assert_eq!(body["status"], json!({"allowed": false}));
    assert_eq!(body["metadata"]["namespace"], "default");
    ask(with_user(pods("other"))).await.refuses(
        422,
        "Invalid",
        ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace",
    );
    let path = json!({"nonResourceAttributes": {"path": "/", "verb": "get"}});
    ask(with_user(path)).await.refuses(
        422,
        "Invalid",
        ".authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: {\"Path\":\"/\",\"Verb\":\"get\"}: \
         disallowed on this kind of request",
    );
}

pub(super) async fn ones_own_rules_are_told(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let user = cluster.name("user");
    let binding = json!({
        "metadata": {"name": "b"},
        "roleRef": {"kind": "Role", "name": "absent"},
        "subjects": [{"kind": "User", "name": user}],
    });
    let path = rbac_in(&namespace, "rolebindings");
    Ask::post(path, &binding).of(&cluster.admin()).await.ok();
    let object = json!({"spec": {"namespace": namespace}});
    let body = eventually("the binding to count", async || {
        let ask = Ask::post(reviews("selfsubjectrulesreviews"), &object);
        let body = as_user(ask, &user).of(&cluster.admin()).await.ok();
        body["status"]["evaluationError"]
            .is_string()
            .then_some(body)
    })
    .await;
    let status = &body["status"];
    assert_eq!((&body["spec"], &body["metadata"]), (&json!({}), &json!({})));
    assert_eq!(
        status["evaluationError"],
        "role.rbac.authorization.k8s.io \"absent\" not found"
    );
    assert_eq!(status["incomplete"], false);
    let has = |field: &str, rule: Value| {
        assert!(
            status[field].as_array().unwrap().contains(&rule),
            "{status}"
        );
    };
    has(
        "resourceRules",
        json!({
            "verbs": ["create"],
            "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        }),
    );
    has(
        "nonResourceRules",
        json!({
            "verbs": ["get"],
            "nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version", "/version/"],
        }),
    );
}

pub(super) async fn rules_are_of_a_namespace(cluster: &Cluster) {
    let ask = Ask::post(reviews("selfsubjectrulesreviews"), &json!({"spec": {}}));
    ask.of(&cluster.admin())
        .await
        .refuses(400, "BadRequest", "no namespace on request");
}
