//! Server-side apply of custom resources: the schema says which lists have keys and which values are one.

use serde_json::{Value, json};

use super::applying::apply;
use crate::Cluster;
use crate::cluster::{Ask, Definition, Place};

async fn served(cluster: &Cluster) -> (Definition, Place) {
    let item = json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": {"type": "integer"}}});
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let mut one = map.clone();
    one["x-kubernetes-map-type"] = "atomic".into();
    let text = json!({"type": "string"});
    let spec = json!({"type": "object", "properties": {
        "size": {"type": "integer"}, "map": map, "one": one,
        "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": item},
        "set": {"type": "array", "x-kubernetes-list-type": "set", "items": text},
        "list": {"type": "array", "items": text},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    }});
    let definition = Definition::of_spec(cluster, spec);
    let place = definition.serve(cluster).await;
    (definition, place)
}

/// Applies a spec to the widget `w`.
async fn applied(
    cluster: &Cluster,
    place: &Place,
    manager: &str,
    spec: Value,
) -> crate::cluster::Answer {
    apply(cluster, &place.one("w"), manager, place.widget("w", spec)).await
}

/// What a manager owns of `spec`.
fn owned<'a>(object: &'a Value, manager: &str) -> &'a Value {
    let entries = object["metadata"]["managedFields"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["manager"] == manager);
    &entry.expect("a manager of that name")["fieldsV1"]["f:spec"]
}

pub(super) async fn an_apply_creates_and_owns_by_the_schema(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let spec = json!({"size": 1, "items": [{"k": "x", "v": 1}], "set": ["a"], "list": ["q"], "one": {"a": "1"},
        "map": {"a": "1"}, "free": {"deep": {"x": [1]}}});
    let answer = applied(cluster, &place, "one", spec.clone()).await;
    assert_eq!(answer.code, 201);
    let made = answer.ok();
    assert_eq!(made["spec"], spec);
    assert_eq!(
        *owned(&made, "one"),
        json!({
            "f:size": {}, "f:items": {"k:{\"k\":\"x\"}": {".": {}, "f:k": {}, "f:v": {}}}, "f:set": {"v:\"a\"": {}},
            "f:list": {}, "f:one": {}, "f:map": {"f:a": {}}, "f:free": {"f:deep": {".": {}, "f:x": {}}},
        })
    );
    definition.delete(cluster).await;
}

pub(super) async fn appliers_share_maps_sets_and_keyed_lists(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let first = json!({"items": [{"k": "x", "v": 1}], "set": ["a"], "map": {"a": "1"}, "free": {"deep": {"x": 1}}});
    applied(cluster, &place, "one", first).await.ok();
    let second =
        json!({"items": [{"k": "y"}], "set": ["b"], "map": {"b": "2"}, "free": {"deep": {"y": 1}}});
    let both = applied(cluster, &place, "two", second).await.ok();
    assert_eq!(
        both["spec"],
        json!({"items": [{"k": "x", "v": 1}, {"k": "y"}], "set": ["a", "b"], "map": {"a": "1", "b": "2"},
            "free": {"deep": {"x": 1, "y": 1}}})
    );
    let left = applied(cluster, &place, "one", json!({"set": ["a"]}))
        .await
        .ok();
    assert_eq!(
        left["spec"],
        json!({"items": [{"k": "y"}], "set": ["a", "b"], "map": {"b": "2"}, "free": {"deep": {"y": 1}}})
    );
    definition.delete(cluster).await;
}

pub(super) async fn values_that_are_one_are_anothers(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    applied(
        cluster,
        &place,
        "one",
        json!({"list": ["a"], "one": {"a": "1"}, "size": 1}),
    )
    .await
    .ok();
    let wanted = json!({"list": ["b"], "one": {"b": "1"}, "size": 1});
    let answer = applied(cluster, &place, "two", wanted).await;
    let says = "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.list\n- .spec.one";
    answer.refuses(409, "Conflict", says);
    let path = format!("{}?fieldManager=two&force=true", place.one("w"));
    let widget = place.widget("w", json!({"list": ["b"], "one": {"b": "1"}}));
    let ask =
        Ask::patch(path, "apply", &widget).set("content-type", "application/apply-patch+yaml");
    let taken = ask.of(&cluster.admin()).await.ok();
    assert_eq!(
        (&taken["spec"]["list"], &taken["spec"]["one"]),
        (&json!(["b"]), &json!({"b": "1"}))
    );
    assert_eq!(*owned(&taken, "one"), json!({"f:size": {}}));
    definition.delete(cluster).await;
}

pub(super) async fn what_does_not_fit_the_schema_is_not_applied(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let begin = format!(
        "failed to create typed patch object (/w; {}/v1, Kind=Widget): ",
        definition.group
    );
    for (spec, says) in [
        (
            json!({"nope": 1}),
            ".spec.nope: field not declared in schema",
        ),
        (
            json!({"size": "x"}),
            ".spec.size: expected numeric (int or float), got string",
        ),
        (
            json!({"set": ["a", "a"]}),
            ".spec.set: duplicate entries for key [=\"a\"]",
        ),
        (
            json!({"items": [{"k": "a"}, {"k": "a"}]}),
            ".spec.items: duplicate entries for key [k=\"a\"]",
        ),
        (
            json!({"items": [{"v": 1}]}),
            ".spec.items: element 0: associative list with keys has an element that omits all key fields [\"k\"] (and \
             doesn't have default values for any key fields)",
        ),
    ] {
        let answer = apply(cluster, &place.one("w"), "one", place.widget("w", spec)).await;
        assert_eq!(
            (answer.code, &answer.body["message"]),
            (500, &format!("{begin}{says}").into())
        );
    }
    definition.delete(cluster).await;
}

pub(super) async fn a_status_is_applied_apart(cluster: &Cluster) {
    let definition =
        Definition::of_anything(cluster).with("/versions/0/subresources", json!({"status": {}}));
    let place = definition.serve(cluster).await;
    applied(cluster, &place, "one", json!({"a": 1})).await.ok();
    let mut status = place.widget("w", json!({"a": 2}));
    status["status"] = json!({"phase": "A"});
    let path = format!("{}/status", place.one("w"));
    let changed = apply(cluster, &path, "two", status).await.ok();
    assert_eq!(
        (&changed["spec"]["a"], &changed["status"]["phase"]),
        (&json!(1), &json!("A"))
    );
    let entries = changed["metadata"]["managedFields"].as_array().unwrap();
    let own = entries
        .iter()
        .find(|entry| entry["manager"] == "two")
        .unwrap();
    assert_eq!(
        (&own["subresource"], &own["fieldsV1"]["f:status"]["f:phase"]),
        (&json!("status"), &json!({}))
    );
    definition.delete(cluster).await;
}

pub(super) async fn an_update_owns_what_it_changes(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    applied(
        cluster,
        &place,
        "one",
        json!({"size": 1, "map": {"a": "1"}}),
    )
    .await
    .ok();
    let path = format!("{}?fieldManager=two", place.one("w"));
    let change = json!({"spec": {"size": 2, "map": {"b": "1"}}});
    let changed = Ask::patch(path, "merge", &change)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(*owned(&changed, "one"), json!({"f:map": {"f:a": {}}}));
    assert_eq!(
        *owned(&changed, "two"),
        json!({"f:map": {"f:b": {}}, "f:size": {}})
    );
    definition.delete(cluster).await;
}
