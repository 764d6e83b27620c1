//! What a definition brings: discovery, paths, rights.

use http::Method;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, Definition, eventually};

const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

pub(super) async fn discovery_names_the_kind_and_its_parts(cluster: &Cluster) {
    let scale = json!({"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n"});
    let definition = Definition::of_anything(cluster)
        .with("/names/shortNames", json!(["wd"]))
        .with("/names/categories", json!(["all"]))
        .with(
            "/versions/0/subresources",
            json!({"status": {}, "scale": scale}),
        );
    definition.serve(cluster).await;
    let (group, admin) = (&definition.group, cluster.admin());
    let path = format!("/apis/{group}/v1");
    let found = eventually("the kind in discovery", async || {
        let answer = Ask::get(&path).of(&admin).await;
        (answer.code == 200).then_some(answer.body)
    })
    .await;
    let below = json!(["get", "patch", "update"]);
    let mut resources = found["resources"].clone();
    let hash = resources[0]["storageVersionHash"].take();
    assert_eq!(hash.as_str().unwrap().len(), 12);
    assert_eq!(
        resources,
        json!([
            {"name": "widgets", "singularName": "widget", "namespaced": true, "kind": "Widget",
                "verbs": ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
                "shortNames": ["wd"], "categories": ["all"], "storageVersionHash": null},
            {"name": "widgets/status", "singularName": "", "namespaced": true, "kind": "Widget", "verbs": below},
            {"name": "widgets/scale", "singularName": "", "namespaced": true, "group": "autoscaling", "version": "v1",
                "kind": "Scale", "verbs": below},
        ])
    );
    let version = json!({"groupVersion": format!("{group}/v1"), "version": "v1"});
    let found = Ask::get(format!("/apis/{group}")).of(&admin).await.ok();
    assert_eq!(
        (&found["preferredVersion"], &found["versions"]),
        (&version, &json!([version]))
    );
    definition.delete(cluster).await;
}

pub(super) async fn aggregated_discovery_names_them_too(cluster: &Cluster) {
    let definition =
        Definition::of_anything(cluster).with("/versions/0/subresources", json!({"status": {}}));
    definition.serve(cluster).await;
    let (group, admin) = (&definition.group, cluster.admin());
    let found = eventually("the group in discovery", async || {
        let all = Ask::get("/apis")
            .set("accept", AGGREGATED)
            .of(&admin)
            .await
            .ok();
        let mut groups = all["items"].as_array().unwrap().iter();
        let own = groups.find(|entry| entry["metadata"]["name"] == **group);
        own.cloned()
    })
    .await;
    let kind = json!({"group": group, "version": "v1", "kind": "Widget"});
    let resource = &found["versions"][0]["resources"][0];
    assert_eq!(
        (&resource["resource"], &resource["responseKind"]),
        (&json!("widgets"), &kind)
    );
    let status =
        json!({"subresource": "status", "responseKind": kind, "verbs": ["get", "patch", "update"]});
    assert_eq!(resource["subresources"], json!([status]));
    definition.delete(cluster).await;
}

pub(super) async fn some_are_of_the_whole_cluster(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster).with("/scope", json!("Cluster"));
    definition.create(cluster).await;
    let (admin, group) = (cluster.admin(), &definition.group);
    let path = format!("/apis/{group}/v1/widgets");
    eventually("the kind", async || {
        let answer = Ask::get(&path).of(&admin).await;
        (answer.code == 200).then_some(())
    })
    .await;
    let widget =
        json!({"apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": {"name": "w"}});
    let made = Ask::post(&path, &widget).of(&admin).await.ok();
    assert_eq!(made["metadata"].get("namespace"), None);
    let inside = format!("/apis/{group}/v1/namespaces/default/widgets");
    let answer = Ask::get(inside).of(&admin).await;
    assert_eq!((answer.code, &*answer.text), (404, "404 page not found\n"));
    definition.delete(cluster).await;
}

pub(super) async fn paths_that_they_do_not_have_are_not_found(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    let (admin, group) = (cluster.admin(), &definition.group);
    for path in [
        format!("/apis/{group}/v1/widgets/w"),
        format!("/apis/{group}/v1/namespaces/{}/gadgets", place.namespace),
        format!("/apis/{group}/v7"),
        place.all_in("v7"),
    ] {
        let answer = Ask::get(&path).of(&admin).await;
        assert_eq!(
            (answer.code, &*answer.text),
            (404, "404 page not found\n"),
            "{path}"
        );
    }
    let widget = place.widget("w", json!({}));
    let answer = Ask::post(format!("/apis/{group}/v1/widgets"), &widget)
        .of(&admin)
        .await;
    assert_eq!((answer.code, &*answer.text), (404, "404 page not found\n"));
    let says = format!("widgets.{group} \"w\" not found");
    for part in ["log", "status", "scale"] {
        let answer = Ask::get(format!("{}/{part}", place.one("w")))
            .of(&admin)
            .await;
        answer.refuses(404, "NotFound", &says);
    }
    definition.delete(cluster).await;
}

pub(super) async fn heads_are_answered(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    place.create(cluster, "w", json!({})).await.ok();
    let head = Ask::new(Method::HEAD, place.one("w"))
        .of(&cluster.admin())
        .await;
    assert_eq!((head.code, &*head.text), (200, ""));
    definition.delete(cluster).await;
}

pub(super) async fn a_role_names_them_by_resource_and_group(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    let admin = cluster.admin();
    let (group, namespace) = (&definition.group, &place.namespace);
    let roles = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
    let rules = json!([{"apiGroups": [group], "resources": ["widgets"], "verbs": ["list"]}]);
    let role = json!({"metadata": {"name": "r"}, "rules": rules});
    Ask::post(format!("{roles}/roles"), &role)
        .of(&admin)
        .await
        .ok();
    let user = "case-of-widgets";
    let binding = json!({
        "metadata": {"name": "r"},
        "subjects": [{"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"}],
        "roleRef": {"kind": "Role", "name": "r", "apiGroup": "rbac.authorization.k8s.io"},
    });
    Ask::post(format!("{roles}/rolebindings"), &binding)
        .of(&admin)
        .await
        .ok();
    eventually("the role", async || {
        let answer = Ask::get(place.all())
            .set("impersonate-user", user)
            .of(&admin)
            .await;
        (answer.code == 200).then_some(())
    })
    .await;
    let answer = Ask::get(place.one("w"))
        .set("impersonate-user", user)
        .of(&admin)
        .await;
    let says = format!(
        "widgets.{group} \"w\" is forbidden: User {user:?} cannot get resource \"widgets\" in API group {group:?} in the \
         namespace {namespace:?}"
    );
    answer.refuses(403, "Forbidden", &says);
    definition.delete(cluster).await;
}

pub(super) async fn a_deprecated_version_is_warned_of(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster)
        .with("/versions/0/deprecated", json!(true))
        .with("/versions/0/deprecationWarning", json!("mind the gap"));
    let place = definition.serve(cluster).await;
    let answer = Ask::get(place.all()).of(&cluster.admin()).await;
    assert_eq!(answer.warnings(), ["mind the gap"]);
    definition.delete(cluster).await;
}

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// A column of each type.
fn columns() -> Value {
    let column = |name: &str, type_name: &str, path: &str| json!({"name": name, "type": type_name, "jsonPath": path});
    let mut columns = [
        column("Size", "integer", ".spec.size"),
        column("Text", "string", ".spec.text"),
        column("On", "boolean", ".spec.on"),
        column("Share", "number", ".spec.share"),
        column("When", "date", ".spec.when"),
        column(
            "Ready",
            "string",
            r#".spec.conditions[?(@.type=="Ready")].status"#,
        ),
    ];
    columns[0]["description"] = "how big".into();
    columns[1]["priority"] = 1.into();
    columns[1]["format"] = "byte".into();
    json!(columns)
}

pub(super) async fn a_table_has_the_columns_of_the_definition(cluster: &Cluster) {
    let definition =
        Definition::of_anything(cluster).with("/versions/0/additionalPrinterColumns", columns());
    let place = definition.serve(cluster).await;
    let conditions = json!([{"type": "Other", "status": "x"}, {"type": "Ready", "status": "True"}]);
    for (name, spec) in [
        (
            "a",
            json!({"size": 3, "text": "x", "on": true, "share": 1.5, "when": "2020-01-01T00:00:00Z", "conditions": conditions}),
        ),
        ("b", json!({})),
        (
            "c",
            json!({"size": "x", "text": [1, {"a": null}], "on": "yes", "share": "n", "when": "soon"}),
        ),
        (
            "d",
            json!({"size": 2.7, "text": null, "on": 1, "share": 7, "when": 5}),
        ),
    ] {
        place.create(cluster, name, spec).await.ok();
    }
    let table = Ask::get(place.all())
        .set("accept", TABLE)
        .of(&cluster.admin())
        .await
        .ok();
    let told = table["columnDefinitions"].as_array().unwrap();
    assert_eq!(
        told[1..3],
        [
            json!({"name": "Size", "type": "integer", "format": "", "description": "how big", "priority": 0}),
            json!({"name": "Text", "type": "string", "format": "byte", "priority": 1,
                "description": "Custom resource definition column (in JSONPath format): .spec.text"}),
        ]
    );
    let rows = table["rows"].as_array().unwrap().iter();
    let mut cells: Vec<Value> = rows.map(|row| row["cells"].clone()).collect();
    // Years and days since then.
    assert!(cells[0][5].take().as_str().unwrap().contains('y'));
    assert_eq!(
        cells,
        [
            json!(["a", 3, "x", true, 1.5, null, "True"]),
            json!(["b", null, null, null, null, null, null]),
            json!(["c", null, "[1,{\"a\":null}]", null, null, "<invalid>", null]),
            json!(["d", 2, "<no value>", null, 7, null, null]),
        ]
    );
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    definition.delete(cluster).await;
}

pub(super) async fn a_table_without_columns_has_names_and_ages(cluster: &Cluster) {
    let definition = Definition::of_anything(cluster);
    let place = definition.serve(cluster).await;
    let empty = Ask::get(place.all())
        .set("accept", TABLE)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(empty["rows"], json!([]));
    place.create(cluster, "a", json!({})).await.ok();
    let table = Ask::get(place.one("a"))
        .set("accept", TABLE)
        .of(&cluster.admin())
        .await
        .ok();
    let told = table["columnDefinitions"].as_array().unwrap();
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|column| {
            (
                column["name"].as_str().unwrap(),
                column["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("Name", "string"), ("Age", "date")]);
    let says = told_of(&table, "Age");
    assert!(
        says.starts_with("CreationTimestamp is a timestamp"),
        "{says}"
    );
    assert_eq!(table["rows"][0]["cells"][0], "a");
    definition.delete(cluster).await;
}

/// The description of a column.
fn told_of<'a>(table: &'a Value, name: &str) -> &'a str {
    let mut columns = table["columnDefinitions"].as_array().unwrap().iter();
    let column = columns.find(|column| column["name"] == name).unwrap();
    column["description"].as_str().unwrap()
}
