//! Definitions of custom resources: what is filled in, how they are established, how they go.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, DEFINITIONS, Definition, eventually, is};

async fn patch(cluster: &Cluster, path: &str, change: Value) -> Answer {
    Ask::patch(path, "merge", &change)
        .of(&cluster.admin())
        .await
}

pub(super) async fn what_is_not_said_is_filled_in(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let made = definition.tried(cluster).await.ok();
    let names = json!({"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"});
    assert_eq!(made["spec"]["names"], names);
    assert_eq!(made["spec"]["conversion"], json!({"strategy": "None"}));
    assert_eq!(made["metadata"]["generation"], 1);
    let status = json!({
        "acceptedNames": {"kind": "", "plural": ""}, "conditions": null, "storedVersions": ["v1"],
    });
    assert_eq!(made["status"], status);
}

pub(super) async fn its_status_is_not_the_clients(cluster: &Cluster) {
    let mut definition = Definition::of_anything(cluster);
    definition.object["status"] = json!({"storedVersions": ["v7"]});
    let made = definition.tried(cluster).await.ok();
    assert_eq!(made["status"]["storedVersions"], json!(["v1"]));
}

pub(super) async fn zero_and_nothing_are_kept_in_a_schema(cluster: &Cluster) {
    let field = json!({"type": "integer", "minimum": 0, "default": 0});
    let list = json!({"type": "array", "minItems": 0, "items": {"type": "string"}});
    let spec = json!({"type": "object", "properties": {"a": field, "l": list}});
    let definition = Definition::of_spec(cluster, spec.clone());
    let definition = definition.with("/versions/0/subresources", json!({"status": {}}));
    let made = definition.tried(cluster).await.ok();
    let version = &made["spec"]["versions"][0];
    assert_eq!(version["subresources"], json!({"status": {}}));
    assert_eq!(
        version["schema"]["openAPIV3Schema"]["properties"]["spec"],
        spec
    );
}

pub(super) async fn it_is_established_with_its_names(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster)
        .with("/names/shortNames", json!(["wd"]))
        .with("/names/categories", json!(["all"]));
    let made = definition.create(cluster).await;
    let told = made["status"]["conditions"].as_array().unwrap().iter();
    let told: Vec<[&Value; 4]> = told
        .map(|entry| ["type", "status", "reason", "message"].map(|field| &entry[field]))
        .collect();
    let says = "the initial names have been accepted";
    assert_eq!(
        told,
        [
            ["NamesAccepted", "True", "NoConflicts", "no conflicts found"],
            ["Established", "True", "InitialNamesAccepted", says],
        ]
    );
    assert_eq!(made["status"]["acceptedNames"], made["spec"]["names"]);
    definition.delete(cluster).await;
}

pub(super) async fn its_status_is_written_by_the_server(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let made = definition.create(cluster).await;
    let managers = made["metadata"]["managedFields"].as_array().unwrap();
    let own = managers
        .iter()
        .find(|entry| entry["subresource"] == "status");
    let own = own.expect("somebody who wrote the status");
    assert_eq!(
        (&own["manager"], &own["operation"]),
        (&json!("kube-apiserver"), &json!("Update"))
    );
    let names = json!({"f:kind": {}, "f:listKind": {}, "f:plural": {}, "f:singular": {}});
    assert_eq!(own["fieldsV1"]["f:status"]["f:acceptedNames"], names);
    definition.delete(cluster).await;
}

pub(super) async fn a_change_without_its_version_is_invalid(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    definition.create(cluster).await;
    let answer = Ask::put(definition.path(), &definition.object);
    let answer = answer.of(&cluster.admin()).await;
    let says = format!(
        "customresourcedefinitions.apiextensions.k8s.io {:?} is invalid: metadata.resourceVersion: Invalid value: 0: must \
         be specified for an update",
        definition.name()
    );
    answer.refuses(422, "Invalid", &says);
    definition.delete(cluster).await;
}

pub(super) async fn what_it_is_about_stays(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    definition.create(cluster).await;
    let change = json!({"spec": {"scope": "Cluster", "group": "o.example.org", "names": {"kind": "W", "plural": "x"}}});
    let answer = patch(cluster, &definition.path(), change).await;
    assert_eq!(
        answer.faults(),
        [
            r#"spec.group: Invalid value: "o.example.org": field is immutable"#,
            r#"spec.names.kind: Invalid value: "W": field is immutable"#,
            r#"spec.names.plural: Invalid value: "x": field is immutable"#,
            r#"spec.scope: Invalid value: "Cluster": field is immutable"#,
        ]
    );
    definition.delete(cluster).await;
}

pub(super) async fn a_change_of_what_is_wanted_is_counted(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    definition.create(cluster).await;
    let change = json!({"spec": {"names": {"shortNames": ["wd"]}}});
    let changed = patch(cluster, &definition.path(), change).await.ok();
    assert_eq!(changed["metadata"]["generation"], 2);
    let labels = json!({"metadata": {"labels": {"a": "b"}}});
    let changed = patch(cluster, &definition.path(), labels).await.ok();
    assert_eq!(changed["metadata"]["generation"], 2);
    definition.delete(cluster).await;
}

pub(super) async fn a_version_that_was_stored_stays(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    definition.create(cluster).await;
    let schema = json!({"openAPIV3Schema": {"type": "object"}});
    let version = json!([{"name": "v2", "served": true, "storage": true, "schema": schema}]);
    let answer = patch(
        cluster,
        &definition.path(),
        json!({"spec": {"versions": version}}),
    )
    .await;
    let says = "status.storedVersions[0]: Invalid value: \"v1\": missing from spec.versions; v1 was previously a storage \
                version, and must remain in spec.versions until a storage migration ensures no data remains persisted in \
                v1 and removes v1 from status.storedVersions";
    assert_eq!(answer.faults(), [says]);
    definition.delete(cluster).await;
}

pub(super) async fn names_of_another_are_free_when_it_goes(cluster: &Cluster) {
    let first = Definition::of_anything(cluster);
    first.create(cluster).await;
    let mut second = first.clone();
    second.object["metadata"]["name"] = format!("gadgets.{}", first.group).into();
    second.object["spec"]["names"]["plural"] = "gadgets".into();
    let admin = cluster.admin();
    Ask::post(DEFINITIONS, &second.object).of(&admin).await.ok();
    let path = format!("{DEFINITIONS}/gadgets.{}", first.group);
    let refused = eventually("a verdict on the names", async || {
        let found = Ask::get(&path).of(&admin).await.ok();
        found["status"]["conditions"].is_array().then_some(found)
    })
    .await;
    let conditions = &refused["status"]["conditions"];
    assert_eq!(
        (
            &conditions[0]["type"],
            &conditions[0]["reason"],
            &conditions[0]["message"]
        ),
        (
            &json!("NamesAccepted"),
            &json!("ListKindConflict"),
            &json!("\"WidgetList\" is already in use")
        )
    );
    assert_eq!(
        (&conditions[1]["status"], &conditions[1]["reason"]),
        (&json!("False"), &json!("NotAccepted"))
    );
    assert_eq!(
        refused["status"]["acceptedNames"],
        json!({"plural": "gadgets", "kind": ""})
    );
    first.delete(cluster).await;
    eventually("the names", async || {
        let found = Ask::get(&path).of(&admin).await.ok();
        is(&found, "Established").then_some(())
    })
    .await;
    Ask::delete(&path).of(&admin).await.ok();
}

pub(super) async fn one_that_goes_says_so_and_takes_its_objects_along(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    let admin = cluster.admin();
    let mut held = place.widget("held", json!({}));
    held["metadata"]["finalizers"] = json!(["example.org/hold"]);
    Ask::post(place.all(), &held).of(&admin).await.ok();
    place.create(cluster, "free", json!({})).await.ok();
    let going = Ask::delete(definition.path()).of(&admin).await.ok();
    assert_eq!(
        going["metadata"]["finalizers"],
        json!(["customresourcecleanup.apiextensions.k8s.io"])
    );
    let told = going["status"]["conditions"]
        .as_array()
        .unwrap()
        .last()
        .unwrap();
    assert_eq!(
        (&told["type"], &told["reason"]),
        (&json!("Terminating"), &json!("InstanceDeletionPending"))
    );
    eventually("the end of what nothing holds", async || {
        let answer = Ask::get(place.one("free")).of(&admin).await;
        (answer.code == 404).then_some(())
    })
    .await;
    let answer = place.create(cluster, "late", json!({})).await;
    let says = format!(
        "widgets.{} \"late\" is forbidden: create not allowed while custom resource definition is terminating",
        definition.group
    );
    answer.refuses(403, "Forbidden", &says);
    let held = Ask::get(place.one("held")).of(&admin).await.ok();
    assert!(held["metadata"]["deletionTimestamp"].is_string());
    let release = json!({"metadata": {"finalizers": null}});
    place.merge(cluster, "held", release).await.ok();
    eventually("the end of the definition", async || {
        let answer = Ask::get(definition.path()).of(&admin).await;
        (answer.code == 404).then_some(())
    })
    .await;
    eventually("the end of the kind", async || {
        let answer = Ask::get(place.all()).of(&admin).await;
        (answer.code == 404).then(|| assert_eq!(answer.text, "404 page not found\n"))
    })
    .await;
}

pub(super) async fn a_format_that_nobody_knows_is_warned_of(cluster: &Cluster) {
    let definition = Definition::of_spec(cluster, json!({"type": "string", "format": "odd"}));
    let answer = definition.tried(cluster).await;
    assert_eq!(answer.warnings(), [r#"unrecognized format "odd""#]);
    answer.ok();
}
