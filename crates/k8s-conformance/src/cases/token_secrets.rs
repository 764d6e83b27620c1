//! Secrets that a controller fills with a service account's token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::identity::{named, who_am_i};
use crate::Cluster;
use crate::cluster::{Answer, Ask, at, eventually};

const ACCOUNT: &str = "kubernetes.io/service-account.name";

async fn create(cluster: &Cluster, namespace: &str, account: &str) -> Answer {
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "token", "annotations": {ACCOUNT: account}},
    });
    Ask::post(at(namespace, "secrets"), &secret)
        .of(&cluster.admin())
        .await
}

async fn filled(cluster: &Cluster, namespace: &str) -> Value {
    let admin = cluster.admin();
    eventually("the Secret to be filled", async || {
        let ask = Ask::get(at(namespace, "secrets/token"));
        let secret = ask.of(&admin).await.ok();
        secret["data"]["token"].is_string().then_some(secret)
    })
    .await
}

fn decoded(secret: &Value, key: &str) -> String {
    let bytes = STANDARD.decode(secret["data"][key].as_str().unwrap());
    String::from_utf8(bytes.unwrap()).unwrap()
}

pub(super) async fn is_empty_when_created(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let created = create(cluster, &namespace, "default").await;
    assert_eq!(created.code, 201);
    assert_eq!(created.ok()["data"], Value::Null);
}

pub(super) async fn is_filled_with_token_namespace_and_ca(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "default").await.ok();
    let secret = filled(cluster, &namespace).await;
    assert_eq!(decoded(&secret, "namespace"), namespace);
    let ca = std::fs::read_to_string(cluster.ca_file()).unwrap();
    assert_eq!(decoded(&secret, "ca.crt").trim_end(), ca.trim_end());
    let account = Ask::get(at(&namespace, "serviceaccounts/default"));
    let account = account.of(&cluster.admin()).await.ok();
    assert_eq!(
        secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"],
        account["metadata"]["uid"]
    );
}

pub(super) async fn its_token_is_its_accounts(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "default").await.ok();
    let token = decoded(&filled(cluster, &namespace).await, "token");
    let user = named(who_am_i().bearer(&token).of(&cluster.anonymous()).await);
    assert_eq!(
        user["username"],
        format!("system:serviceaccount:{namespace}:default")
    );
}

pub(super) async fn its_token_ends_with_it(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "default").await.ok();
    let token = decoded(&filled(cluster, &namespace).await, "token");
    let secret = at(&namespace, "secrets/token");
    Ask::delete(secret).of(&cluster.admin()).await.ok();
    let anonymous = cluster.anonymous();
    eventually("the token to end", async || {
        let answer = who_am_i().bearer(&token).of(&anonymous).await;
        (answer.code == 401).then_some(())
    })
    .await;
}

pub(super) async fn without_an_account_named_is_invalid(cluster: &Cluster) {
    create(cluster, "default", "").await.refuses(
        422,
        "Invalid",
        r#"Secret "token" is invalid: metadata.annotations[kubernetes.io/service-account.name]: Required value"#,
    );
}

pub(super) async fn of_an_account_that_is_not_there_goes_again(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    create(cluster, &namespace, "nobody").await.ok();
    check_goes(cluster, &namespace).await;
}

pub(super) async fn goes_with_its_account(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}});
    let admin = cluster.admin();
    Ask::post(at(&namespace, "serviceaccounts"), &account)
        .of(&admin)
        .await
        .ok();
    create(cluster, &namespace, "robot").await.ok();
    filled(cluster, &namespace).await;
    Ask::delete(at(&namespace, "serviceaccounts/robot"))
        .of(&admin)
        .await
        .ok();
    check_goes(cluster, &namespace).await;
}

async fn check_goes(cluster: &Cluster, namespace: &str) {
    let admin = cluster.admin();
    eventually("the Secret to go", async || {
        let answer = Ask::get(at(namespace, "secrets/token")).of(&admin).await;
        (answer.code == 404).then_some(())
    })
    .await;
}
