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
    assert!(answer.json.get("details").is_none());
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
    let text = r#"users "bob" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope"#;
    alice
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
    server.allow("alice", "impersonate", "users");
    alice.get("/api/v1/pods").await.is(200);
    let grouped = alice.clone().header("impersonate-group", "system:masters");
    let text = r#"groups "system:masters" is forbidden: User "alice" cannot impersonate resource "groups" in API group "" at the cluster scope"#;
    grouped
        .get("/api/v1/secrets")
        .await
        .refuses(403, "Forbidden", text);
    server.allow("alice", "impersonate", "groups");
    grouped.get("/api/v1/secrets").await.is(200);
    let extra = alice
        .clone()
        .header("impersonate-extra-example.com%2fteam", "a");
    let text = r#"userextras.authentication.k8s.io "a" is forbidden: User "alice" cannot impersonate resource "userextras/example.com/team" in API group "authentication.k8s.io" at the cluster scope"#;
    extra
        .get("/api/v1/pods")
        .await
        .refuses(403, "Forbidden", text);
}
