//! Whatever the cut of the bytes, lists and watches read the same, and nothing panics.

use k8s_api_core::watch::WatchDecoder;
use k8s_api_core::{DynamicObject, ListDecoder};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::pieces::{list, watch};

/// Cuts `bytes` into pieces of the sizes given, over and over.
fn pieces<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at((*size).clamp(1, bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        r#"[a-z"\\{}\[\],:\n\u{e9}]{0,8}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |value| {
        prop_oneof![
            vec(value.clone(), 0..4).prop_map(Value::from),
            members(value).prop_map(Value::Object),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    vec((r#"[a-z"\\{\[]{0,6}|items|metadata"#, value), 0..4)
        .prop_map(|members| members.into_iter().collect())
}

/// Text that is nearly JSON.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just("\""),
        Just("\\"),
        Just("\"items\""),
        Just("\"items\":["),
        Just("{\"items\":["),
        Just("\"metadata\":{}"),
        Just("{}"),
        Just(" "),
        Just("\n"),
        Just("7"),
        Just("\"type\":\"ADDED\""),
        Just("\"object\":"),
    ];
    vec(token, 0..24).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn a_list_gives_its_items_whatever_the_cut(
        items in vec(members(value()), 0..6),
        before in any::<bool>(),
        pretty in any::<bool>(),
        sizes in vec(1usize..40, 1..8),
    ) {
        let items: Vec<Value> = items.into_iter().map(Value::Object).collect();
        let metadata = r#""metadata":{"resourceVersion":"9","continue":"c"}"#;
        let written = if pretty { serde_json::to_string_pretty(&items) } else { serde_json::to_string(&items) }.unwrap();
        let text = if before {
            format!("{{{metadata},\"kind\":\"XList\",\"items\":{written}}}")
        } else {
            format!("{{\"items\":{written},\"kind\":\"XList\",{metadata}}}\n")
        };
        let (read, head) = list(ListDecoder::new(), pieces(text.as_bytes(), &sizes).into_iter());
        let read: Vec<Value> = read.iter().map(|item| serde_json::from_slice(item).unwrap()).collect();
        prop_assert_eq!(read, items);
        let head = head.unwrap();
        prop_assert_eq!(head.metadata.resource_version.as_deref(), Some("9"));
        prop_assert_eq!(head.metadata.continue_token.as_deref(), Some("c"));
        prop_assert_eq!(head.types.kind, "XList");
    }

    #[test]
    fn any_bytes_as_a_list_read_the_same_whatever_the_cut(
        bytes in prop_oneof![nearly(), vec(any::<u8>(), 0..64)],
        sizes in vec(1usize..12, 1..6),
        max in 1usize..40,
    ) {
        let decoder = ListDecoder::new().max_item(max).max_head(max);
        let whole = list(decoder.clone(), [bytes.as_slice()].into_iter());
        prop_assert_eq!(&list(decoder, pieces(&bytes, &sizes).into_iter()), &whole);
        for item in &whole.0 {
            prop_assert!(item.len() <= max);
            prop_assert_eq!(item[0], b'{');
        }
    }

    #[test]
    fn any_bytes_as_a_watch_read_the_same_whatever_the_cut(
        bytes in prop_oneof![nearly(), vec(any::<u8>(), 0..64)],
        sizes in vec(1usize..12, 1..6),
        max in 1usize..40,
    ) {
        let decoder = WatchDecoder::new().max_line(max);
        let whole = watch(decoder.clone(), [bytes.as_slice()].into_iter());
        prop_assert_eq!(&watch(decoder, pieces(&bytes, &sizes).into_iter()), &whole);
    }

    #[test]
    fn an_event_reads_the_same_whatever_the_order_of_its_members(
        object in members(value()),
        kind in prop_oneof![Just("ADDED"), Just("BOOKMARK"), Just("ERROR"), Just("X")],
    ) {
        let object = Value::Object(object);
        let read = |line: String| {
            let mut decoder = WatchDecoder::new();
            decoder.handle_bytes(line.as_bytes());
            decoder.handle_end();
            let event = decoder.poll_event().unwrap().unwrap();
            // Where it fails differs with the order.
            event.decode::<DynamicObject>().map(|event| std::mem::discriminant(&event)).map_err(drop)
        };
        let ordered = read(format!("{{\"type\":\"{kind}\",\"object\":{object}}}"));
        prop_assert_eq!(read(format!("{{\"object\":{object},\"type\":\"{kind}\"}}")), ordered);
    }
}
