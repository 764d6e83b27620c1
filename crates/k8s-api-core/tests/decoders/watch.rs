//! Watches: each type of event, lines that are none, and objects that cannot be decoded.

use k8s_api_core::decode::ManagedFields;
use k8s_api_core::watch::{Change, WatchDecoder, WatchEvent};
use k8s_api_core::{DynamicObject, ListDecoder, PartialObject, TypeMeta};

use crate::pieces::watch;

#[test]
fn one_switch_skips_managed_fields_of_lists_and_watches() {
    let object = r#"{"metadata":{"name":"a","managedFields":[{"manager":"m"}]}}"#;
    for (switch, fields) in [(ManagedFields::Keep, 1), (ManagedFields::Skip, 0)] {
        let mut decoder = ListDecoder::new().managed_fields(switch);
        decoder.handle_bytes(format!("{{\"items\":[{object}]}}").as_bytes());
        let item = decoder.poll_item().unwrap().unwrap();
        assert_eq!(
            item.decode::<PartialObject>()
                .unwrap()
                .metadata
                .rare()
                .managed_fields
                .len(),
            fields
        );

        for line in [
            format!("{{\"type\":\"ADDED\",\"object\":{object}}}\n"),
            format!("{{\"object\":{object},\"type\":\"ADDED\"}}\n"),
        ] {
            let mut decoder = WatchDecoder::new().managed_fields(switch);
            decoder.handle_bytes(line.as_bytes());
            let event = decoder.poll_event().unwrap().unwrap();
            match event.decode::<PartialObject>().unwrap() {
                WatchEvent::Added(pod) => {
                    assert_eq!(pod.metadata.rare().managed_fields.len(), fields)
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Reads one line as an event.
fn event(line: &str) -> Result<WatchEvent<DynamicObject>, String> {
    let mut decoder = WatchDecoder::new();
    decoder.handle_bytes(line.as_bytes());
    decoder.handle_end();
    let event = decoder.poll_event().unwrap().expect("a line");
    event.decode().map_err(|error| error.to_string())
}

#[test]
fn reads_each_type_of_event() {
    let object = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":1}"#;
    for (text, change) in [
        ("ADDED", Change::Added),
        ("MODIFIED", Change::Modified),
        ("DELETED", Change::Deleted),
    ] {
        for line in [
            format!(r#"{{"type":"{text}","object":{object}}}"#),
            format!(r#"{{"object":{object},"type":"{text}","more":[1]}}"#),
        ] {
            let (read, pod) = match event(&line).unwrap() {
                WatchEvent::Added(pod) => (Change::Added, pod),
                WatchEvent::Modified(pod) => (Change::Modified, pod),
                WatchEvent::Deleted(pod) => (Change::Deleted, pod),
                other => panic!("{other:?}"),
            };
            assert_eq!((read, pod.metadata.name.as_deref()), (change, Some("a")));
            assert_eq!(pod.data["spec"], 1);
        }
    }
}

#[test]
fn reads_bookmarks_and_errors() {
    let bookmark = |metadata: &str| match event(&format!(
        r#"{{"type":"BOOKMARK","object":{{"kind":"Pod","metadata":{metadata},"spec":{{"containers":null}}}}}}"#
    )) {
        Ok(WatchEvent::Bookmark(bookmark)) => bookmark,
        other => panic!("{other:?}"),
    };
    let plain = bookmark(r#"{"resourceVersion":"12","creationTimestamp":null}"#);
    assert_eq!(
        (
            plain.resource_version.as_str(),
            plain.is_end_of_initial_events()
        ),
        ("12", false)
    );
    let last =
        bookmark(r#"{"resourceVersion":"12","annotations":{"k8s.io/initial-events-end":"true"}}"#);
    assert!(last.is_end_of_initial_events());

    let line = r#"{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old resource version","reason":"Expired","code":410}}"#;
    match event(line) {
        Ok(WatchEvent::Error(status)) => assert!(status.is_gone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_undecodable_object_is_an_event_with_its_metadata() {
    let line = r#"{"type":"MODIFIED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"p"},"spec":"s3cr3t"}}"#;
    let mut decoder = WatchDecoder::new();
    decoder.handle_bytes(format!("{line}\n{line}\n").as_bytes());
    for _ in 0..2 {
        #[derive(Debug, serde::Deserialize)]
        struct Pod {
            #[serde(rename = "spec")]
            _spec: u8,
        }
        let event = decoder.poll_event().unwrap().unwrap();
        match event.decode::<Pod>().unwrap() {
            WatchEvent::Undecodable(Change::Modified, object) => {
                assert_eq!(object.types, TypeMeta::new("v1", "Pod"));
                assert_eq!(object.metadata.as_ref().unwrap().name.as_deref(), Some("a"));
                assert!(!format!("{object:?} {object} {event:?}").contains("s3cr3t"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn refuses_lines_that_are_no_events() {
    for (line, expected) in [
        (
            "{",
            "reading a line as an event of a watch: JSON that ends too early, at line 1 column 1",
        ),
        (
            "{}",
            "reading a line as an event of a watch: JSON of another shape, at line 1 column 2",
        ),
        (
            "<html>",
            "reading a line as an event of a watch: not JSON, at line 1 column 1",
        ),
        (
            r#"{"type":"ADDED","object":{}} {}"#,
            "reading a line as an event of a watch: not JSON, at line 1 column 30",
        ),
        (
            r#"{"type":"NEW","object":{}}"#,
            "an event of a type that no API server sends",
        ),
        (
            r#"{"type":"BOOKMARK","object":{}}"#,
            "reading a bookmark of a watch: JSON of another shape, at line 1 column 2",
        ),
        (
            r#"{"type":"ERROR","object":7}"#,
            "reading an error of a watch: JSON of another shape, at line 1 column 1",
        ),
    ] {
        assert_eq!(event(line).unwrap_err(), expected, "{line}");
    }
}

#[test]
fn cuts_lines_and_refuses_long_ones() {
    let text = "{\"a\":1}\r\n\n  \n{\"b\":2}\n{\"c\":3}";
    for size in [1, 2, 5, text.len()] {
        let (lines, end) = watch(WatchDecoder::new(), text.as_bytes().chunks(size));
        assert_eq!(
            lines,
            [
                b"{\"a\":1}\r".to_vec(),
                b"{\"b\":2}".to_vec(),
                b"{\"c\":3}".to_vec()
            ]
        );
        end.unwrap();
        let (lines, end) = watch(
            WatchDecoder::new().max_line(7),
            text.as_bytes().chunks(size),
        );
        assert_eq!(lines.len(), 0);
        assert_eq!(
            end.unwrap_err().to_string(),
            "a line of the watch would be more than 7 bytes"
        );
    }
}
