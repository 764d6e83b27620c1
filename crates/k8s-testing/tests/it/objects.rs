//! Objects: created, read, listed, replaced, deleted; and what is refused, in which words.

use k8s_testing::ApiServer;
use serde_json::{Value, json};

use crate::client::User;

pub(crate) const PODS: &str = "/api/v1/namespaces/default/pods";
const SECRETS: &str = "/api/v1/namespaces/default/secrets";

pub(crate) fn pod(name: &str) -> Value {
    json!({"metadata": {"name": name}, "spec": {"containers": [{"name": "a", "image": "b"}]}})
}

#[tokio::test]
async fn a_pod_lives_and_goes() {
    let admin = User::admin(&ApiServer::new());
    let created = admin.post(PODS, &pod("p")).await.is(201).json;
    assert_eq!(
        (&created["kind"], &created["apiVersion"]),
        (&json!("Pod"), &json!("v1"))
    );
    assert_eq!(created["metadata"]["namespace"], "default");
    assert_eq!(created["status"]["phase"], "Pending");
    assert_eq!(created["spec"]["restartPolicy"], "Always");
    assert_eq!(created["metadata"]["uid"].as_str().unwrap().len(), 36);
    let read = admin.get(&format!("{PODS}/p")).await.is(200);
    assert_eq!(read.json, created);
    assert_eq!(read.headers["content-type"], "application/json");
    assert_eq!(read.headers["audit-id"].len(), 36);
    let deleted = admin.delete(&format!("{PODS}/p")).await.is(200).json;
    assert_eq!(deleted["kind"], "Pod");
    let gone =
        admin
            .get(&format!("{PODS}/p"))
            .await
            .refuses(404, "NotFound", r#"pods "p" not found"#);
    assert_eq!(gone.json["details"], json!({"name": "p", "kind": "pods"}));
}

#[tokio::test]
async fn names_are_taken_once_or_generated() {
    let admin = User::admin(&ApiServer::new());
    admin.post(PODS, &pod("p")).await.is(201);
    admin
        .post(PODS, &pod("p"))
        .await
        .refuses(409, "AlreadyExists", r#"pods "p" already exists"#);
    let mut generated = pod("");
    generated["metadata"] = json!({"generateName": "p-"});
    let name = admin.post(PODS, &generated).await.is(201).json["metadata"]["name"].clone();
    assert_eq!(name.as_str().unwrap().len(), "p-".len() + 5);
    let nowhere = admin
        .post("/api/v1/namespaces/nowhere/pods", &pod("p"))
        .await;
    nowhere.refuses(404, "NotFound", r#"namespaces "nowhere" not found"#);
}

#[tokio::test]
async fn what_is_invalid_is_named_field_by_field() {
    let admin = User::admin(&ApiServer::new());
    let empty = json!({"metadata": {"name": "p"}, "spec": {"containers": []}});
    let answer = admin.post(PODS, &empty).await;
    let answer = answer.refuses(
        422,
        "Invalid",
        r#"Pod "p" is invalid: spec.containers: Required value"#,
    );
    let cause = json!({"reason": "FieldValueRequired", "message": "Required value", "field": "spec.containers"});
    assert_eq!(
        answer.json["details"],
        json!({"name": "p", "kind": "Pod", "causes": [cause]})
    );
    let text = r#"Namespace "A.b" is invalid: metadata.name: Invalid value: "A.b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"#;
    admin
        .post("/api/v1/namespaces", &json!({"metadata": {"name": "A.b"}}))
        .await
        .refuses(422, "Invalid", text);
    let text =
        r#"Secret "s" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]"#;
    let secret = json!({"metadata": {"name": "s"}, "type": "kubernetes.io/tls"});
    admin
        .post(SECRETS, &secret)
        .await
        .refuses(422, "Invalid", text);
}

#[tokio::test]
async fn bodies_that_are_no_such_object_are_bad_requests() {
    let admin = User::admin(&ApiServer::new());
    for body in [
        "",
        "[]",
        "{",
        r#"{"kind":"Secret"}"#,
        r#"{"kind":5}"#,
        r#"{"apiVersion":"apps/v1"}"#,
        r#"{"metadata":[]}"#,
        r#"{"metadata":{"name":5}}"#,
        r#"{"metadata":{"labels":{"a":1}}}"#,
        r#"{"metadata":{"labels":[]}}"#,
        r#"{"metadata":{"finalizers":{}}}"#,
        r#"{"spec":[]}"#,
        r#"{"metadata":{"name":"p","namespace":"other"}}"#,
    ] {
        let answer = admin.send("POST", PODS, body).await.is(400);
        assert_eq!(answer.json["reason"], "BadRequest", "{body}");
    }
    for body in [r#"{"data":[]}"#, r#"{"stringData":"a"}"#] {
        admin.send("POST", SECRETS, body).await.is(400);
    }
}

#[tokio::test]
async fn a_replacement_must_have_seen_what_it_replaces() {
    let admin = User::admin(&ApiServer::new());
    let secret = json!({"metadata": {"name": "s"}, "stringData": {"a": "b"}});
    let created = admin.post(SECRETS, &secret).await.is(201).json;
    assert_eq!(
        (&created["data"]["a"], &created["type"]),
        (&json!("Yg=="), &json!("Opaque"))
    );
    let uri = format!("{SECRETS}/s");
    let mut changed = created.clone();
    changed["data"]["a"] = "Yw==".into();
    let replaced = admin.put(&uri, &changed).await.is(200).json;
    assert_ne!(
        replaced["metadata"]["resourceVersion"],
        created["metadata"]["resourceVersion"]
    );
    changed["data"]["a"] = "ZA==".into();
    let text = r#"Operation cannot be fulfilled on secrets "s": the object has been modified; please apply your changes to the latest version and try again"#;
    admin
        .put(&uri, &changed)
        .await
        .refuses(409, "Conflict", text);
    let same = admin.put(&uri, &replaced).await.is(200).json;
    assert_eq!(same, replaced, "what changes nothing writes nothing");
    admin.put(&format!("{SECRETS}/t"), &changed).await.is(400);
    let mut retyped = replaced.clone();
    retyped["type"] = "kubernetes.io/basic-auth".into();
    admin.put(&uri, &retyped).await.is(422);
}

#[tokio::test]
async fn deletions_answer_wait_and_cascade() {
    let server = ApiServer::new();
    server.controller_delay(std::time::Duration::ZERO);
    let admin = User::admin(&server);
    let secret = json!({"metadata": {"name": "s"}});
    let uid = admin.post(SECRETS, &secret).await.is(201).json["metadata"]["uid"].clone();
    let status = admin.delete(&format!("{SECRETS}/s")).await.is(200).json;
    assert_eq!(status["status"], "Success");
    assert_eq!(
        status["details"],
        json!({"name": "s", "kind": "secrets", "uid": uid})
    );
    admin.delete(&format!("{SECRETS}/s")).await.is(404);

    let held = json!({"metadata": {"name": "h", "finalizers": ["example.com/hold"]}});
    admin.post(SECRETS, &held).await.is(201);
    let mut waiting = admin.delete(&format!("{SECRETS}/h")).await.is(200).json;
    assert!(waiting["metadata"]["deletionTimestamp"].is_string());
    waiting["metadata"]["finalizers"] = json!([]);
    admin.put(&format!("{SECRETS}/h"), &waiting).await.is(200);
    admin.get(&format!("{SECRETS}/h")).await.is(404);

    admin
        .post("/api/v1/namespaces", &json!({"metadata": {"name": "n"}}))
        .await
        .is(201);
    admin
        .post("/api/v1/namespaces/n/secrets", &secret)
        .await
        .is(201);
    let going = admin.delete("/api/v1/namespaces/n").await.is(200).json;
    assert_eq!(
        (&going["kind"], &going["status"]["phase"]),
        (&json!("Namespace"), &json!("Terminating"))
    );
    admin.get("/api/v1/namespaces/n").await.is(404);
    admin.get("/api/v1/namespaces/n/secrets/s").await.is(404);
    let text = r#"namespaces "default" is forbidden: this namespace may not be deleted"#;
    admin
        .delete("/api/v1/namespaces/default")
        .await
        .refuses(403, "Forbidden", text);
}

#[tokio::test]
async fn a_namespace_that_goes_takes_nothing_new() {
    let server = ApiServer::new();
    server.controller_delay(std::time::Duration::from_secs(60));
    let admin = User::admin(&server);
    admin
        .post("/api/v1/namespaces", &json!({"metadata": {"name": "n"}}))
        .await
        .is(201);
    let early = admin.post("/api/v1/namespaces/n/pods", &pod("p")).await;
    let text = r#"pods "p" is forbidden: error looking up service account n/default: serviceaccount "default" not found"#;
    early.refuses(403, "Forbidden", text);
    server.clock().advance(std::time::Duration::from_secs(60));
    admin
        .post("/api/v1/namespaces/n/pods", &pod("p"))
        .await
        .is(201);
    admin.delete("/api/v1/namespaces/n").await.is(200);
    let text = r#"secrets "s" is forbidden: unable to create new content in namespace n because it is being terminated"#;
    let late = admin
        .post(
            "/api/v1/namespaces/n/secrets",
            &json!({"metadata": {"name": "s"}}),
        )
        .await;
    late.refuses(403, "Forbidden", text);
    let again = admin.delete("/api/v1/namespaces/n").await.is(200).json;
    assert_eq!(again["status"]["phase"], "Terminating");
}

#[tokio::test]
async fn answers_by_metadata_alone() {
    let admin = User::admin(&ApiServer::new());
    admin.post(PODS, &pod("p")).await.is(201);
    let one = admin.clone().header(
        "accept",
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    );
    let read = one.get(&format!("{PODS}/p")).await.is(200).json;
    assert_eq!(
        (&read["kind"], &read["apiVersion"]),
        (&json!("PartialObjectMetadata"), &json!("meta.k8s.io/v1"))
    );
    assert!(read.get("spec").is_none());
    let many = admin.clone().header(
        "accept",
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    );
    let list = many.get(PODS).await.is(200).json;
    assert_eq!(list["kind"], "PartialObjectMetadataList");
    assert_eq!(list["items"][0]["metadata"]["name"], "p");
    one.get(PODS).await.is(406);
    many.get(&format!("{PODS}/p")).await.is(406);
    let text = "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
                application/vnd.kubernetes.protobuf, application/json;stream=watch, \
                application/vnd.kubernetes.protobuf;stream=watch";
    let cbor = admin.clone().header("accept", "application/cbor");
    cbor.get(PODS).await.refuses(406, "NotAcceptable", text);
    admin
        .clone()
        .header("content-type", "application/cbor")
        .post(PODS, &pod("q"))
        .await
        .is(415);
    let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let table = admin.clone().header("accept", table);
    let table = table.get(PODS).await.is(200).json;
    assert_eq!(table["kind"], "Table");
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    assert_eq!(cells[..3], ["p", "0/1", "Pending"]);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let admin = User::admin(&ApiServer::new());
    let unknown = "the server could not find the requested resource";
    for path in [
        "/api/v1/foos",
        "/api/v1/namespaces/default/foos/x",
        "/api/v1/namespaces/default/nodes",
        "/api/v1/pods/p",
        "/api/v1/namespaces/default/pods/p/foo",
        "/api/v1/namespaces/default/pods/p/foo/bar",
    ] {
        admin.get(path).await.refuses(404, "NotFound", unknown);
    }
    for path in ["/foo", "/apis/foo.example/v1", "/apis/foo.example/v1/bars"] {
        let answer = admin.get(path).await.is(404);
        assert_eq!(answer.text, "404 page not found\n");
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    }
    let method = "the server does not allow this method on the requested resource";
    admin
        .post("/api/v1/pods", &pod("p"))
        .await
        .refuses(405, "MethodNotAllowed", method);
    admin
        .post(&format!("{PODS}/p"), &pod("p"))
        .await
        .refuses(405, "MethodNotAllowed", method);
}

#[tokio::test]
async fn versions_of_known_groups_are_looked_for_in_vain() {
    let admin = User::admin(&ApiServer::new());
    let unknown = "the server could not find the requested resource";
    for path in [
        "/api/v2",
        "/api/v2/pods",
        "/apis/coordination.k8s.io/v9",
        "/apis/coordination.k8s.io/v9/leases",
    ] {
        admin.get(path).await.refuses(404, "NotFound", unknown);
    }
    admin.send("HEAD", "/api/v1/pods", "").await.is(405);
}

#[tokio::test]
async fn discovery_lists_what_is_served() {
    let admin = User::admin(&ApiServer::new());
    assert_eq!(
        admin.get("/api").await.is(200).json["versions"],
        json!(["v1"])
    );
    let groups = admin.get("/apis").await.is(200).json;
    assert_eq!(groups["kind"], "APIGroupList");
    for group in groups["groups"].as_array().unwrap() {
        let path = format!("/apis/{}", group["name"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.is(200).json["kind"], "APIGroup");
        let version = group["preferredVersion"]["groupVersion"].as_str().unwrap();
        assert_eq!(
            admin.get(&format!("/apis/{version}")).await.is(200).json["groupVersion"],
            version
        );
    }
    let core = admin.get("/api/v1").await.is(200).json;
    let pods = core["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["name"] == "pods")
        .unwrap();
    assert_eq!(
        (&pods["kind"], &pods["namespaced"], &pods["shortNames"]),
        (&json!("Pod"), &json!(true), &json!(["po"]))
    );
    assert_eq!(admin.get("/version").await.is(200).json["minor"], "36");
}

#[tokio::test]
async fn people_get_indented_answers() {
    let admin = User::admin(&ApiServer::new());
    let plain = admin.get("/api").await.is(200);
    assert!(plain.text.ends_with("}\n") && !plain.text.contains("\n "));
    for user in [
        admin.clone().header("user-agent", "curl/8.5.0"),
        admin.clone(),
    ] {
        let pretty = user.get("/api?pretty=1").await.is(200);
        assert!(
            pretty.text.starts_with("{\n  \"") && pretty.text.ends_with('}'),
            "{}",
            pretty.text
        );
        assert_eq!(pretty.json, plain.json);
    }
    let curl = admin.header("user-agent", "curl/8.5.0");
    assert_eq!(curl.get("/api?pretty=false").await.is(200).text, plain.text);
    assert!(
        curl.get("/api/v1/foos")
            .await
            .is(404)
            .text
            .starts_with("{\n")
    );
}
