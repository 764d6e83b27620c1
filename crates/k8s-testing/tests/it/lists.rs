//! Lists: chosen by selectors, read in pages, as they were when they began.

use k8s_testing::ApiServer;
use serde_json::{Value, json};

use crate::client::User;
use crate::objects::{PODS, pod};

/// Pods `a` to `d` with the label `l`.
async fn four_pods(admin: &User) {
    for (name, label) in [("a", "1"), ("b", "2"), ("c", "1"), ("d", "3")] {
        let mut new = pod(name);
        new["metadata"]["labels"] = json!({"l": label});
        admin.post(PODS, &new).await.is(201);
    }
}

fn names(list: &Value) -> String {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn lists_are_chosen_by_selectors() {
    let admin = User::admin(&ApiServer::new());
    four_pods(&admin).await;
    for (query, expected) in [
        ("", "abcd"),
        ("?labelSelector=l=1", "ac"),
        ("?labelSelector=l+in+(2,3)", "bd"),
        ("?fieldSelector=metadata.name%3Dc", "c"),
        ("?fieldSelector=status.phase!%3DPending", ""),
        ("?labelSelector=l=1&fieldSelector=metadata.name!%3Da", "c"),
    ] {
        let list = admin
            .get(&format!("/api/v1/pods{query}"))
            .await
            .is(200)
            .json;
        assert_eq!(
            (names(&list).as_str(), &list["kind"]),
            (expected, &json!("PodList")),
            "{query}"
        );
    }
    let text = r#"unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"#;
    admin
        .get("/api/v1/pods?labelSelector=a+b")
        .await
        .refuses(400, "BadRequest", text);
    admin.get("/api/v1/pods?fieldSelector=a%3Db").await.refuses(
        400,
        "BadRequest",
        "field label not supported: a",
    );
}

#[tokio::test]
async fn a_list_comes_in_pages_as_it_was_when_it_began() {
    let admin = User::admin(&ApiServer::new());
    four_pods(&admin).await;
    let first = admin.get(&format!("{PODS}?limit=3")).await.is(200).json;
    assert_eq!(
        (names(&first), &first["metadata"]["remainingItemCount"]),
        ("abc".to_owned(), &json!(1))
    );
    admin.delete(&format!("{PODS}/d")).await.is(200);
    let token = first["metadata"]["continue"].as_str().unwrap();
    let second = admin
        .get(&format!("{PODS}?limit=3&continue={token}"))
        .await
        .is(200)
        .json;
    assert_eq!(
        names(&second),
        "d",
        "a list is read as it was when it began"
    );
    assert_eq!(
        second["metadata"]["resourceVersion"],
        first["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn old_pages_expire_with_history() {
    let server = ApiServer::new();
    let admin = User::admin(&server);
    let first = admin.get("/api/v1/namespaces?limit=1").await.is(200).json;
    admin.post(PODS, &pod("p")).await.is(201);
    server.compact();
    let token = first["metadata"]["continue"].as_str().unwrap();
    let expired = admin
        .get(&format!("/api/v1/namespaces?limit=1&continue={token}"))
        .await
        .is(410);
    assert_eq!(expired.json["reason"], "Expired");
    admin
        .get("/api/v1/namespaces?resourceVersion=999999")
        .await
        .is(504);
}
