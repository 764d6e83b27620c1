//! Any bytes through the codec trait, in pieces of any size: the same objects and events as in one piece, and what is read is written again.

#![no_main]

use k8s_api_core::DynamicObject;
use k8s_api_core::codec::{Decode, Encode, Json, SplitList, SplitWatch};
use k8s_api_core::decode::ManagedFields;
use libfuzzer_sys::fuzz_target;

/// What a list in pieces comes to: its objects, those that are none apart, and whether it ended well.
fn list<C>(codec: &C, bytes: &[u8], size: usize) -> (Vec<Option<DynamicObject>>, bool)
where
    C: for<'a> Decode<'a, DynamicObject>,
{
    let (mut list, mut objects) = (codec.list(), Vec::new());
    for piece in bytes.chunks(size) {
        list.handle_bytes(piece);
        loop {
            match list.poll_item() {
                Ok(Some(item)) => objects.push(codec.decode(item).ok()),
                Ok(None) => break,
                Err(_) => return (objects, false),
            }
        }
    }
    (objects, list.finish().is_ok())
}

/// The same of a watch, its events as texts.
fn watch<C>(codec: &C, bytes: &[u8], size: usize) -> (Vec<String>, bool)
where
    C: for<'a> Decode<'a, DynamicObject>,
{
    let (mut watch, mut events) = (codec.watch(), Vec::new());
    for piece in bytes.chunks(size).map(Some).chain([None]) {
        match piece {
            Some(piece) => watch.handle_bytes(piece),
            None => watch.handle_end(),
        }
        loop {
            match watch.poll_event() {
                Ok(Some(event)) => events.push(format!("{:?}", codec.decode_event(event))),
                Ok(None) => break,
                Err(_) => return (events, false),
            }
        }
    }
    (events, true)
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (size, skip, bytes) = input;
    let (size, all) = (usize::from(size).max(1), bytes.len().max(1));
    let switch = if skip {
        ManagedFields::Skip
    } else {
        ManagedFields::Keep
    };
    let json = Json::default().managed_fields(switch);
    let whole = list(&json, bytes, all);
    assert_eq!(list(&json, bytes, size), whole);
    assert_eq!(watch(&json, bytes, size), watch(&json, bytes, all));
    for object in whole.0.iter().flatten() {
        let written = json.encode(object).expect("what was read").into_bytes();
        let again: DynamicObject = json.decode(&written).expect("what we wrote");
        assert_eq!(again, *object);
    }
});
