//! Custom resources by their schema: what is pruned and filled in.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, Definition, Place, eventually};

/// Objects whose `spec` has this schema.
async fn served(cluster: &Cluster, spec: Value) -> (Definition, Place) {
    let definition = Definition::of_spec(cluster, spec);
    let place = definition.serve(cluster).await;
    (definition, place)
}

pub(super) async fn null_is_a_value_where_it_may_be(cluster: &Cluster) {
    let spec = json!({"type": "object", "properties": {
        "may": {"type": "string", "nullable": true}, "not": {"type": "string"},
        "default": {"type": "string", "default": "x"}, "l": {"type": "array", "items": {"type": "string"}},
    }});
    let (definition, place) = served(cluster, spec).await;
    let made = place
        .create(
            cluster,
            "w",
            json!({"may": null, "not": null, "default": null}),
        )
        .await
        .ok();
    assert_eq!(made["spec"], json!({"may": null, "default": "x"}));
    let answer = place.create(cluster, "v", json!({"l": [null]})).await;
    let says =
        r#"spec.l[0]: Invalid value: "null": spec.l[0] in body must be of type string: "null""#;
    assert_eq!(answer.faults(), [says]);
    definition.delete(cluster).await;
}

/// A schema that knows little.
fn little() -> Value {
    json!({"type": "object", "properties": {
        "a": {"type": "integer"}, "o": {"type": "object", "properties": {"k": {"type": "string"}}},
        "l": {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}},
        "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"o": {"type": "object"}}},
        "m": {"type": "object", "additionalProperties": {"type": "string"}},
    }})
}

pub(super) async fn what_is_unknown_goes_and_is_warned_of(cluster: &Cluster) {
    let (definition, place) = served(cluster, little()).await;
    let spec = json!({"a": 1, "z": 1, "o": {"z": 1}, "l": [{"z": 1}], "any": {"z": {"y": 1}, "o": {"z": 1}}, "m": {"z": "1"}});
    let mut widget = place.widget("w", spec);
    widget["extra"] = json!({});
    widget["metadata"]["nam"] = "x".into();
    let answer = Ask::post(place.all(), &widget).of(&cluster.admin()).await;
    assert_eq!(
        answer.warnings(),
        [
            r#"unknown field "metadata.nam""#,
            r#"unknown field "extra""#,
            r#"unknown field "spec.any.o.z""#,
            r#"unknown field "spec.l[0].z""#,
            r#"unknown field "spec.o.z""#,
            r#"unknown field "spec.z""#,
        ]
    );
    let made = answer.ok();
    assert_eq!(
        made["spec"],
        json!({"a": 1, "o": {}, "l": [{}], "any": {"z": {"y": 1}, "o": {}}, "m": {"z": "1"}})
    );
    assert_eq!(
        (made.get("extra"), made["metadata"].get("nam")),
        (None, None)
    );
    definition.delete(cluster).await;
}

pub(super) async fn whoever_is_strict_is_refused(cluster: &Cluster) {
    let (definition, place) = served(cluster, little()).await;
    let version = format!("{}/v1", definition.group);
    let text = format!(
        r#"{{"apiVersion":"{version}","kind":"Widget","metadata":{{"name":"w","nam":1}},"spec":{{"a":1,"a":2,"z":1}}}}"#
    );
    let send = async |query: &str| {
        let ask = Ask::post(format!("{}{query}", place.all()), &Value::Null).text(&text);
        ask.of(&cluster.admin()).await
    };
    let says = "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: duplicate field \"spec.a\", \
                unknown field \"metadata.nam\", unknown field \"spec.z\"";
    send("?fieldValidation=Strict")
        .await
        .refuses(400, "BadRequest", says);
    let answer = send("?fieldValidation=Ignore&dryRun=All").await;
    assert_eq!(answer.warnings(), [""; 0]);
    assert_eq!(answer.ok()["spec"], json!({"a": 2}));
    definition.delete(cluster).await;
}

pub(super) async fn a_patch_is_read_the_same_way(cluster: &Cluster) {
    let (definition, place) = served(cluster, little()).await;
    place.create(cluster, "w", json!({"a": 1})).await.ok();
    let answer = place
        .merge(cluster, "w", json!({"spec": {"a": 2, "z": 1}}))
        .await;
    assert_eq!(answer.warnings(), [r#"unknown field "spec.z""#]);
    assert_eq!(answer.ok()["spec"], json!({"a": 2}));
    let strict = format!("{}?fieldValidation=Strict", place.one("w"));
    let answer = Ask::patch(strict, "merge", &json!({"spec": {"z": 1}}))
        .of(&cluster.admin())
        .await;
    let faults = answer.faults();
    assert_eq!((answer.code, faults.len()), (422, 1));
    assert!(
        faults[0].ends_with(r#": strict decoding error: unknown field "spec.z""#),
        "{faults:?}"
    );
    let answer = place.merge(cluster, "w", json!({"spec": {"a": "x"}})).await;
    let says =
        r#"spec.a: Invalid value: "string": spec.a in body must be of type integer: "string""#;
    assert_eq!(answer.faults(), [says]);
    definition.delete(cluster).await;
}

pub(super) async fn defaults_are_filled_in(cluster: &Cluster) {
    let inner = json!({"type": "object", "properties": {"b": {"type": "integer", "default": 3}}});
    let mut filled = inner.clone();
    filled["default"] = json!({});
    let spec = json!({"type": "object", "properties": {
        "a": {"type": "string", "default": "x"}, "o": filled, "p": inner, "l": {"type": "array", "items": inner},
        "m": {"type": "object", "additionalProperties": inner},
    }});
    let (definition, place) = served(cluster, spec).await;
    let made = place
        .create(cluster, "w", json!({"l": [{}], "m": {"k": {}}}))
        .await
        .ok();
    assert_eq!(
        made["spec"],
        json!({"a": "x", "o": {"b": 3}, "l": [{"b": 3}], "m": {"k": {"b": 3}}})
    );
    let managed = &made["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"];
    assert!(managed["f:a"].is_object(), "{managed}");
    definition.delete(cluster).await;
}

pub(super) async fn a_default_that_came_later_is_read(cluster: &Cluster) {
    let spec = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (definition, place) = served(cluster, spec).await;
    let made = place.create(cluster, "w", json!({"a": "long"})).await.ok();
    let path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
    let change = json!([
        {"op": "add", "path": format!("{path}/b"), "value": {"type": "string", "default": "late"}},
        {"op": "add", "path": format!("{path}/a/maxLength"), "value": 1},
    ]);
    let admin = cluster.admin();
    Ask::patch(definition.path(), "json", &change)
        .of(&admin)
        .await
        .ok();
    let read = eventually("the new schema", async || {
        let read = Ask::get(place.one("w")).of(&admin).await.ok();
        (read["spec"]["b"] == "late").then_some(read)
    })
    .await;
    assert_eq!(
        read["metadata"]["resourceVersion"],
        made["metadata"]["resourceVersion"]
    );
    // What was right before is not held against a change of something else.
    let changed = place
        .merge(cluster, "w", json!({"spec": {"b": "new"}}))
        .await
        .ok();
    assert_eq!(changed["spec"], json!({"a": "long", "b": "new"}));
    let answer = place
        .merge(cluster, "w", json!({"spec": {"a": "longer"}}))
        .await;
    assert_eq!(
        answer.faults(),
        ["spec.a: Too long: may not be more than 1 byte"]
    );
    definition.delete(cluster).await;
}

pub(super) async fn inner_resources_are_resources(cluster: &Cluster) {
    let inner = json!({"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true});
    let spec = json!({"type": "object", "properties": {"t": inner}});
    let (definition, place) = served(cluster, spec).await;
    let t = json!({"apiVersion": "v1", "kind": "A", "metadata": {"name": "x", "odd": 1}, "free": {"a": 1}});
    let answer = place.create(cluster, "w", json!({"t": t})).await;
    assert_eq!(
        answer.warnings(),
        [r#"unknown field "spec.t.metadata.odd""#]
    );
    let t = json!({"apiVersion": "v1", "kind": "A", "metadata": {"name": "x"}, "free": {"a": 1}});
    assert_eq!(answer.ok()["spec"]["t"], t);
    let answer = place
        .create(cluster, "v", json!({"t": {"kind": "A"}}))
        .await;
    assert_eq!(answer.faults(), ["spec.t.apiVersion: Required value"]);
    let answer = place.create(cluster, "v", json!({"t": {"kind": 1}})).await;
    let says = "Widget in version \"v1\" cannot be handled as a Widget: spec.t.kind: Invalid value: 1: must be a string";
    answer.refuses(400, "BadRequest", says);
    definition.delete(cluster).await;
}
