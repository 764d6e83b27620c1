//! Server-side apply refused: fields of others, and what makes no sense.

use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::applying::{apply, map, owned, owner, place};
use crate::Cluster;
use crate::cluster::{Ask, at};

pub(super) async fn another_value_is_a_conflict(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1"})))
        .await
        .ok();
    let answer = apply(cluster, &path, "two", map(json!({"a": "2"}))).await;
    let says = r#"Apply failed with 1 conflict: conflict with "one": .data.a"#;
    answer.refuses(409, "Conflict", says);
    let cause = ("FieldManagerConflict", "conflict with \"one\"", ".data.a");
    assert_eq!(answer.causes(), [cause]);
}

pub(super) async fn several_conflicts_are_told_by_manager(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1", "b": "1"})))
        .await
        .ok();
    apply(cluster, &path, "two", map(json!({"c": "1"})))
        .await
        .ok();
    let wanted = map(json!({"a": "2", "b": "2", "c": "2"}));
    let answer = apply(cluster, &path, "three", wanted).await;
    let says = "Apply failed with 3 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b\nconflicts with \"two\":\n- \
                .data.c";
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn an_item_twice_is_refused(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "services/s");
    let wanted = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
        "spec": {"ports": [{"port": 80}, {"port": 80}]}});
    let answer = apply(cluster, &path, "one", wanted).await;
    let says = "failed to create typed patch object (/s; /v1, Kind=Service): .spec.ports: duplicate entries for key \
                [port=80,protocol=\"TCP\"]";
    assert_eq!((answer.code, &answer.body["message"]), (500, &says.into()));
}

pub(super) async fn a_scale_is_owned_by_whoever_sets_it(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/web");
    let template = json!({"metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "a", "image": "registry.example/a:1"}]}});
    let spec =
        json!({"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template});
    let wanted = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec});
    apply(cluster, &path, "one", wanted.clone()).await.ok();
    let scale = format!("{path}/scale?fieldManager=scaler");
    let ask = Ask::patch(scale, "merge", &json!({"spec": {"replicas": 1}}));
    ask.of(&cluster.admin()).await.ok();
    let answer = apply(cluster, &path, "one", wanted).await;
    let says = r#"Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using apps/v1: .spec.replicas"#;
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn kubectl_takes_over_from_its_annotation(cluster: &Cluster) {
    let path = place(cluster).await;
    let applied = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"map"},"data":{"a":"1","b":"1"}}"#;
    let mut before = map(json!({"a": "1", "b": "1"}));
    before["metadata"]["annotations"] =
        json!({"kubectl.kubernetes.io/last-applied-configuration": applied});
    let collection = path.trim_end_matches("/map");
    let ask = Ask::post(
        format!("{collection}?fieldManager=kubectl-client-side-apply"),
        &before,
    );
    ask.of(&cluster.admin()).await.ok();
    let answer = apply(cluster, &path, "another", map(json!({"a": "2"}))).await;
    let says = r#"Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a"#;
    answer.refuses(409, "Conflict", says);
    let new = apply(cluster, &path, "kubectl", map(json!({"a": "2"})))
        .await
        .ok();
    assert_eq!(new["data"], json!({"a": "2", "b": "1"}));
    let annotation =
        &new["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"];
    let annotation: Value = serde_json::from_str(annotation.as_str().unwrap()).unwrap();
    assert_eq!(annotation["data"], json!({"a": "2"}));
}

pub(super) async fn an_object_without_managers_gets_one_for_what_was(cluster: &Cluster) {
    let path = place(cluster).await;
    apply(cluster, &path, "one", map(json!({"a": "1"})))
        .await
        .ok();
    let forget = json!({"metadata": {"managedFields": [{}]}});
    let new = Ask::patch(&path, "merge", &forget)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(new["metadata"].get("managedFields"), None);
    let new = apply(cluster, &path, "two", map(json!({"b": "2"})))
        .await
        .ok();
    let before = json!({"f:data": {".": {}, "f:a": {}}});
    let expected = [
        owner("two", "Apply", json!({"f:data": {"f:b": {}}})),
        owner("before-first-apply", "Update", before),
    ];
    assert_eq!(owned(&new), expected);
}

pub(super) async fn a_manager_is_wanted(cluster: &Cluster) {
    let path = place(cluster).await;
    let answer = apply(cluster, &path, "", map(json!({}))).await;
    let says = r#"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"#;
    answer.refuses(422, "Invalid", says);
    let long = "m".repeat(129);
    let answer = apply(cluster, &path, &long, map(json!({}))).await;
    let says = r#"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes"#;
    answer.refuses(422, "Invalid", says);
}

pub(super) async fn another_kind_or_version_is_refused(cluster: &Cluster) {
    let path = place(cluster).await;
    let mut other = map(json!({}));
    other["apiVersion"] = "v2".into();
    let answer = apply(cluster, &path, "one", other).await;
    answer.refuses(
        400,
        "BadRequest",
        "invalid object type: /v2, Kind=ConfigMap",
    );
    let answer = apply(cluster, &path, "one", json!({"metadata": {"name": "map"}})).await;
    answer.refuses(400, "BadRequest", "invalid object type: /, Kind=");
}

pub(super) async fn what_does_not_fit_is_told_with_its_path(cluster: &Cluster) {
    let path = place(cluster).await;
    for (field, holds, why) in [
        ("dat", json!({}), ".dat: field not declared in schema"),
        ("data", json!("x"), ".data: expected map, got &{x}"),
        (
            "data",
            json!({"a": 5}),
            ".data.a: expected string, got &value.valueUnstructured{Value:5}",
        ),
        (
            "immutable",
            json!("x"),
            ".immutable: expected boolean, got &{x}",
        ),
    ] {
        let mut wanted = map(json!({}));
        wanted[field] = holds;
        let answer = apply(cluster, &path, "one", wanted).await;
        let says =
            format!("failed to create typed patch object (/map; /v1, Kind=ConfigMap): {why}");
        assert_eq!((answer.code, &answer.body["message"]), (500, &says.into()));
    }
}

pub(super) async fn managers_are_not_applied(cluster: &Cluster) {
    let path = place(cluster).await;
    let mut wanted = map(json!({}));
    wanted["metadata"]["managedFields"] = json!([]);
    let answer = apply(cluster, &path, "one", wanted).await;
    answer.refuses(400, "BadRequest", "metadata.managedFields must be nil");
}

pub(super) async fn a_name_and_an_identity_are_held_to(cluster: &Cluster) {
    let path = place(cluster).await;
    let mut wanted = map(json!({}));
    wanted["metadata"]["uid"] = "b".into();
    let answer = apply(cluster, &path, "one", wanted.clone()).await;
    let says = "Operation cannot be fulfilled on configmaps \"map\": uid mismatch: the provided object specified uid b, \
                and no existing object was found";
    answer.refuses(409, "Conflict", says);
    wanted["metadata"] = json!({"name": "other"});
    let answer = apply(cluster, &path, "one", wanted).await;
    let says = "the name of the object (other) does not match the name on the URL (map)";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn a_key_twice_is_warned_of_or_refused(cluster: &Cluster) {
    let path = place(cluster).await;
    let text = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"map"},"data":{"a":"1","a":"2"}}"#;
    let ask = |query: &str| {
        let ask = Ask::new(Method::PATCH, format!("{path}?fieldManager=one{query}")).text(text);
        ask.set(CONTENT_TYPE.as_str(), "application/apply-patch+yaml")
    };
    let answer = ask("").of(&cluster.admin()).await;
    let warning = answer.headers.get("warning").unwrap().to_str().unwrap();
    assert_eq!(warning, r#"299 - "line 1: key \"a\" already set in map""#);
    answer.ok();
    let answer = ask("&fieldValidation=Strict").of(&cluster.admin()).await;
    let says = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key \"a\" \
                already set in map";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn a_status_of_nothing_is_not_found(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let path = at(&namespace, "pods/none/status");
    let wanted = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "none"}});
    let answer = apply(cluster, &path, "one", wanted).await;
    answer.refuses(404, "NotFound", r#"pods "none" not found"#);
}
