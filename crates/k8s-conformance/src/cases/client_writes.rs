//! What the client's verbs that write do: create, replace, four kinds of patch, deletions, and what takes several requests.

use k8s_api_core::{DynamicObject, Resource as _};
use k8s_client::{
    Api, CreateParams, DeleteParams, Deleted, FieldValidation, ListParams, Patch, PatchParams,
    ReplaceParams,
};
use serde_json::json;

use crate::Cluster;
use crate::cluster::{map, maps, pod, pods};

/// Maps in a namespace of their own, and one of them.
async fn one(cluster: &Cluster) -> (Api<DynamicObject>, DynamicObject) {
    let namespace = cluster.namespace().await;
    let api = Api::namespaced_of(cluster.admin(), maps(), namespace);
    let created = api
        .create(&map("m"), &CreateParams::default())
        .await
        .unwrap();
    (api, created)
}

fn colour(object: &DynamicObject) -> &str {
    object.data["data"]["colour"].as_str().unwrap()
}

fn by(manager: &str) -> PatchParams {
    PatchParams::default().field_manager(manager)
}

pub(super) async fn what_was_read_is_replaced(cluster: &Cluster) {
    let (api, mut object) = one(cluster).await;
    object.data["data"]["colour"] = "blue".into();
    let params = ReplaceParams::default();
    let replaced = api.replace("m", &object, &params).await.unwrap();
    assert_eq!(colour(&replaced), "blue");
    let error = api.replace("m", &object, &params).await.unwrap_err();
    assert!(
        error.is_conflict() && !error.is_already_exists(),
        "{error:?}"
    );
}

pub(super) async fn a_dry_run_of_a_replacement_changes_nothing(cluster: &Cluster) {
    let (api, mut object) = one(cluster).await;
    object.data["data"]["colour"] = "blue".into();
    let params = ReplaceParams::default().dry_run();
    assert_eq!(
        colour(&api.replace("m", &object, &params).await.unwrap()),
        "blue"
    );
    assert_eq!(colour(&api.get("m").await.unwrap()), "red");
}

pub(super) async fn an_unknown_field_is_refused_when_that_is_asked_for(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let odd = map("odd").field("colours", json!(["red"]));
    let strict = CreateParams::default().field_validation(FieldValidation::Strict);
    let error = api.create(&odd, &strict).await.unwrap_err();
    let status = error.status().unwrap();
    assert_eq!(status.code, 400);
    assert!(
        status.message.contains(r#"unknown field "colours""#),
        "{}",
        status.message
    );
    let ignore = CreateParams::default().field_validation(FieldValidation::Ignore);
    let created = api.create(&odd, &ignore).await.unwrap();
    assert!(!created.data.contains_key("colours"));
}

pub(super) async fn a_merge_patch_changes_and_removes(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let change = json!({"data": {"colour": null, "size": "big"}});
    let patch = Patch::merge(&change).unwrap();
    let patched = api
        .patch("m", &patch, &PatchParams::default())
        .await
        .unwrap();
    assert_eq!(patched.data["data"], json!({"size": "big"}));
}

pub(super) async fn a_json_patch_tests_and_replaces(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let operations = |expected: &str| {
        json!([
            {"op": "test", "path": "/data/colour", "value": expected},
            {"op": "replace", "path": "/data/colour", "value": "blue"},
        ])
    };
    let params = PatchParams::default();
    let patch = Patch::json(&operations("green")).unwrap();
    let error = api.patch("m", &patch, &params).await.unwrap_err();
    assert_eq!(error.status().unwrap().code, 422, "{error:?}");
    let patch = Patch::json(&operations("red")).unwrap();
    assert_eq!(
        colour(&api.patch("m", &patch, &params).await.unwrap()),
        "blue"
    );
}

pub(super) async fn a_strategic_merge_patch_merges_lists_by_their_key(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
    api.create(&pod("p"), &CreateParams::default())
        .await
        .unwrap();
    let image = "registry.example/app:2";
    let change = json!({"spec": {"containers": [{"name": "main", "image": image}]}});
    let patch = Patch::strategic_merge(&change).unwrap();
    let patched = api
        .patch("p", &patch, &PatchParams::default())
        .await
        .unwrap();
    let containers = patched.data["spec"]["containers"].as_array().unwrap();
    assert_eq!(
        (containers.len(), &containers[0]["image"]),
        (1, &json!(image))
    );
}

pub(super) async fn a_dry_run_of_a_patch_changes_nothing(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let patch = Patch::merge(&json!({"data": {"colour": "blue"}})).unwrap();
    let params = PatchParams::default().dry_run();
    assert_eq!(
        colour(&api.patch("m", &patch, &params).await.unwrap()),
        "blue"
    );
    assert_eq!(colour(&api.get("m").await.unwrap()), "red");
}

pub(super) async fn a_patch_of_an_older_version_is_a_conflict(cluster: &Cluster) {
    let (api, created) = one(cluster).await;
    let version = created.metadata.resource_version.unwrap();
    let change = json!({"metadata": {"resourceVersion": version}, "data": {"colour": "blue"}});
    let patch = Patch::merge(&change).unwrap();
    let params = PatchParams::default();
    api.patch("m", &patch, &params).await.unwrap();
    let change = json!({"metadata": {"resourceVersion": version}, "data": {"colour": "green"}});
    let patch = Patch::merge(&change).unwrap();
    let error = api.patch("m", &patch, &params).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
}

pub(super) async fn a_patch_of_what_is_not_there_is_not_found(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let patch = Patch::merge(&json!({"data": {}})).unwrap();
    let error = api
        .patch("none", &patch, &PatchParams::default())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

pub(super) async fn a_patch_answers_with_metadata_alone_when_that_is_asked_for(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let patch = Patch::merge(&json!({"metadata": {"labels": {"a": "b"}}})).unwrap();
    let metadata = api.metadata();
    let patched = metadata
        .patch("m", &patch, &PatchParams::default())
        .await
        .unwrap();
    assert_eq!(patched.types.kind, "PartialObjectMetadata");
    assert_eq!(patched.metadata.labels.get("a"), Some("b"));
}

pub(super) async fn an_apply_creates_and_its_manager_is_recorded(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let applied = api.apply("new", &map("new"), &by("me")).await.unwrap();
    let managed = &applied.metadata.rare().managed_fields;
    assert_eq!(managed[0]["manager"], "me");
    assert_eq!(managed[0]["operation"], "Apply");
}

pub(super) async fn an_apply_removes_what_its_manager_no_longer_wants(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let mut wanted = map("new");
    wanted.data["data"]["size"] = "big".into();
    api.apply("new", &wanted, &by("me")).await.unwrap();
    let applied = api.apply("new", &map("new"), &by("me")).await.unwrap();
    assert_eq!(applied.data["data"], json!({"colour": "red"}));
}

pub(super) async fn an_apply_of_anothers_field_is_a_conflict_unless_forced(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    api.apply("new", &map("new"), &by("me")).await.unwrap();
    let mut other = map("new");
    other.data["data"]["colour"] = "blue".into();
    let error = api.apply("new", &other, &by("you")).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    let causes = &error.status().unwrap().details.as_ref().unwrap().causes;
    assert!(
        causes[0].message.contains(r#"conflict with "me""#),
        "{causes:?}"
    );
    let applied = api.apply("new", &other, &by("you").force()).await.unwrap();
    assert_eq!(colour(&applied), "blue");
}

pub(super) async fn an_apply_without_a_manager_is_not_sent(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let error = api
        .apply("m", &map("m"), &PatchParams::default())
        .await
        .unwrap_err();
    assert!(error.status().is_none(), "{error:?}");
}

pub(super) async fn a_dry_run_of_a_deletion_deletes_nothing(cluster: &Cluster) {
    let (api, created) = one(cluster).await;
    let dry = DeleteParams::default().dry_run();
    let Deleted::Status(status) = api.delete("m", &dry).await.unwrap() else {
        panic!("the answer is no status");
    };
    assert_eq!(Some(status.details.unwrap().uid.as_str()), created.uid());
    let other = dry.clone().uid("another");
    let error = api.delete("m", &other).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    let error = api.delete("another", &dry).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let all = ListParams::default();
    api.delete_collection(&all, &dry).await.unwrap();
    assert_eq!(api.get("m").await.unwrap(), created);
}

pub(super) async fn a_deletion_tells_what_it_deleted(cluster: &Cluster) {
    let (api, created) = one(cluster).await;
    let Deleted::Status(status) = api.delete("m", &DeleteParams::default()).await.unwrap() else {
        panic!("a ConfigMap is answered with a Status");
    };
    assert!(status.is_success());
    assert_eq!(Some(status.details.unwrap().uid.as_str()), created.uid());
    assert!(!api.delete_opt("m", &DeleteParams::default()).await.unwrap());
    let namespace = api.collection().namespace().unwrap();
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
    api.create(&pod("p"), &CreateParams::default())
        .await
        .unwrap();
    let now = DeleteParams::default().grace_period_seconds(0);
    let pod = api.delete("p", &now).await.unwrap().object().unwrap();
    assert_eq!(pod.name(), Some("p"));
}

pub(super) async fn a_selection_is_deleted_together(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    for name in ["a", "b"] {
        let mut object = map(name);
        object.metadata.labels.insert("of", "two");
        api.create(&object, &CreateParams::default()).await.unwrap();
    }
    let which = ListParams::default().labels("of=two");
    let deleted = api
        .delete_collection(&which, &DeleteParams::default())
        .await
        .unwrap();
    assert_eq!(deleted.object().unwrap().items.len(), 2);
    assert!(api.get_opt("a").await.unwrap().is_none());
    assert!(api.get_opt("m").await.unwrap().is_some());
}

pub(super) async fn get_or_create_does_either(cluster: &Cluster) {
    let (api, created) = one(cluster).await;
    let params = CreateParams::default();
    let there = api
        .get_or_create("m", &params, || panic!("it is there"))
        .await
        .unwrap();
    assert_eq!(there.uid(), created.uid());
    let new = api.get_or_create("n", &params, || map("n")).await.unwrap();
    assert_eq!(new.name(), Some("n"));
}

pub(super) async fn ten_that_create_get_the_same_object(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let params = CreateParams::default();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (api, params) = (api.clone(), params.clone());
        tasks.spawn(async move {
            let object = api.get_or_create("n", &params, || map("n")).await.unwrap();
            object.uid().unwrap().to_owned()
        });
    }
    let mut uids = tasks.join_all().await;
    uids.dedup();
    assert_eq!(uids.len(), 1, "{uids:?}");
}

pub(super) async fn a_change_keeps_what_its_type_does_not_know(cluster: &Cluster) {
    /// The labels of a map, and nothing of its data.
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Labelled {
        metadata: k8s_client::ObjectMeta,
    }
    impl k8s_client::Resource for Labelled {
        type Metadata = k8s_client::ObjectMeta;

        fn metadata(&self) -> &k8s_client::ObjectMeta {
            &self.metadata
        }
    }
    let (api, _) = one(cluster).await;
    let labelled = api.as_kind::<Labelled>();
    let params = PatchParams::default();
    let label = |object: &mut Labelled| {
        object.metadata.labels.insert("a", "b");
    };
    labelled.modify("m", &params, label).await.unwrap();
    let object = api.get("m").await.unwrap();
    assert_eq!(
        (object.metadata.labels.get("a"), colour(&object)),
        (Some("b"), "red")
    );
}

pub(super) async fn a_change_of_nothing_makes_no_version(cluster: &Cluster) {
    let (api, created) = one(cluster).await;
    let same = api
        .modify("m", &PatchParams::default(), |_| {})
        .await
        .unwrap();
    assert_eq!(same.resource_version(), created.resource_version());
}

pub(super) async fn changes_by_many_are_all_made(cluster: &Cluster) {
    let (api, _) = one(cluster).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..5 {
        let api = api.clone();
        tasks.spawn(async move {
            let key = format!("k{number}");
            let params = PatchParams::default();
            let change = |object: &mut DynamicObject| {
                // Reads what is there, so that a lost update would be seen.
                let count = object.data["data"]["count"].as_str().unwrap_or("0");
                let count = count.parse::<u32>().unwrap() + 1;
                object.data["data"]["count"] = count.to_string().into();
                object.data["data"][&key] = "x".into();
            };
            api.modify("m", &params, change).await.unwrap();
        });
    }
    tasks.join_all().await;
    let object = api.get("m").await.unwrap();
    assert_eq!(object.data["data"]["count"], "5");
}
