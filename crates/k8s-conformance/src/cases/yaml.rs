//! YAML in requests and answers.

use http::Method;
use serde_json::json;

use crate::Cluster;
use crate::cluster::{Ask, at};

const YAML: &str = "application/yaml";

pub(super) async fn yaml_is_read_and_written(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let body = "# a map\nkind: ConfigMap\nmetadata:\n  name: one\n  labels: {x: \"1\", y: 'true'}\ndata:\n  a: |\n    l1\n    \
                l2\n  b: \"yes\"\n  c: plain\n---\nkind: Pod\n";
    let answer = Ask::post_raw(at(&namespace, "configmaps"), YAML, body)
        .set("accept", YAML)
        .of(&admin)
        .await;
    assert_eq!(
        (answer.code, answer.media_type()),
        (201, YAML),
        "{answer:?}"
    );
    let head = "apiVersion: v1\ndata:\n  a: |\n    l1\n    l2\n  b: \"yes\"\n  c: plain\nkind: ConfigMap\nmetadata:\n  \
                creationTimestamp: \"";
    assert!(answer.text.starts_with(head), "{}", answer.text);
    let labels = "\n  labels:\n    \"true\": \"true\"\n    x: \"1\"\n  managedFields:\n  - apiVersion: v1\n    fieldsType: FieldsV1\n";
    assert!(answer.text.contains(labels), "{}", answer.text);
    let path = at(&namespace, "configmaps/one");
    let changed = answer.text.replace("c: plain", "c: changed");
    let ask = Ask::new(Method::PUT, &path).raw(YAML, changed);
    assert_eq!(ask.of(&admin).await.ok()["data"]["c"], "changed");
}

pub(super) async fn a_refusal_and_a_list_are_written_as_yaml(cluster: &Cluster) {
    let admin = cluster.admin();
    let none = Ask::get(at("default", "configmaps/none")).set("accept", YAML);
    let none = none.of(&admin).await;
    let text = "apiVersion: v1\ncode: 404\ndetails:\n  kind: configmaps\n  name: none\nkind: Status\nmessage: configmaps \
                \"none\" not found\nmetadata: {}\nreason: NotFound\nstatus: Failure\n";
    assert_eq!(
        (none.code, none.media_type(), &*none.text),
        (404, YAML, text)
    );
    let namespace = cluster.namespace().await;
    let list = Ask::get(at(&namespace, "pods"))
        .set("accept", YAML)
        .of(&admin)
        .await;
    let head = "apiVersion: v1\nitems: []\nkind: PodList\nmetadata:\n  resourceVersion: \"";
    assert!(list.text.starts_with(head), "{}", list.text);
}

pub(super) async fn a_watch_is_not_written_as_yaml(cluster: &Cluster) {
    let ask = Ask::get(at("default", "configmaps?watch=1"));
    let answer = ask.set("accept", "application/yaml,application/json;q=0.5");
    let answer = answer.of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, answer.media_type()),
        (406, YAML),
        "{answer:?}"
    );
    // A long line is broken at a space.
    let text = "apiVersion: v1\ncode: 406\nkind: Status\nmessage: 'only the following media types are accepted: \
                application/json;stream=watch,\n  application/vnd.kubernetes.protobuf;stream=watch'\nmetadata: {}\n\
                reason: NotAcceptable\nstatus: Failure\n";
    assert_eq!(answer.text, text);
}

pub(super) async fn keys_that_yaml_has_twice_are_warned_of_or_refused(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let body = "kind: ConfigMap\nmetadata: {name: one}\ndata: {a: \"1\", a: \"2\"}\nb: 1\n";
    let answer = Ask::post_raw(at(&namespace, "configmaps"), YAML, body)
        .of(&admin)
        .await;
    let said = [
        r#"line 3: key "a" already set in map"#,
        r#"unknown field "b""#,
    ];
    assert_eq!(answer.warnings(), said);
    assert_eq!(answer.ok()["data"]["a"], "2");
    let path = at(&namespace, "configmaps?fieldValidation=Strict");
    let strict = Ask::new(Method::POST, path)
        .raw(YAML, body)
        .of(&admin)
        .await;
    let says = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal \
                errors:\n  line 3: key \"a\" already set in map, unknown field \"b\"";
    strict.refuses(400, "BadRequest", says);
}

pub(super) async fn words_of_yaml_are_what_go_takes_them_for(cluster: &Cluster) {
    let admin = cluster.admin();
    let says =
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal";
    for (word, found) in [
        ("yes", "bool"),
        ("1", "number"),
        ("0x1f", "number"),
        ("[]", "array"),
        ("1e3", "number"),
    ] {
        let body = format!("metadata: {{name: one}}\ndata: {{a: {word}}}\n");
        let answer = Ask::post_raw(at("default", "configmaps"), YAML, body)
            .of(&admin)
            .await;
        let says = format!("{says} {found} into Go struct field ConfigMap.data of type string");
        answer.refuses(400, "BadRequest", &says);
    }
    for word in ["2026-01-02", "1:30", "1.2.3", "nil", "!!str 1"] {
        let path = at("default", "configmaps?dryRun=All");
        let body = format!("metadata: {{name: one}}\ndata: {{a: {word}}}\n");
        let read = Ask::new(Method::POST, path)
            .raw(YAML, body)
            .of(&admin)
            .await
            .ok();
        assert_eq!(read["data"]["a"], word.trim_start_matches("!!str "));
    }
}

pub(super) async fn what_yaml_says_beside_an_object_is_refused(cluster: &Cluster) {
    let admin = cluster.admin();
    let beginning = "the object provided is unrecognized (must be of type ConfigMap): ";
    let list = Ask::post_raw(at("default", "configmaps"), YAML, "- a\n")
        .of(&admin)
        .await;
    let says = format!(
        "{beginning}couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct \
         {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }} \
         (2d20610a)"
    );
    list.refuses(400, "BadRequest", &says);
    let broken = Ask::post_raw(at("default", "configmaps"), YAML, "a: [")
        .of(&admin)
        .await;
    let found = broken.body["message"].as_str().unwrap();
    assert!(
        broken.code == 400 && found.starts_with(&format!("{beginning}yaml: line ")),
        "{broken:?}"
    );
    assert!(found.ends_with("(613a205b)"), "{found}");
}

pub(super) async fn yaml_is_applied(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let path = at(&namespace, "configmaps/one?fieldManager=m");
    let apply = |query: &str, body: &str| {
        let ask = Ask::new(Method::PATCH, format!("{path}{query}"));
        ask.raw("application/apply-patch+yaml", body)
    };
    let body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata: &d\n  a: \"1\"\n  a: \"2\"\n";
    let answer = apply("", body).of(&admin).await;
    assert_eq!(answer.warnings(), [r#"line 7: key "a" already set in map"#]);
    assert_eq!(answer.ok()["data"], json!({"a": "2"}));
    let strict = apply("&fieldValidation=Strict", body).of(&admin).await;
    let says = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key \"a\" already \
                set in map";
    strict.refuses(400, "BadRequest", says);
    let text = apply("", "just").of(&admin).await;
    let says = "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value \
                of type map[string]interface {}";
    text.refuses(400, "BadRequest", says);
    let broken = apply("", "a: [").of(&admin).await;
    let says = "error decoding YAML: error converting YAML to JSON: yaml: line ";
    assert!(
        broken.body["message"].as_str().unwrap().starts_with(says),
        "{broken:?}"
    );
}
