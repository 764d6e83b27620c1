//! Being treated as somebody else: who may ask for it, and what comes of it.

use serde_json::json;

use super::identity::{named, who_am_i};
use crate::Cluster;
use crate::cluster::{Ask, at};

const USER: &str = "impersonate-user";
const GROUP: &str = "impersonate-group";

pub(super) async fn an_administrator_becomes_a_user(cluster: &Cluster) {
    let user = named(who_am_i().set(USER, "jane").of(&cluster.admin()).await);
    assert_eq!(
        user,
        json!({"username": "jane", "groups": ["system:authenticated"]})
    );
}

pub(super) async fn groups_uid_and_extra_come_with_the_user(cluster: &Cluster) {
    let ask = who_am_i()
        .set(USER, "jane")
        .set(GROUP, "developers")
        .and(GROUP, "admins")
        .set("impersonate-uid", "0815")
        .set("impersonate-extra-scopes", "view")
        .and("impersonate-extra-scopes", "development")
        .set("impersonate-extra-example.org%2fteam", "blue");
    assert_eq!(
        named(ask.of(&cluster.admin()).await),
        json!({
            "username": "jane",
            "uid": "0815",
            "groups": ["developers", "admins", "system:authenticated"],
            "extra": {"scopes": ["view", "development"], "example.org/team": ["blue"]},
        })
    );
}

pub(super) async fn a_service_account_gets_its_groups(cluster: &Cluster) {
    let ask = who_am_i().set(USER, "system:serviceaccount:there:robot");
    let user = named(ask.of(&cluster.admin()).await);
    assert_eq!(
        user["groups"],
        json!([
            "system:serviceaccounts",
            "system:serviceaccounts:there",
            "system:authenticated",
        ])
    );
}

pub(super) async fn an_administrator_who_became_somebody_may_no_more_than_they(cluster: &Cluster) {
    let ask = Ask::get(at("default", "secrets")).set(USER, "jane");
    ask.of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        r#"secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default""#,
    );
}

pub(super) async fn anonymous_can_be_impersonated(cluster: &Cluster) {
    let ask = Ask::get("/api").set(USER, "system:anonymous");
    ask.of(&cluster.admin()).await.refuses(
        403,
        "Forbidden",
        r#"forbidden: User "system:anonymous" cannot get path "/api""#,
    );
}

pub(super) async fn a_viewer_may_not_become_a_user(cluster: &Cluster) {
    let ask = Ask::get("/api").set(USER, "jane");
    ask.of(&cluster.pod()).await.refuses(
        403,
        "Forbidden",
        r#"forbidden: User "system:serviceaccount:default:default" cannot impersonate-on:user-info:get path "/api""#,
    );
}

pub(super) async fn a_viewer_may_not_become_a_service_account(cluster: &Cluster) {
    let ask = Ask::get("/api").set(USER, "system:serviceaccount:kube-system:admin");
    ask.of(&cluster.pod()).await.refuses(
        403,
        "Forbidden",
        r#"forbidden: User "system:serviceaccount:default:default" cannot impersonate-on:serviceaccount:get path "/api""#,
    );
}

pub(super) async fn anonymous_may_not_become_anybody(cluster: &Cluster) {
    let ask = Ask::get("/version").set(USER, "jane");
    let answer = ask.of(&cluster.anonymous()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (403, &json!("Forbidden"))
    );
}

pub(super) async fn a_group_without_a_user_is_refused(cluster: &Cluster) {
    let ask = Ask::get("/api").set(GROUP, "developers");
    let answer = ask.of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (400, &json!("BadRequest"))
    );
    let message = answer.body["message"].as_str().unwrap();
    assert!(
        message.contains("without impersonating a user"),
        "{message}"
    );
}
