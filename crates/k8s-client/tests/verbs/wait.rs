//! Waiting on a watch: for a state, for the end, for a Secret's data, for a service account's token.

use k8s_client::kinds::TokenRequestSpec;
use k8s_client::{service_account, wait};
use secrecy::ExposeSecret as _;

use super::*;

const SECRETS: &str = "/api/v1/namespaces/prod/secrets";

/// The list as a watch of one object, answered bit by bit.
async fn watched(handle: &mut Handle, name: &str) -> Written {
    let received = handle.next().await.unwrap();
    let uri = received.request().uri().to_string();
    assert!(
        uri.contains(&format!("fieldSelector=metadata.name%3D{name}&")),
        "{uri}"
    );
    assert!(uri.contains("sendInitialEvents=true"), "{uri}");
    Written::answer(received)
}

#[tokio::test]
async fn a_state_is_waited_for_on_one_watch() {
    let (maps, mut handle) = maps();
    let server = async {
        let mut answer = watched(&mut handle, "x").await;
        answer
            .write(event("ADDED", &map("x", 1)) + &bookmark(2, true))
            .await;
        let mut blue = map("x", 3);
        blue["data"]["a"] = "blue".into();
        answer.write(event("MODIFIED", &blue)).await;
        answer
    };
    let mut seen = Vec::new();
    let wait = maps.wait_for("x", |object| {
        let version = object.and_then(|object| object.metadata.resource_version.clone());
        seen.push(version.clone());
        version.as_deref() == Some("3")
    });
    let (object, _answer) = tokio::join!(wait, server);
    assert_eq!(object.unwrap().unwrap().data["data"]["a"], "blue");
    assert_eq!(seen, [Some("1".into()), Some("3".into())]);
    assert!(handle.is_idle());
}

#[tokio::test(start_paused = true)]
async fn what_passes_by_itself_is_waited_for_and_a_refusal_is_not() {
    let (maps, mut handle) = maps();
    let server = async {
        refuse(handle.next().await.unwrap(), 503, "ServiceUnavailable");
        refuse(handle.next().await.unwrap(), 403, "Forbidden");
    };
    let wait = maps.wait_for("x", |object| object.is_some());
    let (waited, ()) = tokio::join!(wait, server);
    assert!(waited.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn the_end_is_that_of_one_uid() {
    let (maps, mut handle) = maps();
    let server = async {
        let mut answer = watched(&mut handle, "x").await;
        answer
            .write(event("ADDED", &map("x", 1)) + &bookmark(2, true))
            .await;
        let mut another = map("x", 3);
        another["metadata"]["uid"] = "another".into();
        answer.write(event("MODIFIED", &another)).await;
        answer
    };
    let (waited, _answer) = tokio::join!(maps.wait_deleted("x", Some("uid-x")), server);
    waited.unwrap();
    let server = async {
        let mut answer = watched(&mut handle, "x").await;
        answer.write(bookmark(2, true)).await;
        answer
    };
    let (waited, _answer) = tokio::join!(maps.wait_deleted("x", None), server);
    waited.unwrap();
}

#[tokio::test]
async fn a_condition_is_waited_for_until_it_is_of_this_generation() {
    let (maps, mut handle) = maps();
    let server = async {
        let mut answer = watched(&mut handle, "x").await;
        let mut object = map("x", 1);
        object["metadata"]["generation"] = 2.into();
        let ready = json!({"type": "Ready", "status": "True", "observedGeneration": 1});
        object["status"] = json!({"conditions": [ready]});
        answer
            .write(event("ADDED", &object) + &bookmark(2, true))
            .await;
        object["status"]["conditions"][0]["observedGeneration"] = 2.into();
        object["metadata"]["resourceVersion"] = "3".into();
        answer.write(event("MODIFIED", &object)).await;
        answer
    };
    let (ready, _answer) = tokio::join!(maps.wait_condition("x", "Ready", "True"), server);
    assert_eq!(
        ready.unwrap().metadata.resource_version.as_deref(),
        Some("3")
    );
}

fn secret(account: &str, uid: &str, token: Option<&str>) -> Value {
    let mut secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "t", "namespace": "prod", "uid": uid, "resourceVersion": "1",
            "annotations": {"kubernetes.io/service-account.name": account}},
    });
    if let Some(token) = token {
        secret["data"] = json!({"token": token, "ca.crt": "Y2E=", "namespace": "cHJvZA=="});
    }
    secret
}

#[tokio::test]
async fn a_secrets_data_is_waited_for_and_decoded() {
    let (client, mut handle) = client();
    let server = async {
        let mut answer = watched(&mut handle, "t").await;
        answer
            .write(event("ADDED", &secret("a", "u", None)) + &bookmark(2, true))
            .await;
        answer
            .write(event("MODIFIED", &secret("a", "u", Some("czNjcjN0"))))
            .await;
        answer
    };
    let data = wait::secret_data(&client, "prod", "t", "token");
    let (data, _answer) = tokio::join!(data, server);
    assert_eq!(data.unwrap().expose_secret(), b"s3cr3t");
}

#[tokio::test]
async fn a_token_secret_is_created_filled_decoded_and_used() {
    let (client, mut handle) = client();
    let server = async {
        let wanted = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
            "metadata": {"name": "t", "annotations": {"kubernetes.io/service-account.name": "robot"}},
        });
        let created = secret("robot", "u", None);
        let post = handle.expect_post(SECRETS).json(&wanted);
        post.answer_status(StatusCode::CREATED, &created).await;
        let mut answer = watched(&mut handle, "t").await;
        answer
            .write(event("ADDED", &created) + &bookmark(2, true))
            .await;
        answer
            .write(event("MODIFIED", &secret("robot", "u", Some("czNjcjN0"))))
            .await;
        answer
    };
    let token = service_account::token_secret(&client, "prod", "robot", "t");
    let (token, _answer) = tokio::join!(token, server);
    let token = token.unwrap();
    assert_eq!(token.token().expose_secret(), "s3cr3t");
    assert_eq!(
        (token.ca_pem(), token.namespace()),
        (Some(&b"ca"[..]), "prod")
    );
    assert!(!format!("{token:?}").contains("s3cr3t"));
    let config = k8s_client::Config::new("https://127.0.0.1:1".parse().unwrap());
    let config = token.into_config(config);
    assert_eq!(config.namespace, "prod");
    let token = config.user.token.unwrap();
    assert_eq!(token.to_string(), "token of Secret prod/t");
    assert_eq!(token.read().unwrap().expose_secret(), b"s3cr3t");
}

#[tokio::test]
async fn a_secret_of_another_account_is_not_taken_for_ones_own() {
    let (client, mut handle) = client();
    let server = async {
        refuse(handle.next().await.unwrap(), 409, "AlreadyExists");
        let mut answer = watched(&mut handle, "t").await;
        answer
            .write(event("ADDED", &secret("other", "u", Some("czNjcjN0"))))
            .await;
        answer
    };
    let token = service_account::token_secret(&client, "prod", "robot", "t");
    let (token, _answer) = tokio::join!(token, server);
    assert_eq!(
        token.unwrap_err().to_string(),
        r#"the Secret prod/t is there, and holds no token of the service account "robot""#
    );
}

#[tokio::test]
async fn a_secret_that_goes_again_says_what_to_look_for() {
    let (client, mut handle) = client();
    let server = async {
        let created = secret("robot", "u", None);
        let post = handle.expect_post(SECRETS);
        post.answer_status(StatusCode::CREATED, &created).await;
        let mut answer = watched(&mut handle, "t").await;
        answer
            .write(event("ADDED", &created) + &bookmark(2, true))
            .await;
        answer.write(event("DELETED", &created)).await;
        answer
    };
    let token = service_account::token_secret(&client, "prod", "robot", "t");
    let (token, _answer) = tokio::join!(token, server);
    assert_eq!(
        token.unwrap_err().to_string(),
        r#"the Secret prod/t is gone again: is there a service account "robot"?"#
    );
}

#[tokio::test]
async fn a_token_is_asked_for() {
    let (client, mut handle) = client();
    let server = async {
        let wanted = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "metadata": {}, "spec": {"audiences": ["vault"]},
        });
        let given = json!({"kind": "TokenRequest", "metadata": {}, "spec": {"audiences": ["vault"]},
            "status": {"token": "s3cr3t", "expirationTimestamp": "2026-11-22T03:04:05Z"}});
        let path = "/api/v1/namespaces/prod/serviceaccounts/robot/token";
        let post = handle.expect_post(path).json(&wanted);
        post.answer_status(StatusCode::CREATED, &given).await;
    };
    let wanted = TokenRequestSpec::new(["vault"]);
    let token = service_account::create_token(&client, "prod", "robot", wanted);
    let (token, ()) = tokio::join!(token, server);
    assert_eq!(token.unwrap().token.expose_secret(), "s3cr3t");
}
