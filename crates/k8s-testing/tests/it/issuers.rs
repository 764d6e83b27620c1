//! The OIDC issuer: tokens that the server takes, refresh tokens good for one use.

use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use k8s_testing::issuer::Issuer;
use k8s_testing::{ApiServer, Clock, ListenOptions};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::client::{Tls, User};

async fn refresh(issuer: &Issuer, token: &str, client: &str) -> (StatusCode, Value) {
    let form = format!(
        "grant_type=refresh_token&client_id={client}&client_secret=a%20b&refresh_token={token}"
    );
    let request = Request::post("/token")
        .body(Full::<bytes::Bytes>::from(form))
        .expect("a request");
    let Ok(response) = issuer.service().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    (parts.status, serde_json::from_slice(&bytes).expect("JSON"))
}

#[tokio::test]
async fn its_tokens_are_users_until_they_expire() {
    let server = ApiServer::new();
    let issuer = Issuer::listen_with(server.clock().clone(), ListenOptions::new())
        .await
        .unwrap();
    let Value::Object(claims) = json!({"groups": ["dev", "system:masters"]}) else {
        unreachable!()
    };
    let session = issuer.log_in("alice", claims);
    let user = User::with(&server, &session.id_token);
    user.get("/api").await.is(401);
    server.trust_issuer(&issuer, "other");
    user.get("/api").await.is(401);
    server.trust_issuer(&issuer, "kubernetes");
    user.get("/api/v1/pods").await.is(200);
    let who = user
        .post(
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            &json!({}),
        )
        .await
        .is(201);
    let name = format!("{}#alice", issuer.url());
    assert_eq!(who.json["status"]["userInfo"]["username"], name.as_str());
    issuer.rotate_key();
    user.get("/api").await.is(200);
    issuer.drop_old_keys();
    user.get("/api").await.is(401);
    let user = User::with(&server, &issuer.log_in("alice", Map::new()).id_token);
    user.get("/api").await.is(200);
    server.clock().advance(Duration::from_secs(3_600));
    user.get("/api").await.is(401);
}

#[tokio::test]
async fn refresh_tokens_are_good_for_one_use() {
    let issuer = Issuer::listen_with(Clock::system(), ListenOptions::new())
        .await
        .unwrap();
    let first = issuer.log_in("alice", Map::new());
    let (code, granted) = refresh(&issuer, first.refresh_token.expose_secret(), "kubernetes").await;
    assert_eq!(
        (code, &granted["expires_in"]),
        (StatusCode::OK, &json!(3_600))
    );
    let next = granted["refresh_token"].as_str().unwrap();
    let (code, refused) = refresh(&issuer, first.refresh_token.expose_secret(), "kubernetes").await;
    assert_eq!(
        (code, &refused["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
    );
    issuer.rotate_refresh_tokens(false);
    for _ in 0..2 {
        assert_eq!(refresh(&issuer, next, "kubernetes").await.0, StatusCode::OK);
    }
    assert_eq!(
        refresh(&issuer, next, "stranger").await.0,
        StatusCode::UNAUTHORIZED
    );
    issuer.client("kubernetes", Some("a b".to_owned().into()));
    assert_eq!(refresh(&issuer, next, "kubernetes").await.0, StatusCode::OK);
    issuer.client("kubernetes", Some("c".to_owned().into()));
    assert_eq!(
        refresh(&issuer, next, "kubernetes").await.0,
        StatusCode::UNAUTHORIZED
    );
    issuer.client("kubernetes", None);
    issuer.log_everybody_out();
    assert_eq!(
        refresh(&issuer, next, "kubernetes").await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn is_discovered_over_tls() {
    let issuer = Issuer::listen().await.unwrap();
    let tls = Tls::trusting(issuer.listening());
    let found = tls
        .get(
            issuer.listening(),
            "/.well-known/openid-configuration",
            None,
        )
        .await
        .unwrap()
        .is(200);
    assert_eq!(found.json["issuer"], issuer.url().as_str());
    assert_eq!(
        found.json["token_endpoint"],
        format!("{}/token", issuer.url()).as_str()
    );
    let keys = tls
        .get(issuer.listening(), "/keys", None)
        .await
        .unwrap()
        .is(200);
    assert_eq!(keys.json["keys"][0]["alg"], "ES256");
    assert_eq!(issuer.ca_pem(), issuer.listening().ca_pem());
}
