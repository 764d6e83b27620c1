//! Formats of custom resources: JSON and YAML, and protobuf of their metadata alone.

use http::Method;
use serde_json::json;

use crate::Cluster;
use crate::cluster::{Ask, Definition, Place};

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const YAML: &str = "application/yaml";
const ALL: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

async fn served(cluster: &Cluster) -> (Definition, Place) {
    let spec = json!({"type": "object", "properties": {"size": {"type": "integer"}}});
    let definition = Definition::of_spec(cluster, spec);
    let place = definition.serve(cluster).await;
    place.create(cluster, "w", json!({"size": 1})).await.ok();
    (definition, place)
}

pub(super) async fn whole_they_are_not_written_as_protobuf(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let only = format!("only the following media types are accepted: {ALL}");
    for path in [place.one("w"), place.all(), place.all() + "?watch=1"] {
        let answer = Ask::get(&path)
            .set("accept", "application/cbor")
            .of(&admin)
            .await;
        answer.refuses(406, "NotAcceptable", &only);
        // The refusal itself has a form in protobuf.
        let answer = Ask::get(&path).set("accept", PROTOBUF).of(&admin).await;
        assert_eq!(
            (answer.code, answer.media_type()),
            (406, PROTOBUF),
            "{path}"
        );
        assert!(answer.text.contains(&only), "{answer:?}");
    }
    let accept = format!("{PROTOBUF},application/json;q=0.1");
    let answer = Ask::get(place.one("w"))
        .set("accept", &accept)
        .of(&admin)
        .await;
    assert_eq!(answer.media_type(), "application/json");
    assert_eq!(answer.ok()["spec"]["size"], 1);
    definition.delete(cluster).await;
}

pub(super) async fn their_metadata_alone_is_written_as_protobuf(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let accept = |kind: &str| format!("{PROTOBUF};as={kind};g=meta.k8s.io;v=v1");
    let one = "PartialObjectMetadata";
    for (path, kind, media_type) in [
        (place.one("w"), one, PROTOBUF.to_owned()),
        (
            place.all(),
            "PartialObjectMetadataList",
            PROTOBUF.to_owned(),
        ),
        (
            place.all() + "?watch=1&timeoutSeconds=1",
            one,
            format!("{PROTOBUF};stream=watch"),
        ),
    ] {
        let ask = Ask::get(&path).set("accept", &accept(kind));
        let answer = ask.of(&cluster.admin()).await;
        assert_eq!(
            (answer.code, answer.media_type()),
            (200, &*media_type),
            "{path}"
        );
        assert!(
            answer.text.contains(one) && answer.text.contains("\n\u{1}w\u{12}\0"),
            "{answer:?}"
        );
    }
    definition.delete(cluster).await;
}

pub(super) async fn they_are_read_and_written_as_yaml(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let group = &place.group;
    let body = format!(
        "apiVersion: {group}/v1\nkind: Widget\nmetadata: {{name: yam}}\nspec: {{size: 1, size: 2}}\n"
    );
    let ask = Ask::post_raw(place.all(), YAML, body.clone()).set("accept", YAML);
    let answer = ask.of(&admin).await;
    assert_eq!(
        (answer.code, answer.media_type()),
        (201, YAML),
        "{answer:?}"
    );
    assert_eq!(
        answer.warnings(),
        [r#"line 4: key "size" already set in map"#]
    );
    let head = format!("apiVersion: {group}/v1\nkind: Widget\nmetadata:\n  creationTimestamp: \"");
    assert!(answer.text.starts_with(&head), "{}", answer.text);
    assert!(
        answer.text.ends_with("\nspec:\n  size: 2\n"),
        "{}",
        answer.text
    );
    let strict = Ask::post_raw(place.all() + "?fieldValidation=Strict", YAML, body);
    let says = "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: yaml: unmarshal errors:\n  line \
                4: key \"size\" already set in map";
    strict.of(&admin).await.refuses(400, "BadRequest", says);
    definition.delete(cluster).await;
}

pub(super) async fn options_of_their_delete_may_be_protobuf(cluster: &Cluster) {
    let (definition, place) = served(cluster).await;
    let admin = cluster.admin();
    let delete = |body: &'static [u8]| Ask::delete(place.one("w")).raw(PROTOBUF, body);
    let says =
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";
    delete(b"x")
        .of(&admin)
        .await
        .refuses(400, "BadRequest", says);
    let patch = Ask::new(Method::PATCH, place.one("w")).raw(PROTOBUF, *b"x");
    let says = "the body of the request was in an unknown format - accepted media types include: \
                application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    patch
        .of(&admin)
        .await
        .refuses(415, "UnsupportedMediaType", says);
    delete(b"k8s\0\x12\x02\x08\x00").of(&admin).await.ok();
    definition.delete(cluster).await;
}
