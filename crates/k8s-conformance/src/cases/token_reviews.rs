//! What the server tells of a token that somebody else was shown.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask};

async fn review(cluster: &Cluster, spec: Value) -> Answer {
    ask(spec).of(&cluster.admin()).await
}

fn ask(spec: Value) -> Ask {
    let review =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec});
    Ask::post("/apis/authentication.k8s.io/v1/tokenreviews", &review)
}

pub(super) async fn names_whose_token_it_is(cluster: &Cluster) {
    let token = cluster.account_token("default", "default", 600).await;
    let answer = review(cluster, json!({"token": token})).await;
    assert_eq!(answer.code, 201);
    let status = answer.ok()["status"].take();
    assert_eq!(status["authenticated"], true, "{status}");
    assert_eq!(
        status["user"]["username"],
        "system:serviceaccount:default:default"
    );
    assert_eq!(
        status["audiences"],
        json!(["https://kubernetes.default.svc"])
    );
}

pub(super) async fn a_token_that_nobody_issued_has_no_user(cluster: &Cluster) {
    let status = review(cluster, json!({"token": "not-a-token"})).await.ok()["status"].take();
    assert_eq!(status["authenticated"], Value::Null);
    assert_eq!(status["user"], json!({}));
    assert!(
        status["error"]
            .as_str()
            .unwrap()
            .contains("invalid bearer token"),
        "{status}"
    );
}

pub(super) async fn a_token_for_others_is_good_for_none_of_them_here(cluster: &Cluster) {
    let token = cluster.account_token("default", "default", 600).await;
    let spec = json!({"token": token, "audiences": ["vault"]});
    let status = review(cluster, spec).await.ok()["status"].take();
    assert_eq!(status["authenticated"], Value::Null, "{status}");
}

pub(super) async fn without_a_token_is_a_bad_request(cluster: &Cluster) {
    review(cluster, json!({})).await.refuses(
        400,
        "BadRequest",
        "token is required for TokenReview in authentication",
    );
}

pub(super) async fn a_viewer_may_not_ask(cluster: &Cluster) {
    ask(json!({"token": "any"})).of(&cluster.pod()).await.refuses(
        403,
        "Forbidden",
        r#"tokenreviews.authentication.k8s.io is forbidden: User "system:serviceaccount:default:default" cannot create resource "tokenreviews" in API group "authentication.k8s.io" at the cluster scope"#,
    );
}
