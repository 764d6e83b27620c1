//! Custom resources: by every verb.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, Definition, Place, events, eventually, told};

/// Of anything, with what a case needs besides.
async fn served(cluster: &Cluster) -> (Definition, Place) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    (definition, place)
}

pub(super) async fn created_read_replaced_and_deleted(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let made = place.create(cluster, "w", json!({"a": 1})).await;
    assert_eq!(made.code, 201);
    let mut made = made.ok();
    assert_eq!(
        (&made["metadata"]["generation"], &made["spec"]),
        (&json!(1), &json!({"a": 1}))
    );
    assert_eq!(Ask::get(place.one("w")).of(&admin).await.ok(), made);
    made["spec"]["a"] = 2.into();
    let new = Ask::put(place.one("w"), &made).of(&admin).await.ok();
    assert_eq!(
        (&new["metadata"]["generation"], &new["spec"]["a"]),
        (&json!(2), &json!(2))
    );
    let gone = Ask::delete(place.one("w")).of(&admin).await.ok();
    let details = json!({"name": "w", "group": definition.group, "kind": "widgets", "uid": made["metadata"]["uid"]});
    assert_eq!(
        (&gone["status"], &gone["details"]),
        (&json!("Success"), &details)
    );
    let says = format!("widgets.{} \"w\" not found", definition.group);
    Ask::get(place.one("w"))
        .of(&admin)
        .await
        .refuses(404, "NotFound", &says);
    definition.delete(cluster).await;
}

pub(super) async fn items_of_a_list_have_their_kind(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    for name in ["a", "b"] {
        place.create(cluster, name, json!({})).await.ok();
    }
    let list = Ask::get(place.all()).of(&cluster.admin()).await.ok();
    let version = json!(format!("{}/v1", definition.group));
    assert_eq!(
        (&list["kind"], &list["apiVersion"]),
        (&json!("WidgetList"), &version)
    );
    assert_eq!(list["metadata"]["continue"], "");
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(
            (&item["kind"], &item["apiVersion"]),
            (&json!("Widget"), &version)
        );
    }
    let page = Ask::get(format!("{}?limit=1", place.all()))
        .of(&cluster.admin())
        .await
        .ok();
    let token = page["metadata"]["continue"].as_str().unwrap().to_owned();
    let rest = Ask::get(format!("{}?continue={token}", place.all()))
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(rest["items"][0]["metadata"]["name"], "b");
    definition.delete(cluster).await;
}

pub(super) async fn a_watch_tells_what_happens(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let list = Ask::get(place.all()).of(&admin).await.ok();
    place.create(cluster, "w", json!({"a": 1})).await.ok();
    place
        .merge(cluster, "w", json!({"spec": {"a": 2}}))
        .await
        .ok();
    Ask::delete(place.one("w")).of(&admin).await.ok();
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!(
        "{}?watch=true&resourceVersion={version}&timeoutSeconds=10",
        place.all()
    );
    let events = events(&admin, &path, 3).await;
    assert_eq!(
        told(&events),
        [("ADDED", "w"), ("MODIFIED", "w"), ("DELETED", "w")]
    );
    assert_eq!(
        (
            &events[1]["object"]["kind"],
            &events[1]["object"]["spec"]["a"]
        ),
        (&json!("Widget"), &json!(2))
    );
    definition.delete(cluster).await;
}

pub(super) async fn a_selection_is_deleted_together(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    for (name, tier) in [("a", "x"), ("b", "y"), ("c", "x")] {
        let mut widget = place.widget(name, json!({}));
        widget["metadata"]["labels"] = json!({"tier": tier});
        Ask::post(place.all(), &widget).of(&admin).await.ok();
    }
    let path = format!("{}?labelSelector=tier%3Dx", place.all());
    let gone = Ask::delete(path).of(&admin).await.ok();
    assert_eq!(
        (gone["items"].as_array().unwrap().len(), &gone["kind"]),
        (2, &json!("WidgetList"))
    );
    let left = Ask::get(place.all()).of(&admin).await.ok();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    definition.delete(cluster).await;
}

pub(super) async fn what_is_sent_is_of_the_kind(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let (admin, group) = (cluster.admin(), &definition.group);
    let send = async |body: Value| Ask::post(place.all(), &body).of(&admin).await;
    let name = json!({"name": "w"});
    let says = "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in \
                '{\"metadata\":{\"name\":\"w\"}}' ({\"metadata\":{\"name\":\"w\"}})";
    send(json!({"metadata": name}))
        .await
        .refuses(400, "BadRequest", says);
    let version = format!("{group}/v1");
    let says =
        format!("Gadget.{group} \"w\" is invalid: kind: Invalid value: \"Gadget\": must be Widget");
    let gadget = json!({"apiVersion": version, "kind": "Gadget", "metadata": name});
    send(gadget).await.refuses(422, "Invalid", &says);
    let says = format!(
        "the API version in the data (v1) does not match the expected API version ({version})"
    );
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": name});
    send(pod).await.refuses(400, "BadRequest", &says);
    let odd = json!({"apiVersion": version, "kind": "Widget", "metadata": {"name": "w", "labels": {"a": 1}}});
    let says = "Widget in version \"v1\" cannot be handled as a Widget: json: cannot unmarshal number into Go struct field \
                ObjectMeta.labels of type string";
    send(odd).await.refuses(400, "BadRequest", says);
    definition.delete(cluster).await;
}

pub(super) async fn a_replacement_names_the_version_it_has_seen(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    place.create(cluster, "w", json!({})).await.ok();
    let widget = place.widget("w", json!({"a": 1}));
    let answer = Ask::put(place.one("w"), &widget).of(&cluster.admin()).await;
    let says = format!(
        "widgets.{} \"w\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update",
        definition.group
    );
    answer.refuses(422, "Invalid", &says);
    definition.delete(cluster).await;
}

pub(super) async fn patches_are_operations_or_merges(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    place
        .create(cluster, "w", json!({"a": 1, "b": [1]}))
        .await
        .ok();
    let merged = place
        .merge(cluster, "w", json!({"spec": {"a": null, "c": "x"}}))
        .await
        .ok();
    assert_eq!(merged["spec"], json!({"b": [1], "c": "x"}));
    let operations = json!([{"op": "add", "path": "/spec/b/-", "value": 2}, {"op": "test", "path": "/spec/c", "value": "x"}]);
    let patched = Ask::patch(place.one("w"), "json", &operations)
        .of(&admin)
        .await
        .ok();
    assert_eq!(patched["spec"]["b"], json!([1, 2]));
    let answer = Ask::patch(place.one("w"), "strategic-merge", &json!({}))
        .of(&admin)
        .await;
    let says = "the body of the request was in an unknown format - accepted media types include: \
                application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    answer.refuses(415, "UnsupportedMediaType", says);
    definition.delete(cluster).await;
}

pub(super) async fn a_dry_run_keeps_nothing(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let widget = place.widget("w", json!({}));
    let path = format!("{}?dryRun=All", place.all());
    assert_eq!(Ask::post(path, &widget).of(&admin).await.code, 201);
    assert_eq!(Ask::get(place.one("w")).of(&admin).await.code, 404);
    definition.delete(cluster).await;
}

pub(super) async fn finalizers_without_a_domain_are_warned_of(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    place.create(cluster, "w", json!({})).await.ok();
    let change = json!({"metadata": {"finalizers": ["plain", "a.b", "example.org/x"]}});
    let answer = place.merge(cluster, "w", change).await;
    let says = |name: &str, how: &str| {
        format!(
            "metadata.finalizers: {name:?}: prefer a domain-qualified finalizer name{how} to avoid accidental conflicts \
             with other finalizer writers"
        )
    };
    assert_eq!(
        answer.warnings(),
        [says("a.b", " including a path (/)"), says("plain", "")]
    );
    place
        .merge(cluster, "w", json!({"metadata": {"finalizers": null}}))
        .await
        .ok();
    definition.delete(cluster).await;
}

pub(super) async fn they_go_with_their_namespace(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    place.create(cluster, "w", json!({})).await.ok();
    let namespace = format!("/api/v1/namespaces/{}", place.namespace);
    Ask::delete(namespace).of(&admin).await.ok();
    eventually("the end of what is in the namespace", async || {
        let answer = Ask::get(place.one("w")).of(&admin).await;
        (answer.code == 404).then_some(())
    })
    .await;
    definition.delete(cluster).await;
}
