//! Watches: what is told, in which order, until when, and what is refused.

use std::time::Duration;

use bytes::BytesMut;
use http_body_util::BodyExt as _;
use k8s_testing::{ApiServer, Body};
use serde_json::{Value, json};
use tokio::time::{advance, timeout};
use tower::ServiceExt as _;

use crate::client::{User, request};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

/// A watch that goes on, read event by event.
struct Stream {
    body: Body,
    read: BytesMut,
}

impl Stream {
    async fn open(server: &ApiServer, uri: &str) -> Self {
        let token = server.issue_token("watcher", &["system:masters"]);
        let request = request("GET", uri, Some(&token), String::new());
        let Ok(response) = server.clone().oneshot(request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        let (body, read) = (response.into_body(), BytesMut::new());
        Self { body, read }
    }

    /// The next event; nothing when the stream has ended.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line = self.read.split_to(end + 1);
                return Some(serde_json::from_slice(&line).expect("an event"));
            }
            let frame = self.body.frame().await?.expect("no fault");
            self.read
                .extend_from_slice(&frame.into_data().expect("data"));
        }
    }

    /// Type and name of the next event.
    async fn told(&mut self) -> (String, String) {
        let event = self.next().await.expect("an event");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&event["type"]),
            text(&event["object"]["metadata"]["name"]),
        )
    }

    async fn tells(&mut self, expected: &[(&str, &str)]) {
        for (event, name) in expected {
            assert_eq!(self.told().await, ((*event).to_owned(), (*name).to_owned()));
        }
    }

    /// That nothing comes now.
    async fn is_quiet(&mut self) {
        assert!(
            timeout(Duration::from_millis(5), self.next())
                .await
                .is_err()
        );
    }
}

fn map(name: &str, label: &str) -> Value {
    json!({"metadata": {"name": name, "labels": {"l": label}}})
}

async fn revision(admin: &User) -> String {
    let list = admin.get(MAPS).await.is(200).json;
    let revision = list["metadata"]["resourceVersion"].as_str();
    revision.expect("a revision").to_owned()
}

#[tokio::test(start_paused = true)]
async fn writes_are_told_in_order_and_as_they_happen() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let from = revision(&admin).await;
    let mut watch = Stream::open(&server, &format!("{MAPS}?watch=1&resourceVersion={from}")).await;
    watch.is_quiet().await;
    admin.post(MAPS, &map("a", "1")).await.is(201);
    admin
        .put(&format!("{MAPS}/a"), &map("a", "2"))
        .await
        .is(200);
    admin.delete(&format!("{MAPS}/a")).await.is(200);
    let mut versions = Vec::new();
    for expected in ["ADDED", "MODIFIED", "DELETED"] {
        let event = watch.next().await.expect("an event");
        assert_eq!(
            (&event["type"], &event["object"]["kind"]),
            (&json!(expected), &json!("ConfigMap"))
        );
        let version = event["object"]["metadata"]["resourceVersion"].as_str();
        versions.push(
            version
                .and_then(|text| text.parse::<u64>().ok())
                .expect("a revision"),
        );
    }
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    watch.is_quiet().await;
}

#[tokio::test(start_paused = true)]
async fn objects_enter_and_leave_what_a_selector_chooses() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let from = revision(&admin).await;
    let uri = format!("{MAPS}?watch=1&resourceVersion={from}&labelSelector=l%3D1");
    let mut watch = Stream::open(&server, &uri).await;
    for label in ["2", "1", "1", "2", "3"] {
        let mut new = map("a", label);
        if label == "2" {
            admin.delete(&format!("{MAPS}/a")).await;
            admin.post(MAPS, &new).await.is(201);
        } else {
            new["data"] = json!({"n": label});
            new["metadata"]["annotations"] = json!({"n": revision(&admin).await});
            admin.put(&format!("{MAPS}/a"), &new).await.is(200);
        }
    }
    watch
        .tells(&[("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")])
        .await;
    watch.is_quiet().await;
    admin
        .put(&format!("{MAPS}/a"), &map("a", "1"))
        .await
        .is(200);
    watch.tells(&[("ADDED", "a")]).await;
    admin
        .put(&format!("{MAPS}/a"), &map("a", "3"))
        .await
        .is(200);
    let left = watch.next().await.expect("an event");
    assert_eq!(left["type"], "DELETED");
    assert_eq!(
        left["object"]["metadata"]["labels"]["l"], "1",
        "as it was when it was chosen"
    );
    let now = revision(&admin).await;
    assert_eq!(left["object"]["metadata"]["resourceVersion"], now.as_str());
}

#[tokio::test(start_paused = true)]
async fn a_watch_without_a_version_begins_with_what_is_there() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    admin.post(MAPS, &map("b", "1")).await.is(201);
    admin.post(MAPS, &map("a", "1")).await.is(201);
    for version in ["", "&resourceVersion=0"] {
        let uri = format!("{MAPS}?watch=1{version}&labelSelector=l");
        let mut watch = Stream::open(&server, &uri).await;
        watch.tells(&[("ADDED", "a"), ("ADDED", "b")]).await;
        watch.is_quiet().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_streamed_list_ends_with_a_bookmark() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    admin.post(MAPS, &map("a", "1")).await.is(201);
    let uri = format!(
        "{MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=l"
    );
    let mut watch = Stream::open(&server, &uri).await;
    watch.tells(&[("ADDED", "a")]).await;
    let bookmark = watch.next().await.expect("a bookmark");
    assert_eq!(
        (&bookmark["type"], &bookmark["object"]["kind"]),
        (&json!("BOOKMARK"), &json!("ConfigMap"))
    );
    let metadata = &bookmark["object"]["metadata"];
    assert_eq!(
        metadata["annotations"],
        json!({"k8s.io/initial-events-end": "true"})
    );
    assert_eq!(metadata["resourceVersion"], revision(&admin).await.as_str());
    admin.post(MAPS, &map("b", "1")).await.is(201);
    watch.tells(&[("ADDED", "b")]).await;
}

#[tokio::test(start_paused = true)]
async fn bookmarks_come_by_the_minute_and_before_the_end() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let from = revision(&admin).await;
    let uri = format!(
        "{MAPS}?watch=1&resourceVersion={from}&allowWatchBookmarks=true&timeoutSeconds=100"
    );
    let began = tokio::time::Instant::now();
    let mut watch = Stream::open(&server, &uri).await;
    // A write to another kind of objects moves the revision of the bookmark, too.
    admin
        .post("/api/v1/namespaces", &json!({"metadata": {"name": "x"}}))
        .await
        .is(201);
    for second in [60, 98] {
        let event = watch.next().await.expect("a bookmark");
        assert_eq!(event["type"], "BOOKMARK");
        assert_eq!(
            event["object"]["metadata"]["resourceVersion"],
            revision(&admin).await.as_str()
        );
        assert_eq!(began.elapsed().as_secs(), second);
    }
    assert_eq!(watch.next().await, None);
    assert_eq!(began.elapsed().as_secs(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_by_itself_within_an_hour() {
    let server = ApiServer::new();
    let mut watch = Stream::open(&server, &format!("{MAPS}?watch=1&labelSelector=none")).await;
    let began = tokio::time::Instant::now();
    assert_eq!(watch.next().await, None);
    assert!((1_800..3_600).contains(&began.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_gone() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let from = revision(&admin).await;
    admin.post(MAPS, &map("a", "1")).await.is(201);
    let mut slow = Stream::open(&server, &format!("{MAPS}?watch=1&resourceVersion={from}")).await;
    server.compact();
    assert_eq!(slow.next().await, None, "it was too slow");
    let mut late = Stream::open(&server, &format!("{MAPS}?watch=1&resourceVersion={from}")).await;
    let event = late.next().await.expect("an event");
    let status = &event["object"];
    assert_eq!(event["type"], "ERROR");
    assert_eq!(
        (&status["code"], &status["reason"]),
        (&json!(410), &json!("Expired"))
    );
    let says = format!(
        "too old resource version: {from} ({})",
        revision(&admin).await
    );
    assert_eq!(status["message"], says);
    assert_eq!(late.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn the_history_is_as_long_as_it_is_set() {
    let server = ApiServer::new();
    server.history(2);
    let admin = User::admin(&server);
    let from = revision(&admin).await;
    for name in ["a", "b", "c"] {
        admin.post(MAPS, &map(name, "1")).await.is(201);
    }
    let mut watch = Stream::open(&server, &format!("{MAPS}?watch=1&resourceVersion={from}")).await;
    assert_eq!(watch.next().await.expect("an event")["object"]["code"], 410);
    let first = admin.get(&format!("{MAPS}/a")).await.json["metadata"]["resourceVersion"].clone();
    let uri = format!(
        "{MAPS}?watch=1&resourceVersion={}",
        first.as_str().expect("a revision")
    );
    Stream::open(&server, &uri)
        .await
        .tells(&[("ADDED", "b"), ("ADDED", "c")])
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_controllers_do_is_told_when_they_do_it() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let mut watch = Stream::open(
        &server,
        "/api/v1/serviceaccounts?watch=1&fieldSelector=metadata.namespace%3Dx",
    )
    .await;
    watch.is_quiet().await;
    admin
        .post("/api/v1/namespaces", &json!({"metadata": {"name": "x"}}))
        .await
        .is(201);
    watch.tells(&[("ADDED", "default")]).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_forgets_everything_ends_its_watches() {
    let server = ApiServer::new();
    let mut watch = Stream::open(&server, &format!("{MAPS}?watch=1&labelSelector=none")).await;
    watch.is_quiet().await;
    server.forget();
    assert_eq!(watch.next().await, None);
    advance(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn options_that_do_not_go_together_are_refused() {
    let admin = User::admin(&ApiServer::new());
    let invalid = |says: &str| format!("ListOptions.meta.k8s.io \"\" is invalid: {says}");
    for (query, says) in [
        (
            "sendInitialEvents=true",
            "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ),
        (
            "resourceVersion=5&resourceVersionMatch=Exact",
            "[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is \
             provided, resourceVersionMatch: Unsupported value: \"Exact\": supported values: \"NotOlderThan\"]",
        ),
    ] {
        let answer = admin.get(&format!("{MAPS}?watch=1&{query}")).await;
        answer.refuses(422, "Invalid", &invalid(says));
    }
    let answer = admin.get(&format!("{MAPS}?sendInitialEvents=true")).await;
    let says = "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list";
    answer.refuses(422, "Invalid", &invalid(says));
    let answer = admin
        .get(&format!("{MAPS}?watch=1&resourceVersion=abc"))
        .await;
    let says = "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax";
    assert_eq!(
        (answer.code.as_u16(), &answer.json["message"]),
        (500, &json!(says))
    );
}
