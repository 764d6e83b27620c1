//! Nobody gives away by roles and bindings what they may not do themselves.

use serde_json::json;

use super::of_user::{RBAC, as_user, is_allowed, rbac_in, review, role};
use crate::Cluster;
use crate::cluster::{Ask, eventually};

/// Somebody who writes roles and bindings, and otherwise may read pods; with these verbs more on all of that group.
async fn manager(cluster: &Cluster, more: &[&str]) -> String {
    let user = cluster.name("manager");
    let verbs = [
        &["get", "list", "create", "update", "patch", "delete"],
        more,
    ]
    .concat();
    let kinds = [
        "roles",
        "rolebindings",
        "clusterroles",
        "clusterrolebindings",
    ];
    let role = json!({"metadata": {"name": user}, "rules": [
        {"verbs": verbs, "apiGroups": ["rbac.authorization.k8s.io"], "resources": kinds},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]},
    ]});
    let binding = json!({
        "metadata": {"name": user},
        "roleRef": {"kind": "ClusterRole", "name": user},
        "subjects": [{"kind": "User", "name": user}],
    });
    for (kind, object) in [("clusterroles", role), ("clusterrolebindings", binding)] {
        Ask::post(format!("{RBAC}/{kind}"), &object)
            .of(&cluster.admin())
            .await
            .ok();
    }
    let pods =
        json!({"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}});
    eventually("the role to count", async || {
        is_allowed(&review(cluster, &user, &pods).await).then_some(())
    })
    .await;
    user
}

fn not_held(kind: &str, name: &str, user: &str, rules: &[&str]) -> String {
    format!(
        "{kind}.rbac.authorization.k8s.io {name:?} is forbidden: user {user:?} (groups=[\"system:authenticated\"]) is attempting \
         to grant RBAC permissions not currently held:\n{}",
        rules.join("\n")
    )
}

pub(super) async fn a_role_with_more_than_one_has_is_refused(cluster: &Cluster) {
    let (namespace, user) = (cluster.namespace().await, manager(cluster, &[]).await);
    let rules = json!([{"verbs": ["get", "list"], "apiGroups": ["", "apps"], "resources": ["pods", "secrets"]}]);
    let ask = Ask::post(rbac_in(&namespace, "roles"), &role("r", rules));
    as_user(ask, &user).of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        &not_held(
            "roles",
            "r",
            &user,
            &[
                r#"{APIGroups:[""], Resources:["pods"], Verbs:["list"]}"#,
                r#"{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}"#,
                r#"{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "list"]}"#,
                r#"{APIGroups:["apps"], Resources:["secrets"], Verbs:["get" "list"]}"#,
            ],
        ),
    );
}

pub(super) async fn names_and_paths_are_told_one_by_one(cluster: &Cluster) {
    let user = manager(cluster, &[]).await;
    let rules = json!([
        {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a", "b"]},
        {"verbs": ["get", "post"], "nonResourceURLs": ["/x", "/version"]},
    ]);
    let ask = Ask::post(format!("{RBAC}/clusterroles"), &role("r", rules));
    as_user(ask, &user).of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        &not_held(
            "clusterroles",
            "r",
            &user,
            &[
                r#"{APIGroups:[""], Resources:["secrets"], ResourceNames:["a"], Verbs:["get"]}"#,
                r#"{APIGroups:[""], Resources:["secrets"], ResourceNames:["b"], Verbs:["get"]}"#,
                r#"{NonResourceURLs:["/version"], Verbs:["post"]}"#,
                r#"{NonResourceURLs:["/x"], Verbs:["get"]}"#,
                r#"{NonResourceURLs:["/x"], Verbs:["post"]}"#,
            ],
        ),
    );
}

pub(super) async fn what_one_has_can_be_given_away(cluster: &Cluster) {
    let (namespace, user) = (cluster.namespace().await, manager(cluster, &[]).await);
    let (admin, roles) = (cluster.admin(), rbac_in(&namespace, "roles"));
    let own = json!([{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}]);
    as_user(Ask::post(&roles, &role("r", own.clone())), &user)
        .of(&admin)
        .await
        .ok();
    let mut labelled = role("r", own);
    labelled["metadata"]["labels"] = json!({"a": "b"});
    let one = format!("{roles}/r");
    as_user(Ask::put(&one, &labelled), &user)
        .of(&admin)
        .await
        .ok();
    let more = json!({"rules": [{"verbs": ["delete"], "apiGroups": [""], "resources": ["pods"]}]});
    as_user(Ask::patch(&one, "merge", &more), &user)
        .of(&admin)
        .await
        .refuses(
            403,
            "Forbidden",
            &not_held(
                "roles",
                "r",
                &user,
                &[r#"{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}"#],
            ),
        );
}

pub(super) async fn a_role_with_more_than_one_has_is_not_bound(cluster: &Cluster) {
    let (namespace, user) = (cluster.namespace().await, manager(cluster, &[]).await);
    let (admin, bindings) = (cluster.admin(), rbac_in(&namespace, "rolebindings"));
    let rules = json!([{"verbs": ["get", "delete"], "apiGroups": [""], "resources": ["pods"]}]);
    Ask::post(rbac_in(&namespace, "roles"), &role("r", rules))
        .of(&admin)
        .await
        .ok();
    let binding = |role: &str| json!({"metadata": {"name": "b"}, "roleRef": {"kind": "Role", "name": role}, "subjects": [{"kind": "User", "name": user}]});
    let message = not_held(
        "rolebindings",
        "b",
        &user,
        &[r#"{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}"#],
    );
    eventually("the role to be known", async || {
        let answer = as_user(Ask::post(&bindings, &binding("r")), &user)
            .of(&admin)
            .await;
        (answer.body["message"] == *message).then_some(())
    })
    .await;
    as_user(Ask::post(&bindings, &binding("absent")), &user)
        .of(&admin)
        .await
        .refuses(
            404,
            "NotFound",
            "rolebindings.rbac.authorization.k8s.io \"absent\" not found",
        );
}

pub(super) async fn only_who_may_everything_makes_roles_of_others(cluster: &Cluster) {
    let user = manager(cluster, &[]).await;
    let object = json!({
        "metadata": {"name": "r"},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]},
    });
    let ask = Ask::post(format!("{RBAC}/clusterroles"), &object);
    as_user(ask, &user).of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        "clusterroles.rbac.authorization.k8s.io \"r\" is forbidden: must have cluster-admin privileges to use the aggregationRule",
    );
}

pub(super) async fn who_may_escalate_and_bind_is_free(cluster: &Cluster) {
    let (namespace, user) = (
        cluster.namespace().await,
        manager(cluster, &["escalate", "bind"]).await,
    );
    let rules = json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]);
    let ask = Ask::post(rbac_in(&namespace, "roles"), &role("r", rules));
    as_user(ask, &user).of(&cluster.admin()).await.ok();
    let binding = json!({
        "metadata": {"name": "b"},
        "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "User", "name": "somebody"}],
    });
    let ask = Ask::post(rbac_in(&namespace, "rolebindings"), &binding);
    as_user(ask, &user).of(&cluster.admin()).await.ok();
}
