//! Server-side apply: several managers of one object, and who owns which of its fields.

use http::Method;
use http::header::{CONTENT_TYPE, USER_AGENT};
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// The path of ConfigMaps' `map` in a namespace of its own.
pub(super) async fn place(cluster: &Cluster) -> String {
    let namespace = cluster.namespace().await;
    at(&namespace, "configmaps/map")
}

pub(super) fn map(data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "map"}, "data": data})
}

/// Applies as a manager; what follows its name goes into the query.
pub(super) async fn apply(cluster: &Cluster, path: &str, manager: &str, wanted: Value) -> Answer {
    let ask = Ask::new(Method::PATCH, format!("{path}?fieldManager={manager}")).body(&wanted);
    let ask = ask.set(CONTENT_TYPE.as_str(), "application/apply-patch+yaml");
    ask.of(&cluster.admin()).await
}

/// What each manager owns: its name, how it wrote, and the fields.
pub(super) fn owned(object: &Value) -> Vec<(String, String, Value)> {
    let entries = object["metadata"]["managedFields"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let entries = entries.into_iter().flatten();
    entries
        .map(|entry| {
            let how = format!(
                "{}{}",
                text(&entry["operation"]),
                text(&entry["subresource"])
            );
            (text(&entry["manager"]), how, entry["fieldsV1"].clone())
        })
        .collect()
}

pub(super) fn owner(manager: &str, how: &str, fields: Value) -> (String, String, Value) {
    (manager.to_owned(), how.to_owned(), fields)
}

pub(super) async fn what_is_not_there_comes_about(cluster: &Cluster) {
    let path = place(cluster).await;
    let answer = apply(cluster, &path, "one", map(json!({"a": "1"}))).await;
    assert_eq!(answer.code, 201);
    let made = answer.ok();
    assert_eq!(made["data"], json!({"a": "1"}));
    let fields = json!({"f:data": {"f:a": {}}});
    assert_eq!(owned(&made), [owner("one", "Apply", fields)]);
    let entry = &made["metadata"]["managedFields"][0];
    assert_eq!(
        (&entry["apiVersion"], &entry["fieldsType"]),
        (&"v1".into(), &"FieldsV1".into())
    );
}

pub(super) async fn the_same_again_makes_no_version(cluster: &Cluster) {
    let path = place(cluster).await;
    let wanted = || map(json!({"a": "1"}));
    let made = apply(cluster, &path, "one", wanted()).await.ok();
    let answer = apply(cluster, &path, "one", wanted()).await;
    assert_eq!(answer.code, 200);
    assert_eq!(answer.ok()["metadata"], made["metadata"]);
}

pub(super) async fn what_is_left_out_goes(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "2"})))
        .await
        .ok();
    let new = apply(cluster, &path, "one", map(json!({"b": "2"})))
        .await
        .ok();
    assert_eq!(new["data"], json!({"b": "2"}));
    let fields = json!({"f:data": {"f:b": {}}});
    assert_eq!(owned(&new), [owner("one", "Apply", fields)]);
}

pub(super) async fn what_another_owns_stays(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "2"})))
        .await
        .ok();
    apply(cluster, &path, "two", map(json!({"b": "2", "c": "3"})))
        .await
        .ok();
    let new = apply(cluster, &path, "one", map(json!({}))).await.ok();
    assert_eq!(new["data"], json!({"b": "2", "c": "3"}));
    let two = json!({"f:data": {"f:b": {}, "f:c": {}}});
    assert!(owned(&new).contains(&owner("two", "Apply", two)), "{new}");
}

pub(super) async fn whoever_forces_takes_over(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "1"})))
        .await
        .ok();
    let new = apply(cluster, &path, "two&force=true", map(json!({"a": "2"})))
        .await
        .ok();
    assert_eq!(new["data"], json!({"a": "2", "b": "1"}));
    let expected = [
        owner("one", "Apply", json!({"f:data": {"f:b": {}}})),
        owner("two", "Apply", json!({"f:data": {"f:a": {}}})),
    ];
    assert_eq!(owned(&new), expected);
}

pub(super) async fn one_value_may_be_owned_by_two(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1"})))
        .await
        .ok();
    let new = apply(cluster, &path, "two", map(json!({"a": "1"})))
        .await
        .ok();
    let mut names: Vec<String> = owned(&new).into_iter().map(|(name, ..)| name).collect();
    names.sort();
    assert_eq!(names, ["one", "two"]);
    let new = apply(cluster, &path, "one", map(json!({}))).await.ok();
    assert_eq!(new["data"], json!({"a": "1"}));
}

pub(super) async fn a_create_owns_what_it_says_and_its_defaults(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let service = json!({"metadata": {"name": "s", "labels": {"a": "b"}}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}});
    let path = at(&namespace, "services?fieldManager=maker");
    let made = Ask::post(path, &service).of(&cluster.admin()).await.ok();
    let fields = json!({
        "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
        "f:spec": {
            "f:clusterIP": {},
            "f:internalTrafficPolicy": {},
            "f:ports": {
                ".": {},
                "k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {}},
            },
            "f:sessionAffinity": {},
            "f:type": {},
        },
    });
    assert_eq!(owned(&made), [owner("maker", "Update", fields)]);
}

pub(super) async fn a_writer_without_a_name_is_its_user_agent(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let ask = Ask::post(at(&namespace, "configmaps"), &map(json!({"a": "1"})));
    let ask = ask.set(USER_AGENT.as_str(), "robot/1.2 (linux)");
    let made = ask.of(&cluster.admin()).await.ok();
    let fields = json!({"f:data": {".": {}, "f:a": {}}});
    assert_eq!(owned(&made), [owner("robot", "Update", fields)]);
}

pub(super) async fn a_patch_takes_what_it_changes(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "1"})))
        .await
        .ok();
    let ask = Ask::patch(
        format!("{path}?fieldManager=two"),
        "merge",
        &json!({"data": {"a": "2"}}),
    );
    let new = ask.of(&cluster.admin()).await.ok();
    let expected = [
        owner("one", "Apply", json!({"f:data": {"f:b": {}}})),
        owner("two", "Update", json!({"f:data": {"f:a": {}}})),
    ];
    assert_eq!(owned(&new), expected);
    let answer = apply(cluster, &path, "one", map(json!({"a": "1", "b": "1"}))).await;
    let says = r#"Apply failed with 1 conflict: conflict with "two" using v1: .data.a"#;
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn a_replacement_takes_and_loses(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "1"})))
        .await
        .ok();
    let ask = Ask::put(
        format!("{path}?fieldManager=two"),
        &map(json!({"b": "2", "c": "3"})),
    );
    let new = ask.of(&cluster.admin()).await.ok();
    let fields = json!({"f:data": {"f:b": {}, "f:c": {}}});
    assert_eq!(owned(&new), [owner("two", "Update", fields)]);
}

pub(super) async fn items_are_owned_by_their_key(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "services/s");
    let service = |ports: Value| {
        let spec = json!({"clusterIP": "None", "ports": ports});
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec})
    };
    let ports = json!([{"name": "a", "port": 80}, {"name": "b", "port": 81}]);
    apply(cluster, &path, "one", service(ports)).await.ok();
    let other = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
        "spec": {"ports": [{"name": "c", "port": 82, "protocol": "UDP"}]}});
    let new = apply(cluster, &path, "two", other).await.ok();
    let names = |object: &Value| -> Vec<String> {
        let ports = object["spec"]["ports"].as_array().into_iter().flatten();
        ports
            .map(|port| port["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&new), ["a", "b", "c"]);
    let new = apply(
        cluster,
        &path,
        "one",
        service(json!([{"name": "b", "port": 81}])),
    )
    .await
    .ok();
    assert_eq!(names(&new), ["b", "c"]);
    let two = json!({"f:spec": {"f:ports": {"k:{\"port\":82,\"protocol\":\"UDP\"}": {
        ".": {}, "f:name": {}, "f:port": {}, "f:protocol": {},
    }}}});
    assert!(owned(&new).contains(&owner("two", "Apply", two)), "{new}");
}

pub(super) async fn an_atomic_list_is_owned_whole(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "pods/p");
    let pod = |args: Value| {
        let containers = json!([{"name": "a", "image": "registry.example/a:1", "args": args}]);
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers}})
    };
    let made = apply(cluster, &path, "one", pod(json!(["x", "y"])))
        .await
        .ok();
    let (.., fields) = owned(&made).remove(0);
    let container = &fields["f:spec"]["f:containers"]["k:{\"name\":\"a\"}"];
    assert_eq!(
        *container,
        json!({".": {}, "f:args": {}, "f:image": {}, "f:name": {}})
    );
    let answer = apply(cluster, &path, "two", pod(json!(["x"]))).await;
    let says =
        r#"Apply failed with 1 conflict: conflict with "one": .spec.containers[name="a"].args"#;
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn members_of_a_set_are_owned_one_by_one(cluster: &Cluster) {
    let path = place(cluster).await;
    let with = |names: &[&str]| {
        let metadata = json!({"name": "map", "finalizers": names});
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    };
    apply(cluster, &path, "one", with(&["x.example/a", "x.example/b"]))
        .await
        .ok();
    let new = apply(cluster, &path, "two", with(&["x.example/c"]))
        .await
        .ok();
    let all = json!(["x.example/a", "x.example/b", "x.example/c"]);
    assert_eq!(new["metadata"]["finalizers"], all);
    let new = apply(cluster, &path, "one", with(&["x.example/b"]))
        .await
        .ok();
    assert_eq!(
        new["metadata"]["finalizers"],
        json!(["x.example/b", "x.example/c"])
    );
    let fields = json!({"f:metadata": {"f:finalizers": {"v:\"x.example/b\"": {}}}});
    assert!(
        owned(&new).contains(&owner("one", "Apply", fields)),
        "{new}"
    );
    apply(cluster, &path, "one", with(&[])).await.ok();
    apply(cluster, &path, "two", with(&[])).await.ok();
}

pub(super) async fn a_status_is_owned_apart(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "pods/p");
    let containers = json!([{"name": "a", "image": "registry.example/a:1"}]);
    let pod = |part: &str, holds: Value| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"by": part}}, part: holds});
    let spec = pod("spec", json!({"containers": containers}));
    apply(cluster, &path, "one", spec).await.ok();
    let status = pod("status", json!({"message": "fine"}));
    let new = apply(cluster, &format!("{path}/status"), "one&force=true", status)
        .await
        .ok();
    assert_eq!(new["status"]["message"], "fine");
    let fields = json!({"f:metadata": {"f:labels": {"f:by": {}}}, "f:status": {"f:message": {}}});
    let entry = owner("one", "Applystatus", fields);
    assert!(owned(&new).contains(&entry), "{new}");
    let spec = pod("spec", json!({"containers": containers}));
    let answer = apply(cluster, &path, "two", spec).await;
    let says = r#"Apply failed with 1 conflict: conflict with "one" with subresource "status": .metadata.labels.by"#;
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn a_dry_run_tells_what_would_be(cluster: &Cluster) {
    let path = place(cluster).await;
    let answer = apply(cluster, &path, "one&dryRun=All", map(json!({"a": "1"}))).await;
    assert_eq!(answer.code, 201);
    let absent = Ask::get(&path).of(&cluster.admin()).await;
    assert_eq!(absent.code, 404);
    apply(cluster, &path, "one", map(json!({"a": "1"})))
        .await
        .ok();
    let new = apply(cluster, &path, "one&dryRun=All", map(json!({"a": "2"})))
        .await
        .ok();
    assert_eq!(new["data"], json!({"a": "2"}));
    let there = Ask::get(&path).of(&cluster.admin()).await.ok();
    assert_eq!(there["data"], json!({"a": "1"}));
}

pub(super) async fn old_writers_become_one(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1"})))
        .await
        .ok();
    let mut new = Value::Null;
    for number in 0..12 {
        let change = json!({"data": {format!("k{number}"): "x"}});
        let ask = Ask::patch(
            format!("{path}?fieldManager=w{number:02}"),
            "merge",
            &change,
        );
        new = ask.of(&cluster.admin()).await.ok();
    }
    let writers: Vec<String> = owned(&new)
        .into_iter()
        .filter(|(_, how, _)| how == "Update")
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(writers.len(), 10, "{writers:?}");
    assert!(
        writers.contains(&"ancient-changes".to_owned()),
        "{writers:?}"
    );
}
