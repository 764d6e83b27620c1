//! What the client's watches and waits tell.

use std::time::Duration;

use k8s_api_core::{DynamicObject, Resource as _};
use k8s_client::watch::{Update, WatchEvent, Watcher, WatcherParams};
use k8s_client::{Api, CreateParams, DeleteParams, Patch, PatchParams, ReplaceParams, WatchParams};
use k8s_client::{service_account, wait};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::Cluster;
use crate::cluster::{Ask, map, maps, pod, pods, secret, secrets};

async fn api(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    Api::namespaced_of(cluster.admin(), maps(), namespace)
}

async fn create(api: &Api<DynamicObject>, name: &str) -> DynamicObject {
    let mut object = map(name);
    object.metadata.labels.insert("mine", "yes");
    api.create(&object, &CreateParams::default()).await.unwrap()
}

async fn blue(api: &Api<DynamicObject>, name: &str) {
    let mut object = api.get(name).await.unwrap();
    object.data["data"]["colour"] = "blue".into();
    api.replace(name, &object, &ReplaceParams::default())
        .await
        .unwrap();
}

/// An update as a word.
fn word(update: &Update<DynamicObject>) -> String {
    let name = |object: &DynamicObject| object.name().unwrap().to_owned();
    match update {
        Update::Listed(object) => format!("listed {}", name(object)),
        Update::Applied(object) => format!("applied {}", name(object)),
        Update::Deleted(object) => format!("deleted {}", name(object)),
        Update::Restarted => "restarted".to_owned(),
        Update::Synced => "synced".to_owned(),
        other => format!("{other:?}"),
    }
}

async fn words(watcher: &mut Watcher<DynamicObject>, count: usize) -> Vec<String> {
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(word(&watcher.next().await.unwrap().unwrap()));
    }
    words
}

fn mine() -> WatcherParams {
    WatcherParams::default().labels("mine=yes")
}

pub(super) async fn changes_after_a_version_are_told(cluster: &Cluster) {
    let api = api(cluster).await;
    let first = create(&api, "a").await;
    let params = WatchParams::default().after(first.resource_version().unwrap());
    let mut events = api.watch(&params.labels("mine=yes")).await.unwrap();
    blue(&api, "a").await;
    create(&api, "b").await;
    api.delete("a", &DeleteParams::default()).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 3 {
        told.push(match events.next().await.unwrap().unwrap() {
            WatchEvent::Added(object) => format!("added {}", object.name().unwrap()),
            WatchEvent::Modified(object) => format!("modified {}", object.name().unwrap()),
            WatchEvent::Deleted(object) => format!("deleted {}", object.name().unwrap()),
            WatchEvent::Bookmark(_) => continue,
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(told, ["modified a", "added b", "deleted a"]);
}

pub(super) async fn a_watch_ends_when_its_time_is_over(cluster: &Cluster) {
    let api = api(cluster).await;
    let params = WatchParams::default().timeout_seconds(1).bookmarks(false);
    let mut events = api.watch(&params.labels("mine=yes")).await.unwrap();
    assert!(events.next().await.is_none());
}

pub(super) async fn a_watcher_tells_the_list_and_then_each_change(cluster: &Cluster) {
    let api = api(cluster).await;
    create(&api, "a").await;
    let mut watcher = api.watcher(&mine());
    assert_eq!(
        words(&mut watcher, 3).await,
        ["restarted", "listed a", "synced"]
    );
    create(&api, "b").await;
    blue(&api, "a").await;
    api.delete("b", &DeleteParams::default()).await.unwrap();
    assert_eq!(
        words(&mut watcher, 3).await,
        ["applied b", "applied a", "deleted b"]
    );
}

pub(super) async fn a_watcher_in_pages_tells_the_same(cluster: &Cluster) {
    let api = api(cluster).await;
    for name in ["a", "b", "c"] {
        create(&api, name).await;
    }
    let params = mine().without_streaming().newest().page_size(2);
    let mut watcher = api.watcher(&params);
    let expected = ["restarted", "listed a", "listed b", "listed c", "synced"];
    assert_eq!(words(&mut watcher, 5).await, expected);
    blue(&api, "c").await;
    assert_eq!(words(&mut watcher, 1).await, ["applied c"]);
}

pub(super) async fn an_object_that_leaves_the_selection_is_gone(cluster: &Cluster) {
    let api = api(cluster).await;
    let mut object = create(&api, "a").await;
    let mut watcher = api.watcher(&mine());
    words(&mut watcher, 3).await;
    object.metadata.labels.remove("mine");
    api.replace("a", &object, &ReplaceParams::default())
        .await
        .unwrap();
    assert_eq!(words(&mut watcher, 1).await, ["deleted a"]);
}

pub(super) async fn metadata_alone_is_watched(cluster: &Cluster) {
    let api = api(cluster).await;
    create(&api, "a").await;
    let mut watcher = api.metadata().watcher(&mine());
    let mut names = Vec::new();
    loop {
        match watcher.next().await.unwrap().unwrap() {
            Update::Listed(object) => names.push(object.name().unwrap().to_owned()),
            Update::Synced => break,
            _ => {}
        }
    }
    assert_eq!(names, ["a"]);
}

pub(super) async fn a_watch_of_what_is_not_there_is_not_found(cluster: &Cluster) {
    let nothing = k8s_client::ApiResource::new(
        "example.org",
        "v1",
        "Nothing",
        "nothings",
        k8s_client::Scope::Namespaced,
    );
    let api = Api::<DynamicObject>::all_of(cluster.admin(), nothing);
    let error = api.watch(&WatchParams::default()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let error = api
        .wait_for("x", |object| object.is_some())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

pub(super) async fn a_state_is_waited_for(cluster: &Cluster) {
    let api = api(cluster).await;
    let waiting = api.wait_for("a", |object| {
        object.is_some_and(|object| object.data["data"]["colour"] == "blue")
    });
    let acting = async {
        create(&api, "a").await;
        blue(&api, "a").await;
    };
    let (found, ()) = tokio::join!(waiting, acting);
    assert_eq!(found.unwrap().unwrap().name(), Some("a"));
}

pub(super) async fn the_end_is_waited_for_through_a_finalizer(cluster: &Cluster) {
    let api = api(cluster).await;
    let mut object = map("a");
    object
        .metadata
        .rare_mut()
        .finalizers
        .push("example.org/hold".into());
    let created = api.create(&object, &CreateParams::default()).await.unwrap();
    api.delete("a", &DeleteParams::default()).await.unwrap();
    let waiting = api.wait_deleted("a", created.uid());
    let releasing = async {
        // real time: the waiting must have begun
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut held = api.get("a").await.unwrap();
        held.metadata.rare_mut().finalizers.clear();
        api.replace("a", &held, &ReplaceParams::default())
            .await
            .unwrap();
    };
    let (gone, ()) = tokio::join!(waiting, releasing);
    gone.unwrap();
    assert!(api.get_opt("a").await.unwrap().is_none());
}

pub(super) async fn the_end_of_what_is_not_there_needs_no_waiting(cluster: &Cluster) {
    api(cluster).await.wait_deleted("none", None).await.unwrap();
}

pub(super) async fn a_secrets_data_is_waited_for(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let waiting = wait::secret_data(&admin, &namespace, "s", "key");
    let creating = async {
        let api = Api::<DynamicObject>::namespaced_of(admin.clone(), secrets(), &namespace);
        api.create(&secret("s"), &CreateParams::default())
            .await
            .unwrap();
    };
    let (data, ()) = tokio::join!(waiting, creating);
    assert_eq!(data.unwrap().expose_secret(), b"value");
}

pub(super) async fn a_condition_is_waited_for(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
    api.create(&pod("p"), &CreateParams::default())
        .await
        .unwrap();
    let waiting = api.wait_condition("p", "Ready", "True");
    let acting = async {
        let ready = json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        let patch = Patch::strategic_merge(&ready).unwrap();
        api.patch_status("p", &patch, &PatchParams::default())
            .await
            .unwrap();
    };
    let (ready, ()) = tokio::join!(waiting, acting);
    assert_eq!(ready.unwrap().name(), Some("p"));
}

pub(super) async fn a_token_secret_is_made_filled_and_used(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let token = service_account::token_secret(&admin, &namespace, "default", "t")
        .await
        .unwrap();
    assert_eq!(token.namespace(), namespace);
    // A second time it is there already.
    let again = service_account::token_secret(&admin, &namespace, "default", "t")
        .await
        .unwrap();
    assert_eq!(again.token().expose_secret(), token.token().expose_secret());
    let account = k8s_client::Client::try_from(token.into_config(cluster.admin_config())).unwrap();
    assert_eq!(account.namespace(), namespace);
    let user = who(&account).await;
    assert_eq!(user, format!("system:serviceaccount:{namespace}:default"));
}

pub(super) async fn a_token_secret_of_no_account_says_so(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let error = service_account::token_secret(&admin, &namespace, "nobody", "t")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(r#"is there a service account "nobody"?"#),
        "{error}"
    );
}

pub(super) async fn a_token_secret_of_another_account_is_not_taken(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let api = Api::<DynamicObject>::namespaced_of(admin.clone(), secrets(), &namespace);
    api.create(&secret("t"), &CreateParams::default())
        .await
        .unwrap();
    let error = service_account::token_secret(&admin, &namespace, "default", "t")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("holds no token"), "{error}");
}

pub(super) async fn a_token_that_was_asked_for_is_its_accounts(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let token = service_account::create_token(&admin, &namespace, "default", Default::default());
    let token = token.await.unwrap();
    assert!(token.expiration_timestamp.is_some());
    let user = Ask::post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        &review(),
    )
    .bearer(token.token.expose_secret())
    .of(&cluster.anonymous())
    .await
    .ok();
    let expected = format!("system:serviceaccount:{namespace}:default");
    assert_eq!(user["status"]["userInfo"]["username"], expected.as_str());
}

fn review() -> serde_json::Value {
    json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
}

async fn who(client: &k8s_client::Client) -> String {
    let ask = Ask::post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        &review(),
    );
    let answer = ask.of(client).await.ok();
    answer["status"]["userInfo"]["username"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) async fn a_viewer_watches_and_waits(cluster: &Cluster) {
    let api = api(cluster).await;
    create(&api, "a").await;
    let namespace = api.collection().namespace().unwrap();
    let viewer = Api::<DynamicObject>::namespaced_of(cluster.pod(), maps(), namespace);
    let found = viewer
        .wait_for("a", |object| object.is_some())
        .await
        .unwrap();
    assert_eq!(found.unwrap().name(), Some("a"));
    let error = wait::secret_data(&cluster.pod(), namespace, "s", "k")
        .await
        .unwrap_err();
    assert!(error.is_forbidden(), "{error:?}");
}
