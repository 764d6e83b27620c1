//! Every type of the table, there and back; bytes that are no message.

mod sample;

use fastrand::Rng;
use serde_json::{Value, json};

use self::sample::Sample;
use crate::server::decode::{self, Sent, Wanted};
use crate::server::media::Format;
use crate::server::types::{self, Node};
use crate::server::{kinds, protobuf};

/// Kinds, with the type and a sample of each, as the server writes it.
fn samples(seed: u64) -> Vec<(Wanted<'static>, Node, Value)> {
    let types = types::built_in();
    let mut rng = Rng::with_seed(seed);
    let mut found = Vec::new();
    for kind in kinds::all() {
        let node = types.named(&kind.type_name).expect("kinds have types");
        let wanted = Wanted {
            kind: &kind.kind,
            api_version: Box::leak(kind.api_version().into_boxed_str()),
            type_name: &kind.type_name,
            custom: None,
        };
        let mut sample = Sample::new(types, &mut rng).of(&node);
        sample["kind"] = wanted.kind.into();
        sample["apiVersion"] = wanted.api_version.into();
        found.push((wanted, node.clone(), decode::written(types, &node, sample)));
    }
    found
}

fn sent(bytes: &[u8]) -> Sent<'_> {
    let format = Format::Protobuf;
    Sent { format, bytes }
}

#[test]
fn every_kind_is_read_as_it_was_written() {
    for seed in 0..12 {
        for (wanted, _, object) in samples(seed) {
            let bytes = protobuf::object(wanted.type_name, &object);
            let read = decode::typed(wanted, sent(&bytes)).expect(wanted.kind);
            assert_eq!(read.object, object, "{} of seed {seed}", wanted.kind);
        }
    }
}

#[test]
fn types_beside_objects_are_read_as_they_were_written() {
    let types = types::built_in();
    let names = ["APIGroupList", "APIResourceList", "APIVersions", "Status"];
    for name in names.map(|name| format!("{}.{name}", types::META)) {
        let node = types.named(&name).expect(&name);
        for seed in 0..20 {
            let mut rng = Rng::with_seed(seed);
            let sample = Sample::new(types, &mut rng).of(&node);
            let mut object = decode::written(types, &node, sample);
            let bytes = protobuf::object(&name, &object);
            let envelope = protobuf::open(&bytes).unwrap();
            let read = protobuf::read(&node, envelope.object).unwrap();
            let fields = object.as_object_mut().unwrap();
            fields.retain(|field, _| !matches!(field.as_str(), "kind" | "apiVersion"));
            assert_eq!(decode::written(types, &node, read), object, "{name}");
        }
    }
}

#[test]
fn bytes_that_are_no_message_are_refused_or_read_but_never_more() {
    let mut rng = Rng::with_seed(7);
    let (mut refused, mut taken) = (0, 0);
    for (wanted, _, object) in samples(1).into_iter().chain(samples(2)) {
        let whole = protobuf::object(wanted.type_name, &object);
        for _ in 0..200 {
            let mut bytes = whole.clone();
            match rng.u8(0..3) {
                0 => bytes.truncate(rng.usize(0..bytes.len())),
                1 => {
                    let at = rng.usize(4..bytes.len());
                    bytes[at] = rng.u8(..);
                }
                _ => {
                    let at = rng.usize(4..bytes.len());
                    bytes.insert(at, rng.u8(..));
                }
            }
            match decode::typed(wanted, sent(&bytes)) {
                Ok(_) => taken += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 1_000 && taken > 100, "{refused} {taken}");
}

#[test]
fn messages_in_messages_have_a_bound() {
    let types = types::built_in();
    let schema = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
    let node = types.named(schema).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..1_000 {
        let inner = std::mem::take(&mut bytes);
        // `not`: one schema in another.
        super::wire::put_bytes(&mut bytes, 28, &inner);
    }
    let says = protobuf::read(&node, &bytes).unwrap_err();
    assert_eq!(says, "proto: messages nested deeper than 128");
}

#[test]
fn bytes_are_those_that_go_writes() {
    fn check(type_name: &str, object: &Value, expected: &[u8]) {
        let bytes = protobuf::object(type_name, object);
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(expected)
        );
        assert_eq!(bytes, expected);
    }
    // The first as kube-apiserver 1.36.3 answered.
    check(
        types::STATUS,
        &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "configmaps \"none\" not found", "reason": "NotFound",
            "details": {"name": "none", "kind": "configmaps"}, "code": 404}),
        b"k8s\0\n\x0c\n\x02v1\x12\x06Status\x12U\n\x06\n\0\x12\0\x1a\0\x12\x07Failure\x1a\x1bconfigmaps \"none\" not \
          found\"\x08NotFound*\x18\n\x04none\x12\0\x1a\nconfigmaps(\x002\x000\x94\x03\x1a\0\"\0",
    );
    check(
        types::PARTIAL,
        &json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {
            "name": "default", "uid": "a30d800f", "resourceVersion": "13",
            "creationTimestamp": "1970-01-01T00:00:05Z", "labels": {"b": "", "a": "x"}}}),
        b"k8s\0\n'\n\x0emeta.k8s.io/v1\x12\x15PartialObjectMetadata\x126\n4\n\x07default\x12\0\x1a\0\"\0*\x08a30d800f2\
          \x0213\x38\0B\x04\x08\x05\x10\0Z\x06\n\x01a\x12\x01xZ\x05\n\x01b\x12\0\x1a\0\"\0",
    );
}

#[test]
fn numbers_in_one_field_are_read_too() {
    let types = types::built_in();
    let node = types
        .named("io.k8s.api.core.v1.PodSecurityContext")
        .unwrap();
    let read = protobuf::read(&node, &[0x22, 3, 1, 0x80, 1, 0x20, 5]).unwrap();
    assert_eq!(read, json!({"supplementalGroups": [1, 128, 5]}));
}
