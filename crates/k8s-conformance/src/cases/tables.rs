//! Tables: columns and cells of each kind, and how much of the objects comes with them.
//!
//! `tables/rows.json` holds objects of each kind, with the status that they are given and the cells that a real server
//! told: `$NS` stands for a namespace and `$NAME` for a name; ages, times, addresses and UIDs are words. A `dry` one is
//! asked for without being made, for it would matter to the whole cluster.

use k8s_client::Client;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at, events_as, map};

const ROWS: &str = include_str!("tables/rows.json");
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

pub(super) async fn cells_of_pods_tell_their_state(cluster: &Cluster) {
    compare(cluster, "pods").await;
}

pub(super) async fn cells_of_workloads_are_made_by_their_kind(cluster: &Cluster) {
    compare(cluster, "workloads").await;
}

pub(super) async fn cells_of_networking_are_made_by_their_kind(cluster: &Cluster) {
    compare(cluster, "network").await;
}

pub(super) async fn cells_of_core_kinds_are_made_by_their_kind(cluster: &Cluster) {
    compare(cluster, "core").await;
}

pub(super) async fn cells_of_storage_are_made_by_their_kind(cluster: &Cluster) {
    compare(cluster, "storage").await;
}

pub(super) async fn cells_of_policies_are_made_by_their_kind(cluster: &Cluster) {
    compare(cluster, "access").await;
}

pub(super) async fn a_list_has_a_row_for_each_object(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    for name in ["a", "b", "c"] {
        let map = serde_json::to_value(map(name)).unwrap();
        Ask::post(at(&namespace, "configmaps"), &map)
            .of(&admin)
            .await
            .ok();
    }
    // The CA's bundle comes when a controller has time.
    let path = at(
        &namespace,
        "configmaps?fieldSelector=metadata.name!=kube-root-ca.crt",
    );
    let table = get(&path, &admin).await.ok();
    assert_eq!(first_cells(&table), ["a", "b", "c"]);
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    assert_eq!(column_names(&table), ["Name", "Data", "Age"]);
    let page = get(&format!("{path}&limit=2"), &admin).await.ok();
    assert_eq!(first_cells(&page), ["a", "b"]);
    assert!(page["metadata"]["continue"].is_string(), "{page}");
}

pub(super) async fn an_empty_list_has_columns(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let table = get(&at(&namespace, "pods"), &cluster.admin()).await.ok();
    assert_eq!(table["rows"], json!([]));
    assert_eq!(column_names(&table)[..2], ["Name", "Ready"]);
    let path = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles");
    let table = get(&path, &cluster.admin()).await.ok();
    assert_eq!(
        (&table["rows"], table.get("rows")),
        (&Value::Null, Some(&Value::Null))
    );
    assert_eq!(column_names(&table), ["Name", "Created At"]);
}

pub(super) async fn objects_come_with_their_rows_as_they_are_asked_for(cluster: &Cluster) {
    let admin = cluster.admin();
    for (include, kind) in [
        ("", json!("PartialObjectMetadata")),
        ("?includeObject=Metadata", json!("PartialObjectMetadata")),
        ("?includeObject=Object", json!("Namespace")),
        ("?includeObject=None", Value::Null),
    ] {
        let table = get(&format!("/api/v1/namespaces/default{include}"), &admin)
            .await
            .ok();
        assert_eq!(table["rows"][0]["object"]["kind"], kind, "{include}");
        assert!(table["metadata"]["resourceVersion"].is_string());
    }
}

pub(super) async fn an_unknown_amount_of_objects_is_refused(cluster: &Cluster) {
    let answer = get("/api/v1/namespaces?includeObject=Some", &cluster.admin()).await;
    answer.refuses(
        400,
        "BadRequest",
        "Unable to convert to Table as requested: includeObject: Invalid value: \"Some\": must be 'Metadata', 'Object', \
         'None', or empty",
    );
}

pub(super) async fn a_watch_names_the_columns_once(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let path = at(&namespace, "secrets");
    for name in ["a", "b"] {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
        Ask::post(&path, &secret).of(&admin).await.ok();
    }
    let watch = format!("{path}?watch=1&timeoutSeconds=5");
    let told = events_as(TABLE, &admin, &watch, 2).await;
    let columns: Vec<usize> = told
        .iter()
        .map(|event| column_names(&event["object"]).len())
        .collect();
    assert_eq!(columns, [4, 0]);
    assert_eq!(
        told[1]["object"].get("columnDefinitions"),
        Some(&Value::Null)
    );
    assert_eq!(first_cells(&told[1]["object"]), ["b"]);
}

pub(super) async fn a_bookmark_is_a_row_of_nothing(cluster: &Cluster) {
    let path = "/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=5&sendInitialEvents=true&includeObject=None\
                &resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name=none";
    let told = events_as(TABLE, &cluster.admin(), path, 1).await;
    assert_eq!(told[0]["type"], "BOOKMARK");
    let row = &told[0]["object"]["rows"][0];
    let nothing = "<none>";
    let cells = json!([
        "",
        "0/0",
        "",
        "0",
        "<unknown>",
        nothing,
        nothing,
        nothing,
        nothing
    ]);
    assert_eq!(row["cells"], cells);
    let annotations = &row["object"]["metadata"]["annotations"];
    assert_eq!(annotations["k8s.io/initial-events-end"], "true");
}

pub(super) async fn a_scale_is_a_row(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    let deployment = crate::cluster::deployment("web");
    let deployment = serde_json::to_value(deployment).unwrap();
    let created = Ask::post(&path, &deployment).set("accept", TABLE);
    let table = created.of(&admin).await.ok();
    assert_eq!(masked(&table["rows"][0]["cells"][1]), "0/0");
    let table = get(&format!("{path}/web/scale"), &admin).await.ok();
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    let cells: Vec<Value> = cells.iter().map(masked).collect();
    assert_eq!(cells, [json!("web"), json!(0), json!(0), json!("AGE")]);
}

pub(super) async fn what_is_gone_is_no_table(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let path = at(&namespace, "configmaps/none");
    let answer = get(&path, &admin).await;
    answer.refuses(404, "NotFound", "configmaps \"none\" not found");
    let map = serde_json::to_value(map("one")).unwrap();
    Ask::post(at(&namespace, "configmaps"), &map)
        .of(&admin)
        .await
        .ok();
    let delete = Ask::delete(at(&namespace, "configmaps/one")).set("accept", TABLE);
    assert_eq!(delete.of(&admin).await.ok()["kind"], "Status");
}

pub(super) async fn no_table_is_made_of_a_review(cluster: &Cluster) {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}},
    });
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let ask = Ask::post(path, &review).set("accept", TABLE);
    assert_eq!(ask.of(&cluster.admin()).await.code, 406);
    let ask = Ask::get("/api/v1").set("accept", TABLE);
    assert_eq!(ask.of(&cluster.admin()).await.code, 406);
}

/// Makes each object of a group, and compares the cells of its row with those that a real server told.
async fn compare(cluster: &Cluster, group: &str) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let rows: Value = serde_json::from_str(ROWS).unwrap();
    let mut differing = Vec::new();
    for row in rows[group].as_array().unwrap() {
        let name = cluster.name("row");
        let filled = row
            .to_string()
            .replace("$NS", &namespace)
            .replace("$NAME", &name);
        let row: Value = serde_json::from_str(&filled).unwrap();
        let table = table_of(&row, &admin).await;
        let cells = table["rows"][0]["cells"].as_array().unwrap();
        let cells: Value = cells.iter().map(masked).collect();
        if cells != row["cells"] {
            differing.push(format!("{}\n  {cells}\n  {}", row["path"], row["cells"]));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

async fn table_of(row: &Value, admin: &Client) -> Value {
    let path = row["path"].as_str().unwrap();
    if row["dry"] == true {
        let ask = Ask::post(format!("{path}?dryRun=All"), &row["object"]);
        return ask.set("accept", TABLE).of(admin).await.ok();
    }
    let made = Ask::post(path, &row["object"]).of(admin).await.ok();
    let path = format!("{path}/{}", made["metadata"]["name"].as_str().unwrap());
    if let Some(status) = row.get("status") {
        let patch = json!({"status": status});
        let ask = Ask::patch(format!("{path}/status"), "merge", &patch);
        ask.of(admin).await.ok();
    }
    get(&path, admin).await.ok()
}

async fn get(path: &str, client: &Client) -> Answer {
    Ask::get(path).set("accept", TABLE).of(client).await
}

fn first_cells(table: &Value) -> Vec<&str> {
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| row["cells"][0].as_str().unwrap()).collect()
}

fn column_names(table: &Value) -> Vec<&str> {
    let columns = table["columnDefinitions"].as_array().into_iter().flatten();
    columns
        .map(|column| column["name"].as_str().unwrap())
        .collect()
}

/// A cell without what is of one moment or one run.
fn masked(cell: &Value) -> Value {
    let Some(text) = cell.as_str() else {
        return cell.clone();
    };
    let is_age = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.ends_with(['s', 'm', 'h', 'd', 'y'])
            && text.bytes().all(|byte| b"0123456789smhdy".contains(&byte))
    };
    if is_age(text) {
        return "AGE".into();
    }
    if let Some((number, rest)) = text.split_once(" (")
        && rest.strip_suffix(" ago)").is_some_and(is_age)
    {
        return format!("{number} (AGE ago)").into();
    }
    if text.starts_with("10.0.") {
        return "ADDRESS".into();
    }
    if text.len() == 20 && text.starts_with("20") && text.ends_with('Z') {
        return "TIME".into();
    }
    match text.split_once("controller-uid=") {
        Some((before, _)) => format!("{before}controller-uid=UID").into(),
        None => text.into(),
    }
}
