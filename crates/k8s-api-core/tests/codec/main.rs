//! A second codec, made outside the crate: what is written for one codec works for another.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod cbor;
mod extent;

use ciborium::Value;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use k8s_api_core::codec::{Codec, Decode, Encode, Json, SplitList, SplitWatch};
use k8s_api_core::request::{self, CreateParams, ListParams, ReplaceParams, WatchParams};
use k8s_api_core::watch::{Change, WatchEvent};
use k8s_api_core::{
    ApiResource, Collection, DynamicObject, PartialObject, Resource, Scope, Status, answer,
};
use proptest::prelude::*;
use serde_json::json;

use self::cbor::Cbor;

type Events<T> = Vec<WatchEvent<T>>;

/// The names in a list, and its version: for any codec.
fn list<C>(codec: &C, pieces: &[&[u8]]) -> Result<(Vec<String>, String), String>
where
    C: for<'a> Decode<'a, DynamicObject>,
{
    let mut decoder = codec.list();
    let mut names = Vec::new();
    for piece in pieces {
        decoder.handle_bytes(piece);
        while let Some(item) = decoder.poll_item().map_err(|error| error.to_string())? {
            let object = codec.decode(item).map_err(|error| error.to_string())?;
            names.push(object.name().unwrap_or_default().to_owned());
        }
    }
    let head = decoder.finish().map_err(|error| error.to_string())?;
    let version = head.metadata.resource_version.unwrap_or_default();
    Ok((names, format!("{} {version}", head.types.kind)))
}

/// The events of a watch: for any codec.
fn watch<C, T>(codec: &C, pieces: &[&[u8]]) -> Result<Events<T>, String>
where
    C: for<'a> Decode<'a, T>,
{
    let mut decoder = codec.watch();
    let mut events = Vec::new();
    for piece in pieces.iter().map(|piece| Some(*piece)).chain([None]) {
        match piece {
            Some(piece) => decoder.handle_bytes(piece),
            None => decoder.handle_end(),
        }
        while let Some(event) = decoder.poll_event().map_err(|error| error.to_string())? {
            events.push(
                codec
                    .decode_event(event)
                    .map_err(|error| error.to_string())?,
            );
        }
    }
    Ok(events)
}

/// As kube-apiserver writes CBOR: marked, and every text a byte string.
fn cbor(value: &serde_json::Value) -> Vec<u8> {
    fn bytes(value: Value) -> Value {
        match value {
            Value::Text(text) => Value::Bytes(text.into_bytes()),
            Value::Array(items) => Value::Array(items.into_iter().map(bytes).collect()),
            Value::Map(members) => Value::Map(
                members
                    .into_iter()
                    .map(|(k, v)| (bytes(k), bytes(v)))
                    .collect(),
            ),
            value => value,
        }
    }
    let value = bytes(Value::serialized(value).unwrap());
    let mut written = vec![0xd9, 0xd9, 0xf7];
    ciborium::into_writer(&value, &mut written).unwrap();
    written
}

fn pods() -> serde_json::Value {
    json!({"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
        "items": [{"metadata": {"name": "a", "labels": {"k": "v"}}, "spec": {"n": 1}}, {"metadata": {"name": "b"}}]})
}

fn events() -> [serde_json::Value; 4] {
    let bookmark = json!({"kind": "Pod", "metadata": {"resourceVersion": "8"}});
    let status = json!({"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired"});
    [
        json!({"type": "ADDED", "object": {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}, "spec": 1}}),
        json!({"type": "DELETED", "object": {"kind": "Pod", "metadata": {"name": "b"}, "spec": "no number"}}),
        json!({"type": "BOOKMARK", "object": bookmark}),
        json!({"type": "ERROR", "object": status}),
    ]
}

#[test]
fn the_same_code_reads_lists_of_both() {
    let expected = (vec!["a".to_owned(), "b".to_owned()], "PodList 7".to_owned());
    assert_eq!(
        list(&Json::default(), &[pods().to_string().as_bytes()]),
        Ok(expected.clone())
    );
    assert_eq!(list(&Cbor, &[&cbor(&pods())]), Ok(expected));
    assert!(list(&Cbor, &[&cbor(&pods())[..40]]).is_err());
    assert!(list(&Cbor, &[b"{\"items\":[]}"]).is_err());
}

#[derive(Debug, serde::Deserialize)]
struct Counted {
    spec: u32,
}

fn check_events(events: &Events<Counted>) {
    assert!(matches!(&events[0], WatchEvent::Added(pod) if pod.spec == 1));
    match &events[1] {
        WatchEvent::Undecodable(Change::Deleted, pod) => {
            assert_eq!(pod.metadata.as_ref().unwrap().name.as_deref(), Some("b"));
            assert_eq!(pod.types.kind, "Pod");
        }
        other => panic!("{other:?}"),
    }
    assert!(
        matches!(&events[2], WatchEvent::Bookmark(bookmark) if bookmark.resource_version == "8")
    );
    assert!(matches!(&events[3], WatchEvent::Error(status) if status.is_gone()));
    assert_eq!(events.len(), 4);
}

#[test]
fn the_same_code_reads_watches_of_both() {
    let lines = events().map(|event| format!("{event}\n")).concat();
    check_events(&watch(&Json::default(), &[lines.as_bytes()]).unwrap());
    let sequence = events().map(|event| cbor(&event)).concat();
    check_events(&watch(&Cbor, &[&sequence]).unwrap());
    let half = watch::<_, Counted>(&Cbor, &[&sequence[..sequence.len() - 1]]);
    assert_eq!(half.unwrap_err(), "half an event");
}

#[test]
fn the_content_type_of_the_answer_says_which_codec_frames_a_watch() {
    let framed = |content_type: &'static str| {
        let content_type = Some(HeaderValue::from_static(content_type));
        match content_type.as_ref() {
            by if Cbor.reads_watch(by) => "a sequence",
            by if Json::default().reads_watch(by) => "lines",
            _ => "unknown",
        }
    };
    assert_eq!(framed("application/cbor-seq"), "a sequence");
    assert_eq!(framed("application/json"), "lines");
    assert_eq!(framed("application/json;stream=watch"), "lines");
    assert_eq!(framed("application/cbor"), "unknown");
    assert_eq!(framed("text/html"), "unknown");
    assert!(Cbor.reads(Some(&HeaderValue::from_static("application/cbor"))));
    assert!(!Cbor.reads(None) && Json::default().reads(None));
}

#[test]
fn answers_are_read_by_content_type() {
    let of_cbor = HeaderValue::from_static("application/cbor");
    let of_json = HeaderValue::from_static("application/json");
    let pod =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"n": 1}});
    let read = |code: u16, content_type: &HeaderValue, body: &[u8]| {
        let code = StatusCode::from_u16(code).unwrap();
        answer::read_as::<_, DynamicObject>(&Cbor, code, Some(content_type), body)
    };
    let object = read(200, &of_cbor, &cbor(&pod)).unwrap();
    assert_eq!(
        (object.name(), &object.data["spec"]["n"]),
        (Some("a"), &json!(1))
    );
    let error = read(200, &of_json, pod.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer (code 200) is of another media type than application/cbor"
    );
    let status = json!({"kind": "Status", "status": "Failure", "code": 409, "reason": "Conflict", "message": "m"});
    for (content_type, body) in [
        (&of_cbor, cbor(&status)),
        (&of_json, status.to_string().into()),
    ] {
        let refused: Status = read(409, content_type, &body)
            .unwrap_err()
            .into_status()
            .unwrap();
        assert!(refused.is_conflict() && refused.message == "m");
    }
    assert_eq!(
        read(502, &of_cbor, b"\xff")
            .unwrap_err()
            .status()
            .unwrap()
            .code,
        502
    );
    let error = read(200, &of_cbor, b"\xff").unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.ends_with("DynamicObject: not CBOR"), "{cause}");
}

#[test]
fn requests_carry_what_the_codec_wrote_and_ask_for_it() {
    let pods = ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced);
    let (all, shop) = (
        Collection::all(pods.clone()),
        Collection::namespaced(pods, "shop"),
    );
    let pod = DynamicObject::default().field("spec", json!({"n": 1}));
    let body = |codec: &Cbor| codec.encode(&pod).unwrap();

    let params = CreateParams::default().dry_run();
    let create = request::create_encoded(&shop, body(&Cbor), &params).unwrap();
    assert_eq!(create.uri(), "/api/v1/namespaces/shop/pods?dryRun=All");
    assert_eq!(create.headers()[CONTENT_TYPE], "application/cbor");
    let read: DynamicObject = Cbor.decode(create.body()).unwrap();
    assert_eq!(read, pod);
    assert!(request::create_encoded(&all, body(&Cbor), &params).is_err());
    let replace = request::replace_encoded(&shop, "a", body(&Cbor), &ReplaceParams::default());
    assert_eq!(replace.unwrap().uri(), "/api/v1/namespaces/shop/pods/a");
    let json = Json::default().encode(&pod).unwrap();
    assert_eq!(json.media_type(), "application/json");
    assert!(!format!("{json:?}").contains("spec"));

    let accept = |request| {
        let request = request::accepting::<Cbor>(request).unwrap();
        request.headers()[ACCEPT].to_str().unwrap().to_owned()
    };
    let watch = request::watch::<DynamicObject>(&all, &WatchParams::default()).unwrap();
    assert_eq!(accept(watch), "application/cbor,application/json");
    let list = request::list::<PartialObject>(&all, &ListParams::default()).unwrap();
    assert_eq!(
        accept(list),
        "application/cbor;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/cbor,\
         application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    );
}

fn pieces<'a>(bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*size).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

proptest! {
    #[test]
    fn any_cut_gives_the_same_in_any_codec(sizes in prop::collection::vec(1_usize..60, 1..8)) {
        let whole = pods().to_string();
        prop_assert_eq!(list(&Json::default(), &pieces(whole.as_bytes(), &sizes)), list(&Json::default(), &[whole.as_bytes()]));
        let whole = cbor(&pods());
        prop_assert_eq!(list(&Cbor, &pieces(&whole, &sizes)), list(&Cbor, &[&whole]));
        let sequence = events().map(|event| cbor(&event)).concat();
        check_events(&watch(&Cbor, &pieces(&sequence, &sizes)).unwrap());
        let lines = events().map(|event| format!("{event}\n")).concat();
        check_events(&watch(&Json::default(), &pieces(lines.as_bytes(), &sizes)).unwrap());
    }

    #[test]
    fn no_bytes_make_a_codec_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), sizes in prop::collection::vec(1_usize..9, 1..4)) {
        let (cut, whole) = (pieces(&bytes, &sizes), [bytes.as_slice()]);
        prop_assert_eq!(list(&Cbor, &cut).is_ok(), list(&Cbor, &whole).is_ok());
        prop_assert_eq!(watch::<_, DynamicObject>(&Cbor, &cut).is_ok(), watch::<_, DynamicObject>(&Cbor, &whole).is_ok());
    }
}
