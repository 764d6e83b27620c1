//! OpenAPI v3: the index, how documents are kept by their hash, and what kubectl looks for in them.

use k8s_client::Client;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, eventually};

pub(super) async fn the_index_names_a_document_for_each_version(cluster: &Cluster) {
    let answer = Ask::get("/openapi/v3").of(&cluster.admin()).await;
    let media_type = &answer.headers["content-type"];
    assert_eq!(media_type, "text/plain; charset=utf-8");
    let index = answer.ok();
    for name in ["api/v1", "apis/apps/v1", "apis/batch/v1", "version"] {
        let url = index["paths"][name]["serverRelativeURL"].as_str().unwrap();
        let begin = format!("/openapi/v3/{name}?hash=");
        assert!(url.starts_with(&begin) && url.len() > begin.len(), "{url}");
    }
}

pub(super) async fn a_document_is_kept_by_its_hash(cluster: &Cluster) {
    let admin = cluster.admin();
    let url = address("version", &admin).await;
    let kept = Ask::get(&url).of(&admin).await;
    assert_eq!(kept.code, 200);
    assert_eq!(kept.headers["cache-control"], "public, immutable");
    assert_eq!(kept.headers["vary"], "Accept");
    let (_, hash) = url.split_once("hash=").unwrap();
    assert_eq!(kept.headers["etag"], format!("\"{hash}\""));
    let expires = kept.headers["expires"].to_str().unwrap();
    assert!(
        expires.ends_with(" UTC") && expires.len() == 29,
        "{expires}"
    );
    let plain = Ask::get("/openapi/v3/version").of(&admin).await;
    assert_eq!(plain.headers["cache-control"], "no-cache, private");
    assert_eq!(plain.ok(), kept.ok());
}

pub(super) async fn an_old_hash_leads_to_the_new_one(cluster: &Cluster) {
    let admin = cluster.admin();
    let moved = Ask::get("/openapi/v3/version?hash=0A").of(&admin).await;
    assert_eq!((moved.code, moved.text.as_str()), (301, ""));
    let location = moved.headers["location"].to_str().unwrap();
    assert_eq!(location, address("version", &admin).await);
}

pub(super) async fn a_known_document_is_not_sent_again(cluster: &Cluster) {
    let admin = cluster.admin();
    let first = Ask::get("/openapi/v3/version").of(&admin).await;
    let tag = first.headers["etag"].to_str().unwrap();
    let again = Ask::get("/openapi/v3/version").set("if-none-match", tag);
    let again = again.of(&admin).await;
    assert_eq!((again.code, again.text.as_str()), (304, ""));
    let other = Ask::get("/openapi/v3/version").set("if-none-match", "\"0A\"");
    assert_eq!(other.of(&admin).await.code, 200);
}

pub(super) async fn a_document_is_json_or_nothing(cluster: &Cluster) {
    let admin = cluster.admin();
    for (accept, code) in [
        ("text/html", 406),
        ("text/html, application/json", 200),
        ("*/*", 200),
    ] {
        let ask = Ask::get("/openapi/v3/version").set("accept", accept);
        let answer = ask.of(&admin).await;
        assert_eq!(answer.code, code, "{accept}");
        assert_eq!(answer.headers["vary"], "Accept");
    }
}

pub(super) async fn an_unknown_document_is_not_found(cluster: &Cluster) {
    for name in ["apis/none.example/v1", "apis/apps/v9", ""] {
        let ask = Ask::get(format!("/openapi/v3/{name}"));
        let answer = ask.of(&cluster.admin()).await;
        assert_eq!((answer.code, answer.text.as_str()), (404, ""), "{name}");
    }
}

pub(super) async fn kinds_have_their_schema(cluster: &Cluster) {
    let document = document("apis/apps/v1", &cluster.admin()).await;
    let schemas = &document["components"]["schemas"];
    let deployment = &schemas["io.k8s.api.apps.v1.Deployment"];
    assert_eq!(
        deployment["x-kubernetes-group-version-kind"],
        json!([{"group": "apps", "kind": "Deployment", "version": "v1"}])
    );
    let spec = &schemas["io.k8s.api.apps.v1.DeploymentSpec"];
    assert_eq!(spec["required"], json!(["selector", "template"]));
    let replicas = &spec["properties"]["replicas"];
    assert_eq!(
        (&replicas["type"], &replicas["format"]),
        (&json!("integer"), &json!("int32"))
    );
    assert!(
        replicas["description"]
            .as_str()
            .unwrap()
            .contains("Number of desired pods")
    );
    let containers = &schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"];
    assert_eq!(containers["x-kubernetes-list-type"], "map");
    assert_eq!(containers["x-kubernetes-list-map-keys"], json!(["name"]));
    assert_eq!(containers["x-kubernetes-patch-merge-key"], "name");
    assert_eq!(containers["x-kubernetes-patch-strategy"], "merge");
    let ports = &schemas["io.k8s.api.core.v1.Container"]["properties"]["ports"]["items"];
    assert_eq!(ports["default"], json!({}));
}

pub(super) async fn paths_have_their_parameters(cluster: &Cluster) {
    let document = document("apis/apps/v1", &cluster.admin()).await;
    let paths = &document["paths"];
    let one = &paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"];
    let names: Vec<&str> = one["patch"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["dryRun", "fieldManager", "fieldValidation", "force"]
    );
    let kind = &one["get"]["x-kubernetes-group-version-kind"];
    assert_eq!(
        kind,
        &json!({"group": "apps", "kind": "Deployment", "version": "v1"})
    );
    assert!(paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"].is_object());
}

pub(super) async fn kinds_of_definitions_have_theirs(cluster: &Cluster) {
    let admin = cluster.admin();
    let group = format!("{}.example", cluster.name("openapi"));
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("hats.{group}")},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "hats", "singular": "hat", "kind": "Hat"},
            "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}, "schema": {
                "openAPIV3Schema": {"type": "object", "description": "A hat.", "properties": {
                    "spec": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}},
                }},
            }}],
        },
    });
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    Ask::post(path, &definition).of(&admin).await.ok();
    let name = format!("apis/{group}/v1");
    let document = eventually("the document of hats", async || {
        let answer = Ask::get(format!("/openapi/v3/{name}")).of(&admin).await;
        (answer.code == 200).then(|| answer.ok())
    })
    .await;
    let reversed: Vec<&str> = group.rsplit('.').collect();
    let hat = &document["components"]["schemas"][format!("{}.v1.Hat", reversed.join("."))];
    assert_eq!(hat["description"], "A hat.");
    assert_eq!(hat["properties"]["spec"]["required"], json!(["size"]));
    assert!(hat["properties"]["metadata"]["allOf"].is_array(), "{hat}");
    let kind = json!([{"group": group, "kind": "Hat", "version": "v1"}]);
    assert_eq!(hat["x-kubernetes-group-version-kind"], kind);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let one = format!("/{name}/namespaces/{{namespace}}/hats");
    let wanted = [
        format!("/{name}/hats"),
        one.clone(),
        format!("{one}/{{name}}"),
        format!("{one}/{{name}}/status"),
    ];
    assert_eq!(paths, wanted.iter().collect::<Vec<_>>());
    let path = format!("{path}/hats.{group}");
    Ask::delete(path).of(&admin).await.ok();
    eventually("the document's end", async || {
        let answer = Ask::get(format!("/openapi/v3/{name}")).of(&admin).await;
        (answer.code == 404).then_some(())
    })
    .await;
}

pub(super) async fn everybody_may_read_it_who_is_somebody(cluster: &Cluster) {
    let ask = || Ask::get("/openapi/v3/version");
    assert_eq!(ask().of(&cluster.pod()).await.code, 200);
    assert_eq!(ask().of(&cluster.anonymous()).await.code, 403);
}

async fn address(name: &str, client: &Client) -> String {
    let index = Ask::get("/openapi/v3").of(client).await.ok();
    let url = &index["paths"][name]["serverRelativeURL"];
    url.as_str().unwrap().to_owned()
}

async fn document(name: &str, client: &Client) -> Value {
    let url = address(name, client).await;
    Ask::get(url).of(client).await.ok()
}
