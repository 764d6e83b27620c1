//! Who asks, and what they may.

use std::time::Duration;

use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::{ApiServer, Attributes, Decision, User as Identity};
use serde_json::json;

use crate::client::{Tls, User};

#[tokio::test]
async fn anonymous_reads_health_and_version_and_nothing_else() {
    let anonymous = User::anonymous(&ApiServer::new());
    for path in ["/healthz", "/livez", "/readyz", "/version"] {
        anonymous.get(path).await.is(200);
    }
    let text = r#"forbidden: User "system:anonymous" cannot get path "/api""#;
    anonymous.get("/api").await.refuses(403, "Forbidden", text);
    let text = r#"pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope"#;
    anonymous
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
}

#[tokio::test]
async fn a_token_that_is_not_known_is_unauthorized() {
    let server = ApiServer::new();
    let user = User::with(&server, &"made-up".to_owned().into());
    let answer = user
        .get("/healthz")
        .await
        .refuses(401, "Unauthorized", "Unauthorized");
    let whole = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": "Unauthorized", "reason": "Unauthorized", "code": 401,
    });
    assert_eq!(answer.json, whole);
}

#[tokio::test]
async fn a_user_may_what_it_was_allowed() {
    let server = ApiServer::new();
    let user = User::with(&server, &server.issue_token("alice", &[]));
    user.get("/api").await.is(200);
    let text = r#"pods "p" is forbidden: User "alice" cannot get resource "pods" in API group "" in the namespace "default""#;
    user.get("/api/v1/namespaces/default/pods/p")
        .await
        .refuses(403, "Forbidden", text);
    server.allow_in("default", "alice", "get", "pods");
    user.get("/api/v1/namespaces/default/pods/p").await.is(404);
    user.get("/api/v1/namespaces/kube-system/pods/p")
        .await
        .is(403);
    server.allow("alice", "*", "leases.coordination.k8s.io");
    user.get("/apis/coordination.k8s.io/v1/leases")
        .await
        .is(200);
    server.forbid("alice");
    user.get("/apis/coordination.k8s.io/v1/leases")
        .await
        .is(403);
}

#[tokio::test]
async fn an_authorizer_is_asked_before_the_grants() {
    let server = ApiServer::new();
    server.authorizer(
        |user: &Identity, asked: &Attributes| match asked.verb.as_str() {
            "delete" => Decision::Deny("not on a Friday".to_owned()),
            "list" if user.name == "bob" => Decision::Allow,
            _ => Decision::NoOpinion,
        },
    );
    let bob = User::with(&server, &server.issue_token("bob", &[]));
    bob.get("/api/v1/pods").await.is(200);
    let text = r#"namespaces "default" is forbidden: User "admin" cannot delete resource "namespaces" in API group "" in the namespace "default": not on a Friday"#;
    User::admin(&server)
        .delete("/api/v1/namespaces/default")
        .await
        .refuses(403, "Forbidden", text);
}

#[tokio::test]
async fn a_token_ends_when_it_expires_or_is_revoked() {
    let server = ApiServer::new();
    let token = server.issue_expiring_token(Identity::new("alice"), Duration::from_secs(60));
    let user = User::with(&server, &token);
    user.get("/api").await.is(200);
    server.clock().advance(Duration::from_secs(60));
    user.get("/api").await.is(401);
    let token = server.issue_token("alice", &[]);
    let user = User::with(&server, &token);
    user.get("/api").await.is(200);
    server.revoke_token(&token);
    user.get("/api").await.is(401);
}

#[tokio::test]
async fn everybody_can_ask_who_they_are() {
    let server = ApiServer::new();
    let review = json!({"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"});
    let uri = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let user = User::with(&server, &server.issue_token("alice", &["dev"]));
    let answer = user.post(uri, &review).await.is(201);
    let expected = json!({"username": "alice", "groups": ["dev", "system:authenticated"]});
    assert_eq!(answer.json["status"]["userInfo"], expected);
    let account = User::with(
        &server,
        &server.issue_service_account_token("default", "web"),
    );
    let answer = account.post(uri, &review).await.is(201);
    let info = &answer.json["status"]["userInfo"];
    assert_eq!(info["username"], "system:serviceaccount:default:web");
    let groups = json!([
        "system:serviceaccounts",
        "system:serviceaccounts:default",
        "system:authenticated"
    ]);
    assert_eq!(info["groups"], groups);
    assert!(
        info["extra"]["authentication.kubernetes.io/credential-id"][0]
            .as_str()
            .unwrap()
            .starts_with("JTI=")
    );
    User::anonymous(&server).post(uri, &review).await.is(403);
}

#[tokio::test]
async fn a_client_certificate_is_a_user_in_groups() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let other = Ca::new("clients");
    server.trust_clients_of(&other);
    let group = "system:masters";
    for (identity, code) in [
        (server.issue_certificate("alice", &[group]), 200),
        (server.issue_certificate("alice", &["dev", group]), 200),
        (server.issue_certificate("alice", &["dev"]), 403),
        (other.issue(&Leaf::client("bob").organization(group)), 200),
        (
            server
                .ca()
                .issue(&Leaf::client("old").organization(group).x509_v1()),
            200,
        ),
        (
            server
                .ca()
                .issue(&Leaf::client("late").organization(group).expired()),
            401,
        ),
        (
            server
                .ca()
                .issue(&Leaf::client("early").organization(group).not_yet_valid()),
            401,
        ),
        (server.ca().issue(&Leaf::server().organization(group)), 401),
        (
            Ca::new("kubernetes").issue(&Leaf::client("mallory").organization(group)),
            401,
        ),
    ] {
        let tls = Tls {
            identity: Some(identity),
            ..Tls::trusting(&listening)
        };
        tls.get(&listening, "/api/v1/pods", None)
            .await
            .unwrap()
            .is(code);
    }
}

#[tokio::test]
async fn a_token_saves_a_bad_certificate() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let identity = server.ca().issue(&Leaf::client("late").expired());
    let tls = Tls {
        identity: Some(identity),
        ..Tls::trusting(&listening)
    };
    let token = server.issue_token("alice", &[]);
    tls.get(&listening, "/api", Some(&token))
        .await
        .unwrap()
        .is(200);
}

#[tokio::test]
async fn impersonation_must_be_allowed() {
    let server = ApiServer::new();
    server.allow("bob", "list", "pods");
    let alice =
        User::with(&server, &server.issue_token("alice", &[])).header("impersonate-user", "bob");
    let text = r#"pods is forbidden: User "alice" cannot impersonate-on:user-info:list resource "pods" in API group "" at the cluster scope"#;
    alice
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
    server.allow("alice", "impersonate", "users");
    alice.get("/api/v1/pods").await.is(200);
    let grouped = alice.clone().header("impersonate-group", "system:masters");
    grouped.get("/api/v1/secrets").await.is(403);
    server.allow("alice", "impersonate", "groups");
    grouped.get("/api/v1/secrets").await.is(200);
    let nobody =
        User::with(&server, &server.issue_token("alice", &[])).header("impersonate-group", "g");
    let text = r#"requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"g"}, Extra:map[string][]string(nil)} without impersonating a user name"#;
    nobody
        .get("/api/v1/pods")
        .await
        .refuses(400, "BadRequest", text);
}

#[tokio::test]
async fn constrained_impersonation_must_be_allowed_in_both_halves() {
    let server = ApiServer::new();
    server.allow("bob", "list", "pods");
    let token = server.issue_token("alice", &[]);
    let alice = User::with(&server, &token).header("impersonate-user", "bob");
    server.allow("alice", "impersonate-on:user-info:list", "pods");
    let text = r#"users.authentication.k8s.io "bob" is forbidden: User "alice" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope"#;
    alice
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
    server.allow("alice", "impersonate:user-info", "*");
    alice.get("/api/v1/pods").await.is(200);
    let masters = alice.clone().header("impersonate-group", "system:masters");
    let text = r#"groups.authentication.k8s.io "system:masters" is forbidden: User "alice" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed"#;
    masters
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
}

#[tokio::test]
async fn a_token_request_gives_a_token_for_a_while() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let uri = "/api/v1/namespaces/default/serviceaccounts/default/token";
    let short = json!({"spec": {"expirationSeconds": 10}});
    let text = r#"TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes"#;
    admin.post(uri, &short).await.refuses(422, "Invalid", text);
    let given = admin
        .post(uri, &json!({"spec": {"expirationSeconds": 600}}))
        .await
        .is(201)
        .json;
    let token = given["status"]["token"].as_str().unwrap().to_owned().into();
    let user = User::with(&server, &token);
    user.get("/api").await.is(200);
    server.clock().advance(Duration::from_secs(600));
    user.get("/api").await.is(401);
    let elsewhere = json!({"spec": {"audiences": ["elsewhere"]}});
    let given = admin.post(uri, &elsewhere).await.is(201).json;
    let token = given["status"]["token"].as_str().unwrap();
    User::with(&server, &token.to_owned().into())
        .get("/api")
        .await
        .is(401);
    let review = json!({"spec": {"token": token, "audiences": ["elsewhere", "other"]}});
    let uri = "/apis/authentication.k8s.io/v1/tokenreviews";
    let status = admin.post(uri, &review).await.is(201).json["status"].clone();
    assert_eq!(
        status["user"]["username"],
        "system:serviceaccount:default:default"
    );
    assert_eq!(
        (&status["authenticated"], &status["audiences"]),
        (&json!(true), &json!(["elsewhere"]))
    );
    let status = admin
        .post(uri, &json!({"spec": {"token": "x"}}))
        .await
        .is(201)
        .json["status"]
        .clone();
    assert_eq!(status["error"], "invalid bearer token");
}

#[tokio::test]
async fn a_token_secret_is_filled_shortly_after() {
    use base64::Engine as _;
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let annotations = json!({"kubernetes.io/service-account.name": "default"});
    let secret = json!({"metadata": {"name": "t", "annotations": annotations}, "type": "kubernetes.io/service-account-token"});
    let uri = "/api/v1/namespaces/default/secrets";
    let created = admin.post(uri, &secret).await.is(201).json;
    assert!(created.get("data").is_none());
    server.clock().advance(Duration::from_secs(1));
    let filled = admin.get(&format!("{uri}/t")).await.is(200).json;
    let decode = |key: &str| {
        let text = filled["data"][key].as_str().unwrap();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(decode("ca.crt"), server.ca().pem());
    assert_eq!(decode("namespace"), "default");
    let user = User::with(&server, &decode("token").into());
    user.get("/api").await.is(200);
    admin.delete(&format!("{uri}/t")).await.is(200);
    user.get("/api").await.is(401);
}
