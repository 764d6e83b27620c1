//! Definitions of several versions: only `apiVersion` is converted, and each version knows its own fields.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, Definition, Place, events};

fn version(name: &str, fields: Value) -> Value {
    let spec = json!({"type": "object", "properties": fields});
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    json!({"name": name, "served": true, "storage": false, "schema": {"openAPIV3Schema": schema}})
}

/// `v1` is stored; `v2` knows `b` too, `v1beta1` is deprecated, `v3` is not served.
async fn served(cluster: &Cluster) -> (Definition, Place) {
    let text = json!({"type": "string"});
    let default = |value: &str| json!({"type": "string", "default": value});
    let mut versions = [
        version("v1", json!({"a": text, "d1": default("one")})),
        version("v2", json!({"a": text, "b": text, "d2": default("two")})),
        version("v1beta1", json!({"a": text})),
        version("v3", json!({"a": text})),
    ];
    versions[0]["storage"] = true.into();
    versions[2]["deprecated"] = true.into();
    versions[3]["served"] = false.into();
    let definition = Definition::of_anything(cluster).with("/versions", json!(versions));
    let place = definition.serve(cluster).await;
    (definition, place)
}

/// The same of two versions that know the same.
async fn alike(cluster: &Cluster) -> (Definition, Place) {
    let any = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let version = |name: &str, storage: bool| json!({"name": name, "served": true, "storage": storage, "schema": any});
    let versions = json!([version("v1", true), version("v2", false)]);
    let definition = Definition::of_anything(cluster).with("/versions", versions);
    let place = definition.serve(cluster).await;
    (definition, place)
}

pub(super) async fn each_is_read_in_the_version_that_is_asked_for(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let widget = place.widget_in("v2", "w", json!({"a": "1", "b": "2"}));
    let made = Ask::post(place.all_in("v2"), &widget).of(&admin).await.ok();
    // What is stored does not know `b`.
    assert_eq!(
        (&made["apiVersion"], &made["spec"]),
        (&widget["apiVersion"], &json!({"a": "1"}))
    );
    for (version, spec) in [
        ("v1", json!({"a": "1", "d1": "one"})),
        ("v2", json!({"a": "1"})),
        ("v1beta1", json!({"a": "1"})),
    ] {
        let read = Ask::get(format!("{}/w", place.all_in(version)))
            .of(&admin)
            .await
            .ok();
        let expected = format!("{}/{version}", definition.group);
        assert_eq!(
            (&read["apiVersion"], &read["spec"]),
            (&json!(expected), &spec),
            "{version}"
        );
        let list = Ask::get(place.all_in(version)).of(&admin).await.ok();
        assert_eq!(
            (&list["apiVersion"], &list["items"][0]),
            (&json!(expected), &read)
        );
    }
    definition.delete(cluster).await;
}

pub(super) async fn a_watch_tells_of_its_version(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let list = Ask::get(place.all()).of(&admin).await.ok();
    place.create(cluster, "w", json!({"a": "1"})).await.ok();
    Ask::delete(place.one("w")).of(&admin).await.ok();
    let seen = list["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!(
        "{}?watch=true&resourceVersion={seen}&timeoutSeconds=10",
        place.all_in("v2")
    );
    let events = events(&admin, &path, 2).await;
    let version = json!(format!("{}/v2", definition.group));
    for (event, expected) in events.iter().zip(["ADDED", "DELETED"]) {
        let object = &event["object"];
        assert_eq!(
            (&event["type"], &object["apiVersion"]),
            (&json!(expected), &version)
        );
        assert_eq!(object["spec"], json!({"a": "1"}));
    }
    definition.delete(cluster).await;
}

pub(super) async fn one_that_is_not_served_is_not_found(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let answer = Ask::get(place.all_in("v3")).of(&cluster.admin()).await;
    assert_eq!((answer.code, &*answer.text), (404, "404 page not found\n"));
    definition.delete(cluster).await;
}

pub(super) async fn the_newest_stable_one_is_preferred(cluster: &Cluster) {
    let (definition, _) = served(cluster).await;
    let path = format!("/apis/{}", definition.group);
    let admin = cluster.admin();
    let found = crate::cluster::eventually("the group", async || {
        let answer = Ask::get(&path).of(&admin).await;
        (answer.body["versions"].as_array()?.len() == 3).then_some(answer.body)
    })
    .await;
    let names = found["versions"].as_array().unwrap().iter();
    let names: Vec<&str> = names
        .map(|version| version["version"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["v2", "v1", "v1beta1"]);
    assert_eq!(found["preferredVersion"]["version"], "v2");
    definition.delete(cluster).await;
}

pub(super) async fn an_old_one_says_which_is_newer(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let answer = Ask::get(place.all_in("v1beta1")).of(&cluster.admin()).await;
    let group = &definition.group;
    let says = format!("{group}/v1beta1 Widget is deprecated; use {group}/v2 Widget");
    assert_eq!(answer.warnings(), [says]);
    definition.delete(cluster).await;
}

pub(super) async fn owners_of_fields_are_kept_in_their_version(cluster: &Cluster) {
    let (definition, place) = alike(cluster).await;
    let admin = cluster.admin();
    let widget = place.widget_in("v2", "w", json!({"a": "1", "b": "2"}));
    let path = format!("{}?fieldManager=one", place.all_in("v2"));
    Ask::post(path, &widget).of(&admin).await.ok();
    let path = format!("{}?fieldManager=two", place.one("w"));
    let change = json!({"spec": {"a": "3"}});
    let changed = Ask::patch(path, "merge", &change).of(&admin).await.ok();
    let entries = changed["metadata"]["managedFields"].as_array().unwrap();
    let mut told: Vec<(&str, &str, &Value)> = entries
        .iter()
        .map(|entry| {
            let version = entry["apiVersion"].as_str().unwrap();
            let version = version.rsplit('/').next().unwrap();
            (
                entry["manager"].as_str().unwrap(),
                version,
                &entry["fieldsV1"]["f:spec"],
            )
        })
        .collect();
    told.sort_by_key(|(manager, ..)| *manager);
    assert_eq!(
        told,
        [
            ("one", "v2", &json!({".": {}, "f:b": {}})),
            ("two", "v1", &json!({"f:a": {}})),
        ]
    );
    definition.delete(cluster).await;
}

pub(super) async fn owners_are_forgotten_where_versions_differ(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let widget = place.widget_in("v2", "w", json!({"a": "1"}));
    Ask::post(place.all_in("v2"), &widget).of(&admin).await.ok();
    // `v2` does not know what is filled in by `v1`.
    let changed = place
        .merge(cluster, "w", json!({"spec": {"a": "3"}}))
        .await
        .ok();
    assert_eq!(changed["metadata"].get("managedFields"), None);
    definition.delete(cluster).await;
}

pub(super) async fn another_storage_version_is_remembered(cluster: &Cluster) {
    let (definition, place) = alike(cluster).await;
    place.create(cluster, "w", json!({"a": 1})).await.ok();
    let change = json!([
        {"op": "replace", "path": "/spec/versions/0/storage", "value": false},
        {"op": "replace", "path": "/spec/versions/1/storage", "value": true},
    ]);
    let admin = cluster.admin();
    let changed = Ask::patch(definition.path(), "json", &change)
        .of(&admin)
        .await
        .ok();
    assert_eq!(changed["status"]["storedVersions"], json!(["v1", "v2"]));
    let read = crate::cluster::eventually("the kind", async || {
        let answer = Ask::get(place.one("w")).of(&admin).await;
        (answer.code == 200).then_some(answer.body)
    })
    .await;
    assert_eq!(
        (&read["apiVersion"], &read["spec"]["a"]),
        (&json!(format!("{}/v1", definition.group)), &json!(1))
    );
    definition.delete(cluster).await;
}
