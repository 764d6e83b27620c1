//! Service accounts' tokens: asked for, bound to something, meant for somebody, and ended.

use serde_json::{Value, json};

use super::identity::{named, who_am_i};
use crate::Cluster;
use crate::cluster::{Answer, Ask, at, eventually, pod};

/// Asks for a token of the account `default`.
async fn request(cluster: &Cluster, namespace: &str, spec: Value) -> Answer {
    let path = at(namespace, "serviceaccounts/default/token");
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec});
    Ask::post(path, &request).of(&cluster.admin()).await
}

#[track_caller]
fn token(answer: Answer) -> String {
    answer.ok()["status"]["token"].as_str().unwrap().to_owned()
}

fn secret(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}})
}

async fn create(cluster: &Cluster, namespace: &str, resource: &str, object: &Value) -> Value {
    let ask = Ask::post(at(namespace, resource), object);
    ask.of(&cluster.admin()).await.ok()
}

async fn delete(cluster: &Cluster, path: &str) {
    Ask::delete(path).of(&cluster.admin()).await.ok();
}

#[track_caller]
fn check_unauthorized(answer: &Answer) {
    answer.refuses(401, "Unauthorized", "Unauthorized");
}

/// A real server learns of a deletion a moment after it answered it. `token` must be one that it has not seen before:
/// it remembers for ten seconds whom a token stood for.
async fn check_ends(cluster: &Cluster, token: &str) {
    let anonymous = cluster.anonymous();
    eventually("the token to end", async || {
        let answer = who_am_i().bearer(token).of(&anonymous).await;
        (answer.code == 401).then(|| check_unauthorized(&answer))
    })
    .await;
}

pub(super) async fn one_that_was_asked_for_is_its_accounts(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let token = token(request(cluster, &namespace, json!({})).await);
    let user = named(who_am_i().bearer(&token).of(&cluster.anonymous()).await);
    let name = format!("system:serviceaccount:{namespace}:default");
    assert_eq!(user["username"], name);
    let id = &user["extra"]["authentication.kubernetes.io/credential-id"][0];
    assert!(id.as_str().unwrap().starts_with("JTI="), "{user}");
}

pub(super) async fn the_answer_says_for_whom_and_until_when(cluster: &Cluster) {
    let answer = request(cluster, "default", json!({"expirationSeconds": 600})).await;
    assert_eq!(answer.code, 201);
    let answer = answer.ok();
    assert_eq!(answer["kind"], "TokenRequest");
    assert_eq!(answer["spec"]["expirationSeconds"], 600);
    assert_eq!(
        answer["spec"]["audiences"],
        json!(["https://kubernetes.default.svc"])
    );
    assert!(
        answer["status"]["expirationTimestamp"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
}

pub(super) async fn less_than_ten_minutes_are_refused(cluster: &Cluster) {
    request(cluster, "default", json!({"expirationSeconds": 599})).await.refuses(
        422,
        "Invalid",
        r#"TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes"#,
    );
}

pub(super) async fn one_for_another_audience_is_refused(cluster: &Cluster) {
    let token = token(request(cluster, "default", json!({"audiences": ["vault"]})).await);
    check_unauthorized(&who_am_i().bearer(&token).of(&cluster.anonymous()).await);
}

pub(super) async fn one_for_several_audiences_is_accepted(cluster: &Cluster) {
    let audiences = json!({"audiences": ["vault", "https://kubernetes.default.svc"]});
    let token = token(request(cluster, "default", audiences).await);
    named(who_am_i().bearer(&token).of(&cluster.anonymous()).await);
}

pub(super) async fn one_that_has_expired_is_refused(cluster: &Cluster) {
    let living = cluster.account_token("default", "default", 60).await;
    named(who_am_i().bearer(&living).of(&cluster.anonymous()).await);
    let expired = cluster.account_token("default", "default", -60).await;
    check_unauthorized(&who_am_i().bearer(&expired).of(&cluster.anonymous()).await);
}

pub(super) async fn one_with_another_signature_is_refused(cluster: &Cluster) {
    let good = token(request(cluster, "default", json!({})).await);
    let other = token(request(cluster, "default", json!({})).await);
    let (claims, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let forged = format!("{claims}.{signature}");
    check_unauthorized(&who_am_i().bearer(&forged).of(&cluster.anonymous()).await);
}

pub(super) async fn one_of_an_account_that_is_not_there_is_not_found(cluster: &Cluster) {
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let ask = Ask::post(at("default", "serviceaccounts/nobody/token"), &request);
    let answer = ask.of(&cluster.admin()).await;
    answer.refuses(404, "NotFound", r#"serviceaccounts "nobody" not found"#);
}

pub(super) async fn one_ends_with_its_account(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}});
    create(cluster, &namespace, "serviceaccounts", &account).await;
    let path = at(&namespace, "serviceaccounts/robot");
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let admin = cluster.admin();
    let ask = || Ask::post(format!("{path}/token"), &request).of(&admin);
    let (used, unused) = (token(ask().await), token(ask().await));
    named(who_am_i().bearer(&used).of(&cluster.anonymous()).await);
    delete(cluster, &path).await;
    check_ends(cluster, &unused).await;
}

fn bound(kind: &str, name: &str) -> Value {
    json!({"boundObjectRef": {"apiVersion": "v1", "kind": kind, "name": name}})
}

pub(super) async fn one_bound_to_a_secret_ends_with_it(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "secrets", &secret("s")).await;
    let used = token(request(cluster, &namespace, bound("Secret", "s")).await);
    let unused = token(request(cluster, &namespace, bound("Secret", "s")).await);
    named(who_am_i().bearer(&used).of(&cluster.anonymous()).await);
    delete(cluster, &at(&namespace, "secrets/s")).await;
    check_ends(cluster, &unused).await;
}

pub(super) async fn one_bound_to_a_pod_names_it_and_ends_with_it(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let object = serde_json::to_value(pod("p")).unwrap();
    let created = create(cluster, &namespace, "pods", &object).await;
    let used = token(request(cluster, &namespace, bound("Pod", "p")).await);
    let unused = token(request(cluster, &namespace, bound("Pod", "p")).await);
    let user = named(who_am_i().bearer(&used).of(&cluster.anonymous()).await);
    let extra = |name: &str| &user["extra"][format!("authentication.kubernetes.io/{name}")];
    assert_eq!(extra("pod-name"), &json!(["p"]));
    assert_eq!(extra("pod-uid"), &json!([created["metadata"]["uid"]]));
    delete(cluster, &at(&namespace, "pods/p")).await;
    check_ends(cluster, &unused).await;
}

pub(super) async fn one_cannot_be_bound_to_what_is_not_there(cluster: &Cluster) {
    let answer = request(cluster, "default", bound("Secret", "nowhere")).await;
    answer.refuses(404, "NotFound", r#"secrets "nowhere" not found"#);
}

pub(super) async fn one_cannot_be_bound_to_an_earlier_object_of_that_name(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "secrets", &secret("s")).await;
    let mut wanted = bound("Secret", "s");
    wanted["boundObjectRef"]["uid"] = "00000000-0000-0000-0000-000000000000".into();
    let answer = request(cluster, &namespace, wanted).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (409, &json!("Conflict")),
        "{answer:?}"
    );
}

pub(super) async fn one_cannot_be_bound_to_another_kind(cluster: &Cluster) {
    let answer = request(cluster, "default", bound("ConfigMap", "kube-root-ca.crt")).await;
    answer.refuses(
        400,
        "BadRequest",
        "cannot bind token to object of type /v1, Kind=ConfigMap",
    );
}
