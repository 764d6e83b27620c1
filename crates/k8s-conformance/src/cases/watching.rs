//! What a watch tells, from where, until when, and what it refuses.
//!
//! The writes come first: a watch from before them tells them all.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, at, events, told};

/// Every watch here ends by itself soon.
const SOON: &str = "watch=1&timeoutSeconds=2";

fn map(name: &str, tier: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {"tier": tier}},
    })
}

/// The ConfigMaps of a new namespace, and the version before anything was written to them.
async fn maps(cluster: &Cluster) -> (String, String) {
    let namespace = cluster.namespace().await;
    let maps = at(&namespace, "configmaps");
    // The bundle of authorities comes a moment later.
    let bundle = format!("{maps}/kube-root-ca.crt");
    crate::cluster::eventually("the bundle", async || {
        let answer = Ask::get(&bundle).of(&cluster.admin()).await;
        (answer.code == 200).then_some(())
    })
    .await;
    let list = Ask::get(&maps).of(&cluster.admin()).await.ok();
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    (maps, version.to_owned())
}

async fn create(cluster: &Cluster, maps: &str, name: &str, tier: &str) -> Value {
    let ask = Ask::post(maps, &map(name, tier));
    ask.of(&cluster.admin()).await.ok()
}

async fn label(cluster: &Cluster, maps: &str, name: &str, tier: &str) -> Value {
    let change = json!({"metadata": {"labels": {"tier": tier}}});
    let ask = Ask::patch(format!("{maps}/{name}"), "merge", &change);
    ask.of(&cluster.admin()).await.ok()
}

async fn delete(cluster: &Cluster, maps: &str, name: &str) {
    let ask = Ask::delete(format!("{maps}/{name}"));
    ask.of(&cluster.admin()).await.ok();
}

pub(super) async fn writes_are_told_in_order(cluster: &Cluster) {
    let (maps, version) = maps(cluster).await;
    create(cluster, &maps, "a", "web").await;
    create(cluster, &maps, "b", "web").await;
    label(cluster, &maps, "a", "db").await;
    delete(cluster, &maps, "b").await;
    let path = format!("{maps}?{SOON}&resourceVersion={version}");
    let events = events(&cluster.admin(), &path, 4).await;
    let expected = [
        ("ADDED", "a"),
        ("ADDED", "b"),
        ("MODIFIED", "a"),
        ("DELETED", "b"),
    ];
    assert_eq!(told(&events), expected);
    assert_eq!(events[0]["object"]["kind"], "ConfigMap");
    assert_eq!(events[2]["object"]["metadata"]["labels"]["tier"], "db");
}

pub(super) async fn objects_enter_and_leave_a_selection(cluster: &Cluster) {
    let (maps, version) = maps(cluster).await;
    create(cluster, &maps, "a", "db").await;
    label(cluster, &maps, "a", "web").await;
    let left = label(cluster, &maps, "a", "cache").await;
    label(cluster, &maps, "a", "db").await;
    let path = format!("{maps}?{SOON}&resourceVersion={version}&labelSelector=tier%3Dweb");
    let events = events(&cluster.admin(), &path, 3).await;
    assert_eq!(told(&events), [("ADDED", "a"), ("DELETED", "a")]);
    let last = &events[1]["object"]["metadata"];
    assert_eq!(
        last["labels"]["tier"], "web",
        "as it was when it was chosen"
    );
    assert_eq!(last["resourceVersion"], left["metadata"]["resourceVersion"]);
}

pub(super) async fn one_object_is_watched_by_its_name(cluster: &Cluster) {
    let (maps, version) = maps(cluster).await;
    create(cluster, &maps, "a", "web").await;
    create(cluster, &maps, "b", "web").await;
    let path = format!("{maps}?{SOON}&resourceVersion={version}&fieldSelector=metadata.name%3Db");
    let events = events(&cluster.admin(), &path, 2).await;
    assert_eq!(told(&events), [("ADDED", "b")]);
}

pub(super) async fn without_a_version_it_begins_with_what_is_there(cluster: &Cluster) {
    let (maps, _) = maps(cluster).await;
    create(cluster, &maps, "b", "web").await;
    create(cluster, &maps, "a", "web").await;
    let path = format!("{maps}?{SOON}&labelSelector=tier");
    let events = events(&cluster.admin(), &path, 2).await;
    let mut told = told(&events);
    told.sort_unstable();
    assert_eq!(told, [("ADDED", "a"), ("ADDED", "b")]);
}

pub(super) async fn from_version_0_it_begins_with_what_is_there(cluster: &Cluster) {
    let (maps, _) = maps(cluster).await;
    let path = format!("{maps}?{SOON}&resourceVersion=0");
    let events = events(&cluster.admin(), &path, 1).await;
    assert_eq!(told(&events), [("ADDED", "kube-root-ca.crt")]);
}

const STREAMED: &str =
    "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

pub(super) async fn a_streamed_list_ends_with_a_bookmark(cluster: &Cluster) {
    let (maps, _) = maps(cluster).await;
    create(cluster, &maps, "a", "web").await;
    let path = format!("{maps}?{SOON}&{STREAMED}&labelSelector=tier");
    let events = events(&cluster.admin(), &path, 2).await;
    assert_eq!(told(&events), [("ADDED", "a"), ("BOOKMARK", "")]);
    let bookmark = &events[1]["object"];
    let annotations = json!({"k8s.io/initial-events-end": "true"});
    assert_eq!(bookmark["metadata"]["annotations"], annotations);
    assert_eq!(
        (&bookmark["kind"], &bookmark["apiVersion"]),
        (&json!("ConfigMap"), &json!("v1"))
    );
}

pub(super) async fn a_streamed_list_may_be_of_metadata(cluster: &Cluster) {
    let (maps, _) = maps(cluster).await;
    let path = format!("{maps}?{SOON}&{STREAMED}&labelSelector=tier");
    let ask = Ask::get(path).set(
        "accept",
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    );
    let answer = ask.of(&cluster.admin()).await;
    assert_eq!(answer.code, 200);
    // A server may send more bookmarks before the time is over.
    let first = answer.text.lines().next().unwrap();
    let bookmark: Value = serde_json::from_str(first).unwrap();
    let object = &bookmark["object"];
    assert_eq!(
        (&bookmark["type"], &object["kind"]),
        (&json!("BOOKMARK"), &json!("PartialObjectMetadata"))
    );
    assert_eq!(object["apiVersion"], "meta.k8s.io/v1");
}

pub(super) async fn a_streamed_list_may_be_left_out(cluster: &Cluster) {
    let (maps, version) = maps(cluster).await;
    create(cluster, &maps, "a", "web").await;
    let query = "sendInitialEvents=false&resourceVersionMatch=NotOlderThan";
    let path = format!("{maps}?{SOON}&{query}&resourceVersion={version}");
    let events = events(&cluster.admin(), &path, 1).await;
    assert_eq!(told(&events), [("ADDED", "a")]);
}

pub(super) async fn a_deletion_tells_what_was_and_when(cluster: &Cluster) {
    let (maps, _) = maps(cluster).await;
    let created = create(cluster, &maps, "a", "web").await;
    delete(cluster, &maps, "a").await;
    let version = created["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!("{maps}?{SOON}&resourceVersion={version}");
    let events = events(&cluster.admin(), &path, 1).await;
    assert_eq!(told(&events), [("DELETED", "a")]);
    let last = &events[0]["object"]["metadata"];
    assert_eq!(last["uid"], created["metadata"]["uid"]);
    let number = |text: &Value| text.as_str().unwrap().parse::<u64>().unwrap();
    assert!(number(&last["resourceVersion"]) > number(&created["metadata"]["resourceVersion"]));
}

pub(super) async fn it_ends_when_its_time_is_over(cluster: &Cluster) {
    let (maps, version) = maps(cluster).await;
    let path = format!("{maps}?watch=1&timeoutSeconds=1&resourceVersion={version}");
    let answer = Ask::get(path).of(&cluster.admin()).await;
    assert_eq!((answer.code, answer.text.as_str()), (200, ""));
    assert_eq!(answer.headers["content-type"], "application/json");
}

/// What is wrong with the options of a list or a watch.
async fn refused(cluster: &Cluster, query: &str, says: &str) {
    let path = format!("{}?{query}", at("default", "configmaps"));
    let answer = Ask::get(path).of(&cluster.admin()).await;
    let says = format!(r#"ListOptions.meta.k8s.io "" is invalid: {says}"#);
    answer.refuses(422, "Invalid", &says);
}

pub(super) async fn a_streamed_list_wants_a_match(cluster: &Cluster) {
    let says = "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    refused(
        cluster,
        "watch=1&timeoutSeconds=1&sendInitialEvents=true",
        says,
    )
    .await;
}

pub(super) async fn a_match_wants_a_streamed_list(cluster: &Cluster) {
    let says = "[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is \
                provided, resourceVersionMatch: Unsupported value: \"Exact\": supported values: \"NotOlderThan\"]";
    refused(
        cluster,
        "watch=1&timeoutSeconds=1&resourceVersion=5&resourceVersionMatch=Exact",
        says,
    )
    .await;
}

pub(super) async fn a_list_is_not_streamed(cluster: &Cluster) {
    let says = "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list";
    refused(cluster, "sendInitialEvents=true", says).await;
}

pub(super) async fn a_version_that_is_no_number_is_an_error(cluster: &Cluster) {
    let path = format!("{}?{SOON}&resourceVersion=abc", at("default", "configmaps"));
    let answer = Ask::get(path).of(&cluster.admin()).await;
    let says = r#"resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax"#;
    assert_eq!((answer.code, &answer.body["message"]), (500, &json!(says)));
}

pub(super) async fn a_time_that_is_no_number_is_refused(cluster: &Cluster) {
    let path = format!("{}?watch=1&timeoutSeconds=abc", at("default", "configmaps"));
    let answer = Ask::get(path).of(&cluster.admin()).await;
    answer.refuses(
        400,
        "BadRequest",
        r#"strconv.ParseInt: parsing "abc": invalid syntax"#,
    );
}

pub(super) async fn a_version_that_is_not_there_yet_is_told_in_the_stream(cluster: &Cluster) {
    let path = format!(
        "{}?{SOON}&{STREAMED}&resourceVersion=999999999",
        at("default", "configmaps")
    );
    let events = events(&cluster.admin(), &path, 1).await;
    let (kind, status) = (&events[0]["type"], &events[0]["object"]);
    assert_eq!(
        (kind, &status["code"], &status["reason"]),
        (&json!("ERROR"), &json!(504), &json!("Timeout"))
    );
    assert_eq!(
        status["details"]["causes"][0]["reason"],
        "ResourceVersionTooLarge"
    );
}

pub(super) async fn a_path_of_its_own_watches_too(cluster: &Cluster) {
    let path = "/api/v1/watch/namespaces/default?timeoutSeconds=1";
    let events = events(&cluster.admin(), path, 1).await;
    assert_eq!(told(&events), [("ADDED", "default")]);
}

pub(super) async fn a_viewer_watches_pods_and_no_secrets(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = format!("{}?watch=1&timeoutSeconds=1", at(&namespace, "pods"));
    assert_eq!(Ask::get(path).of(&cluster.pod()).await.code, 200);
    let path = format!("{}?watch=1&timeoutSeconds=1", at(&namespace, "secrets"));
    let answer = Ask::get(path).of(&cluster.pod()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (403, &json!("Forbidden"))
    );
}

pub(super) async fn all_namespaces_are_watched_at_once(cluster: &Cluster) {
    let (one, version) = maps(cluster).await;
    let (two, _) = maps(cluster).await;
    let tier = one.replace('/', "_");
    let tier = tier.trim_matches('_');
    create(cluster, &one, "a", tier).await;
    create(cluster, &two, "b", tier).await;
    let path =
        format!("/api/v1/configmaps?{SOON}&resourceVersion={version}&labelSelector=tier%3D{tier}");
    let events = events(&cluster.admin(), &path, 2).await;
    assert_eq!(told(&events), [("ADDED", "a"), ("ADDED", "b")]);
}
