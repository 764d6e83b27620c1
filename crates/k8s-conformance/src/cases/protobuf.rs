//! Protobuf in requests and answers, and which format is chosen of those that are asked for.

use http::Method;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, at};

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const YAML: &str = "application/yaml";
const ALL: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// A field of a message: its number and its bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short");
    assert!(length < 128, "one byte says how long it is");
    [&[number << 3 | 2, length], bytes].concat()
}

/// An object in its envelope.
fn enveloped(version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
    let named = [field(1, version.as_bytes()), field(2, kind.as_bytes())].concat();
    [b"k8s\0".to_vec(), field(1, &named), field(2, object)].concat()
}

/// A ConfigMap with one key.
fn map(name: &str, value: &str) -> Vec<u8> {
    let entry = [field(1, b"a"), field(2, value.as_bytes())].concat();
    let object = [field(1, &field(1, name.as_bytes())), field(2, &entry)].concat();
    enveloped("v1", "ConfigMap", &object)
}

pub(super) async fn protobuf_is_read_and_written(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    let created = Ask::post_raw(at(&namespace, "configmaps"), PROTOBUF, map("one", "1"))
        .of(&admin)
        .await
        .ok();
    assert_eq!(
        (&created["kind"], &created["data"]),
        (&json!("ConfigMap"), &json!({"a": "1"}))
    );
    let path = at(&namespace, "configmaps/one");
    let read = Ask::get(&path).set("accept", PROTOBUF).of(&admin).await;
    assert_eq!((read.code, read.media_type()), (200, PROTOBUF));
    assert!(
        read.bytes
            .starts_with(b"k8s\0\n\x0f\n\x02v1\x12\x09ConfigMap\x12"),
        "{read:?}"
    );
    // Nothing is lost: what was read, written back, changes nothing.
    let ask = Ask::new(Method::PUT, &path).raw(PROTOBUF, read.bytes);
    let written = ask.of(&admin).await.ok();
    assert_eq!(
        written["metadata"]["resourceVersion"],
        created["metadata"]["resourceVersion"]
    );
}

pub(super) async fn a_list_is_written_as_protobuf(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    Ask::post_raw(at(&namespace, "configmaps"), PROTOBUF, map("one", "1"))
        .of(&admin)
        .await
        .ok();
    let ask = Ask::get(at(
        &namespace,
        "configmaps?fieldSelector=metadata.name%3Done",
    ));
    let list = ask.set("accept", PROTOBUF).of(&admin).await;
    assert_eq!((list.code, list.media_type()), (200, PROTOBUF));
    assert!(
        list.bytes
            .starts_with(b"k8s\0\n\x13\n\x02v1\x12\x0dConfigMapList\x12"),
        "{list:?}"
    );
    assert!(list.text.contains("\n\u{3}one\u{12}\0"), "{list:?}");
}

pub(super) async fn events_are_messages_behind_their_length(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    Ask::post_raw(at(&namespace, "configmaps"), PROTOBUF, map("one", "1"))
        .of(&admin)
        .await
        .ok();
    Ask::post_raw(at(&namespace, "configmaps"), PROTOBUF, map("two", "1"))
        .of(&admin)
        .await
        .ok();
    let query = "configmaps?watch=1&timeoutSeconds=1&labelSelector=!none";
    let ask = Ask::get(at(&namespace, query)).set("accept", PROTOBUF);
    let told = ask.of(&admin).await;
    assert_eq!(
        (told.code, told.media_type()),
        (200, "application/vnd.kubernetes.protobuf;stream=watch")
    );
    let (mut rest, mut events) = (&told.bytes[..], 0);
    while let Some((length, message)) = rest.split_first_chunk::<4>() {
        let (message, behind) = message.split_at(u32::from_be_bytes(*length) as usize);
        assert!(message.starts_with(b"\n\x05ADDED\x12"), "{message:?}");
        assert!(
            message.windows(4).any(|part| part == b"k8s\0"),
            "{message:?}"
        );
        (rest, events) = (behind, events + 1);
    }
    assert!(rest.is_empty() && events >= 2, "{told:?}");
}

pub(super) async fn a_refusal_is_written_as_protobuf(cluster: &Cluster) {
    let ask = Ask::get(at("default", "configmaps/none")).set("accept", PROTOBUF);
    let answer = ask.of(&cluster.admin()).await;
    assert_eq!((answer.code, answer.media_type()), (404, PROTOBUF));
    let expected = b"k8s\0\n\x0c\n\x02v1\x12\x06Status\x12U\n\x06\n\0\x12\0\x1a\0\x12\x07Failure\x1a\x1bconfigmaps \"none\" not \
        found\"\x08NotFound*\x18\n\x04none\x12\0\x1a\nconfigmaps(\x002\x000\x94\x03\x1a\0\"\0";
    assert_eq!(answer.bytes, expected.as_slice());
}

pub(super) async fn metadata_alone_is_written_as_protobuf(cluster: &Cluster) {
    let wanted = format!("{PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    let ask = Ask::get("/api/v1/namespaces/default").set("accept", &wanted);
    let answer = ask.of(&cluster.admin()).await;
    assert_eq!((answer.code, answer.media_type()), (200, PROTOBUF));
    let head = b"k8s\0\n'\n\x0emeta.k8s.io/v1\x12\x15PartialObjectMetadata\x12";
    assert!(answer.bytes.starts_with(head), "{answer:?}");
}

pub(super) async fn the_format_that_weighs_most_is_chosen(cluster: &Cluster) {
    let admin = cluster.admin();
    let table = format!("{PROTOBUF};as=Table;g=meta.k8s.io;v=v1");
    let wanted = |accept: &str| Ask::get("/api/v1/namespaces/default").set("accept", accept);
    for (accept, chosen) in [
        (format!("{PROTOBUF},application/json"), PROTOBUF),
        (format!("application/json,{PROTOBUF}"), "application/json"),
        (format!("application/json;q=0.5,{PROTOBUF}"), PROTOBUF),
        (format!("*/*,{PROTOBUF};q=0.9"), PROTOBUF),
        (format!("{YAML};q=0.2,{PROTOBUF};q=0.1"), YAML),
        (format!("{table},application/json"), "application/json"),
        (
            "application/*,application/json".to_owned(),
            "application/json",
        ),
    ] {
        let answer = wanted(&accept).of(&admin).await;
        assert_eq!(
            (answer.code, answer.media_type()),
            (200, chosen),
            "{accept}"
        );
    }
    let only = format!("only the following media types are accepted: {ALL}");
    wanted(&table)
        .of(&admin)
        .await
        .refuses(406, "NotAcceptable", &only);
    let wild = wanted("application/*").of(&admin).await;
    let available = format!("406: Not Acceptable\n\nAvailable representations: {ALL}");
    wild.refuses(406, "NotAcceptable", &available);
}

pub(super) async fn what_is_no_protobuf_is_refused(cluster: &Cluster) {
    let admin = cluster.admin();
    let unrecognized = "the object provided is unrecognized (must be of type ConfigMap): ";
    let no_prefix =
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";
    let unfit = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: ";
    for (body, says) in [
        (b"".to_vec(), format!("{unrecognized}empty data (<empty>)")),
        (b"x".to_vec(), format!("{unrecognized}{no_prefix} (78)")),
        (
            b"k8s\0".to_vec(),
            format!("{unrecognized}empty body (6b387300)"),
        ),
        (
            b"k8s\0\n".to_vec(),
            format!("{unrecognized}unexpected EOF (6b3873000a)"),
        ),
        (
            b"k8s\0\x12\x02\n\x05".to_vec(),
            format!("{unfit}unexpected EOF"),
        ),
        (
            b"k8s\0\x12\x02\x08\x05".to_vec(),
            format!("{unfit}proto: wrong wireType = 0 for field ObjectMeta"),
        ),
        (
            b"k8s\0\x12\x01\x0c".to_vec(),
            format!("{unfit}proto: ConfigMap: wiretype end group for non-group"),
        ),
        (
            b"k8s\0\x12\x02\xfe\x7f".to_vec(),
            format!("{unfit}proto: illegal wireType 6"),
        ),
    ] {
        let answer = Ask::post_raw(at("default", "configmaps"), PROTOBUF, body.clone())
            .of(&admin)
            .await;
        assert_eq!(
            (answer.code, &answer.body["message"]),
            (400, &Value::from(says)),
            "{body:?}"
        );
    }
}

pub(super) async fn another_kind_in_the_envelope_is_refused(cluster: &Cluster) {
    let admin = cluster.admin();
    let pod = Ask::post_raw(
        at("default", "configmaps"),
        PROTOBUF,
        enveloped("v1", "Pod", b""),
    )
    .of(&admin)
    .await;
    let says = "Pod in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown \
                conversion";
    pod.refuses(400, "BadRequest", says);
    let none = Ask::post_raw(
        at("default", "configmaps"),
        PROTOBUF,
        enveloped("v1", "Poem", b""),
    )
    .of(&admin)
    .await;
    let says = "Poem in version \"v1\" cannot be handled as a ConfigMap: no kind \"Poem\" is registered for version \"v1\" \
                in scheme \"pkg/runtime/scheme.go:111\"";
    none.refuses(400, "BadRequest", says);
    let unsaid = Ask::post_raw(
        at("default", "configmaps"),
        PROTOBUF,
        enveloped("", "", b""),
    )
    .of(&admin)
    .await;
    assert_eq!(
        (unsaid.code, &unsaid.body["reason"]),
        (422, &json!("Invalid")),
        "{unsaid:?}"
    );
}

pub(super) async fn options_of_a_delete_may_be_protobuf(cluster: &Cluster) {
    let (namespace, admin) = (cluster.namespace().await, cluster.admin());
    Ask::post_raw(at(&namespace, "configmaps"), PROTOBUF, map("one", "1"))
        .of(&admin)
        .await
        .ok();
    let delete = |uid: &str| {
        let options = field(2, &field(1, uid.as_bytes()));
        let body = enveloped("v1", "DeleteOptions", &options);
        Ask::delete(at(&namespace, "configmaps/one")).raw(PROTOBUF, body)
    };
    let answer = delete("another").of(&admin).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (409, &json!("Conflict")),
        "{answer:?}"
    );
    let found = Ask::get(at(&namespace, "configmaps/one"))
        .of(&admin)
        .await
        .ok();
    let deleted = delete(found["metadata"]["uid"].as_str().unwrap());
    assert_eq!(deleted.of(&admin).await.ok()["status"], "Success");
}

pub(super) async fn a_token_may_be_asked_for_in_protobuf(cluster: &Cluster) {
    let path = at("default", "serviceaccounts/default/token");
    let body = enveloped("authentication.k8s.io/v1", "TokenRequest", b"");
    let ask = Ask::new(Method::POST, path).raw(PROTOBUF, body);
    let given = ask.of(&cluster.admin()).await.ok();
    assert_eq!(given["spec"]["expirationSeconds"], 3600);
    assert!(given["status"]["token"].as_str().unwrap().starts_with("ey"));
}

pub(super) async fn discovery_may_be_protobuf_but_not_the_version(cluster: &Cluster) {
    let admin = cluster.admin();
    for (path, kind) in [
        ("/api", "APIVersions"),
        ("/apis", "APIGroupList"),
        ("/apis/apps", "APIGroup"),
        ("/apis/apps/v1", "APIResourceList"),
    ] {
        let answer = Ask::get(path).set("accept", PROTOBUF).of(&admin).await;
        assert_eq!(
            (answer.code, answer.media_type()),
            (200, PROTOBUF),
            "{path}"
        );
        assert!(answer.text.contains(kind), "{path}: {answer:?}");
    }
    let accept = format!("{PROTOBUF},application/json;q=0.1");
    let version = Ask::get("/version").set("accept", &accept).of(&admin).await;
    assert_eq!(version.ok()["major"], "1");
}

pub(super) async fn cbor_is_not_spoken(cluster: &Cluster) {
    let admin = cluster.admin();
    let cbor = "application/cbor";
    let streams = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";
    for (path, all) in [
        ("configmaps/none", ALL.to_owned()),
        ("configmaps", format!("{ALL}, {streams}")),
        ("configmaps?watch=1", format!("{ALL}, {streams}")),
    ] {
        let answer = Ask::get(at("default", path))
            .set("accept", cbor)
            .of(&admin)
            .await;
        let says = format!("406: Not Acceptable\n\nAvailable representations: {all}");
        answer.refuses(406, "NotAcceptable", &says);
    }
    let says = format!(
        "the body of the request was in an unknown format - accepted media types include: {ALL}"
    );
    let sent = Ask::post_raw(at("default", "configmaps"), cbor, *b"x")
        .of(&admin)
        .await;
    sent.refuses(415, "UnsupportedMediaType", &says);
    let delete = Ask::delete(at("default", "configmaps/none")).raw(cbor, *b"x");
    delete
        .of(&admin)
        .await
        .refuses(415, "UnsupportedMediaType", &says);
    for media_type in [cbor, PROTOBUF, YAML] {
        let patch =
            Ask::new(Method::PATCH, at("default", "configmaps/none")).raw(media_type, *b"x");
        let says = "415: Unsupported Media Type";
        patch
            .of(&admin)
            .await
            .refuses(415, "UnsupportedMediaType", says);
    }
}
