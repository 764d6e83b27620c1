//! What is written apart from a custom resource, and by what it can be chosen.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, Definition, Place, events, told};

/// A schema of a spec and a status, with both parts.
async fn served(cluster: &Cluster) -> (Definition, Place) {
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {
            "size": {"type": "integer", "maximum": 9}, "colour": {"type": "string"}, "on": {"type": "boolean"},
        }},
        "status": {"type": "object", "properties": {
            "phase": {"type": "string", "enum": ["A", "B"]}, "size": {"type": "integer"}, "selector": {"type": "string"},
        }},
    }});
    let scale = json!({
        "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size", "labelSelectorPath": ".status.selector",
    });
    let fields = json!([{"jsonPath": ".spec.colour"}, {"jsonPath": ".spec.on"}]);
    let definition = Definition::new(cluster, schema)
        .with(
            "/versions/0/subresources",
            json!({"status": {}, "scale": scale}),
        )
        .with("/versions/0/selectableFields", fields);
    let place = definition.serve(cluster).await;
    (definition, place)
}

async fn patch(cluster: &Cluster, path: String, change: Value) -> Answer {
    Ask::patch(path, "merge", &change)
        .of(&cluster.admin())
        .await
}

pub(super) async fn a_status_is_written_apart(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let mut widget = place.widget("w", json!({"size": 1}));
    widget["status"] = json!({"phase": "A"});
    let made = Ask::post(place.all(), &widget)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(made.get("status"), None);
    let path = format!("{}/status", place.one("w"));
    let change =
        json!({"status": {"phase": "A"}, "spec": {"size": 5}, "metadata": {"labels": {"a": "b"}}});
    let changed = patch(cluster, path, change).await.ok();
    assert_eq!(
        (&changed["status"], &changed["spec"]),
        (&json!({"phase": "A"}), &json!({"size": 1}))
    );
    assert_eq!(
        (
            &changed["metadata"]["generation"],
            changed["metadata"].get("labels")
        ),
        (&json!(1), None)
    );
    let mut changed = place
        .merge(
            cluster,
            "w",
            json!({"spec": {"size": 2}, "status": {"phase": "B"}}),
        )
        .await
        .ok();
    assert_eq!(
        (
            &changed["status"]["phase"],
            &changed["metadata"]["generation"]
        ),
        (&json!("A"), &json!(2))
    );
    changed["status"] = json!({"phase": "B"});
    changed["spec"] = json!({});
    let path = format!("{}/status", place.one("w"));
    let new = Ask::put(path, &changed).of(&cluster.admin()).await.ok();
    assert_eq!(
        (&new["status"]["phase"], &new["spec"]["size"]),
        (&json!("B"), &json!(2))
    );
    definition.delete(cluster).await;
}

pub(super) async fn without_that_part_a_status_is_a_field(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    let mut widget = place.widget("w", json!({}));
    widget["status"] = json!({"phase": "A"});
    let made = Ask::post(place.all(), &widget)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(made["status"], json!({"phase": "A"}));
    let changed = place
        .merge(cluster, "w", json!({"status": {"phase": "B"}}))
        .await
        .ok();
    assert_eq!(
        (
            &changed["status"]["phase"],
            &changed["metadata"]["generation"]
        ),
        (&json!("B"), &json!(2))
    );
    definition.delete(cluster).await;
}

pub(super) async fn faults_of_a_status_are_told_below_it(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    place.create(cluster, "w", json!({"size": 1})).await.ok();
    let path = format!("{}/status", place.one("w"));
    let answer = patch(cluster, path, json!({"status": {"phase": "C", "size": -1}})).await;
    assert_eq!(
        answer.faults(),
        [
            ".status.size: Invalid value: -1: should be a non-negative integer",
            r#"status.phase: Unsupported value: "C": supported values: "A", "B""#,
        ]
    );
    definition.delete(cluster).await;
}

pub(super) async fn a_scale_is_read_and_set_by_its_paths(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let made = place.create(cluster, "w", json!({"size": 3})).await.ok();
    let status = json!({"status": {"size": 2, "selector": "a=b"}});
    patch(cluster, format!("{}/status", place.one("w")), status)
        .await
        .ok();
    let path = format!("{}/scale", place.one("w"));
    let mut scale = Ask::get(&path).of(&cluster.admin()).await.ok();
    assert_eq!(
        (&scale["kind"], &scale["apiVersion"]),
        (&json!("Scale"), &json!("autoscaling/v1"))
    );
    assert_eq!(scale["metadata"]["uid"], made["metadata"]["uid"]);
    assert_eq!(
        (&scale["spec"], &scale["status"]),
        (
            &json!({"replicas": 3}),
            &json!({"replicas": 2, "selector": "a=b"})
        )
    );
    scale["spec"]["replicas"] = 5.into();
    let set = Ask::put(&path, &scale).of(&cluster.admin()).await.ok();
    assert_eq!(set["spec"]["replicas"], 5);
    let read = Ask::get(place.one("w")).of(&cluster.admin()).await.ok();
    assert_eq!(
        (&read["spec"]["size"], &read["metadata"]["generation"]),
        (&json!(5), &json!(2))
    );
    let answer = patch(cluster, path, json!({"spec": {"replicas": -5}})).await;
    let says = ".spec.size: Invalid value: -5: should be a non-negative integer";
    assert_eq!(answer.faults(), [says]);
    definition.delete(cluster).await;
}

pub(super) async fn a_scale_is_within_the_schemas_bounds(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    place.create(cluster, "w", json!({"size": 3})).await.ok();
    let path = format!("{}/scale", place.one("w"));
    let answer = patch(cluster, path, json!({"spec": {"replicas": 10}})).await;
    let says = "spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9";
    assert_eq!(answer.faults(), [says]);
    definition.delete(cluster).await;
}

pub(super) async fn what_says_no_number_has_no_scale_until_one_is_set(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    place.create(cluster, "w", json!({})).await.ok();
    let path = format!("{}/scale", place.one("w"));
    let answer = Ask::get(&path).once().of(&cluster.admin()).await;
    let says = "Internal error occurred: the spec replicas field \".spec.size\" does not exist";
    answer.refuses(500, "InternalError", says);
    let set = patch(cluster, path, json!({"spec": {"replicas": 4}}))
        .await
        .ok();
    assert_eq!(set["spec"]["replicas"], 4);
    definition.delete(cluster).await;
}

pub(super) async fn a_number_that_is_none_is_told_twice(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let answer = place.create(cluster, "w", json!({"size": "x"})).await;
    assert_eq!(
        answer.faults(),
        [
            ".spec.size: Invalid value: 0: .spec.size accessor error: x is of the type string, expected int64",
            r#"spec.size: Invalid value: "string": spec.size in body must be of type integer: "string""#,
        ]
    );
    definition.delete(cluster).await;
}

pub(super) async fn fields_choose_objects(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    for (name, spec) in [
        ("a", json!({"colour": "red", "on": true})),
        ("b", json!({"colour": "blue"})),
        ("c", json!({})),
    ] {
        place.create(cluster, name, spec).await.ok();
    }
    let names = async |selector: &str| -> Vec<String> {
        let path = format!("{}?fieldSelector={selector}", place.all());
        let list = Ask::get(path).of(&admin).await.ok();
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|item| item["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("spec.colour%3Dred").await, ["a"]);
    assert_eq!(names("spec.colour!%3Dred").await, ["b", "c"]);
    assert_eq!(names("spec.colour%3D").await, ["c"]);
    assert_eq!(names("spec.on%3Dtrue").await, ["a"]);
    assert_eq!(names("spec.on%3D").await, ["b", "c"]);
    assert_eq!(names("metadata.name%3Db").await, ["b"]);
    let path = format!("{}?fieldSelector=spec.size%3D1", place.all());
    let says = "field label not supported: spec.size";
    Ask::get(path)
        .of(&admin)
        .await
        .refuses(400, "BadRequest", says);
    definition.delete(cluster).await;
}

pub(super) async fn a_watch_of_a_field_tells_who_enters_and_leaves(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let list = Ask::get(place.all()).of(&admin).await.ok();
    place
        .create(cluster, "w", json!({"colour": "blue"}))
        .await
        .ok();
    for colour in ["red", "green"] {
        let change = json!({"spec": {"colour": colour}});
        place.merge(cluster, "w", change).await.ok();
    }
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!(
        "{}?watch=true&fieldSelector=spec.colour%3Dred&resourceVersion={version}&timeoutSeconds=10",
        place.all()
    );
    let events = events(&admin, &path, 2).await;
    assert_eq!(told(&events), [("ADDED", "w"), ("DELETED", "w")]);
    definition.delete(cluster).await;
}
