//! Who the server takes a request's sender for, by its own words.

use k8s_testing::issuer::Issuer;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// The question "who am I", to be sent by somebody.
pub(super) fn who_am_i() -> Ask {
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    Ask::post(REVIEWS, &review)
}

/// The user that an answer to [`who_am_i`] names.
#[track_caller]
pub(super) fn named(answer: Answer) -> Value {
    assert_eq!(answer.code, 201, "{answer:?}");
    answer.ok()["status"]["userInfo"].take()
}

pub(super) async fn an_administrator_is_named_by_its_certificate(cluster: &Cluster) {
    let user = named(who_am_i().of(&cluster.admin()).await);
    assert_eq!(user["username"], "admin");
    assert_eq!(
        user["groups"],
        json!(["system:masters", "system:authenticated"])
    );
    let credential = &user["extra"]["authentication.kubernetes.io/credential-id"][0];
    let digest = credential.as_str().unwrap().strip_prefix("X509SHA256=");
    assert_eq!(digest.unwrap().len(), 64, "{user}");
}

pub(super) async fn a_service_account_is_named_with_its_groups(cluster: &Cluster) {
    let account = Ask::get(at("default", "serviceaccounts/default"));
    let account = account.of(&cluster.admin()).await.ok();
    let user = named(who_am_i().of(&cluster.pod()).await);
    assert_eq!(user["username"], "system:serviceaccount:default:default");
    assert_eq!(user["uid"], account["metadata"]["uid"]);
    assert_eq!(
        user["groups"],
        json!([
            "system:serviceaccounts",
            "system:serviceaccounts:default",
            "system:authenticated",
        ])
    );
}

pub(super) async fn anonymous_may_not_ask_who_it_is(cluster: &Cluster) {
    who_am_i().of(&cluster.anonymous()).await.refuses(
        403,
        "Forbidden",
        r#"selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope"#,
    );
}

pub(super) async fn an_id_token_names_its_user(cluster: &Cluster) {
    let issuer = Issuer::listen().await.unwrap();
    cluster.trust_issuer(&issuer).await;
    let groups = Map::from_iter([("groups".to_owned(), json!(["developers"]))]);
    let session = issuer.log_in("jane", groups);
    let ask = who_am_i().bearer(session.id_token.expose_secret());
    let user = named(ask.of(&cluster.anonymous()).await);
    assert_eq!(user["username"], format!("{}#jane", issuer.url()));
    assert_eq!(
        user["groups"],
        json!(["developers", "system:authenticated"])
    );
    // One that another client was given is good for nothing here.
    issuer.client("another", None);
    let session = issuer.log_in("jane", Map::new());
    let ask = who_am_i().bearer(session.id_token.expose_secret());
    let answer = ask.of(&cluster.anonymous()).await;
    answer.refuses(401, "Unauthorized", "Unauthorized");
}

const API: &str = "/api";

/// The refusal of somebody who shows nothing.
const NOBODY: &str = r#"forbidden: User "system:anonymous" cannot get path "/api""#;

pub(super) async fn a_credential_of_another_scheme_is_none(cluster: &Cluster) {
    let ask = Ask::get(API).set("authorization", "Basic YWRtaW46YWRtaW4=");
    ask.of(&cluster.anonymous())
        .await
        .refuses(403, "Forbidden", NOBODY);
}

pub(super) async fn a_scheme_without_a_token_is_no_credential(cluster: &Cluster) {
    let ask = Ask::get(API).set("authorization", "Bearer");
    ask.of(&cluster.anonymous())
        .await
        .refuses(403, "Forbidden", NOBODY);
}

pub(super) async fn the_scheme_may_be_written_small(cluster: &Cluster) {
    let token = cluster.account_token("default", "default", 600).await;
    let ask = who_am_i().set("authorization", &format!("bearer {token}"));
    let user = named(ask.of(&cluster.anonymous()).await);
    assert_eq!(user["username"], "system:serviceaccount:default:default");
}

pub(super) async fn a_token_of_anybody_is_dropped_for_a_good_certificate(cluster: &Cluster) {
    let ask = who_am_i().bearer("not-a-token");
    assert_eq!(named(ask.of(&cluster.admin()).await)["username"], "admin");
}

pub(super) async fn health_is_told_to_anonymous(cluster: &Cluster) {
    for path in ["/healthz", "/livez", "/readyz"] {
        let answer = Ask::get(path).of(&cluster.anonymous()).await;
        assert_eq!((answer.code, answer.text.as_str()), (200, "ok"), "{path}");
    }
}
