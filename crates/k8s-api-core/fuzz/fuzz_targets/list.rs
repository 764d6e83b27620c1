//! Any bytes as a list, in pieces of any size: the same items and the same end as in one piece.

#![no_main]

use k8s_api_core::{DynamicObject, ListDecoder, ListError, ListHead};
use libfuzzer_sys::fuzz_target;

type Read = (Vec<Vec<u8>>, Result<ListHead, ListError>);

fn read(bytes: &[u8], size: usize) -> Read {
    let mut decoder = ListDecoder::new().max_item(4096).max_head(4096);
    let mut items = Vec::new();
    for piece in bytes.chunks(size) {
        decoder.handle_bytes(piece);
        loop {
            match decoder.poll_item() {
                Ok(Some(item)) => {
                    let _ = item.decode_or_metadata::<DynamicObject>();
                    items.push(item.as_bytes().to_vec());
                }
                Ok(None) => break,
                Err(error) => return (items, Err(error)),
            }
        }
    }
    (items, decoder.finish())
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let whole = read(bytes, bytes.len().max(1));
    assert_eq!(read(bytes, usize::from(size).max(1)), whole);
    // What a whole parser accepts as a list has the same items.
    if let (items, Ok(_)) = whole
        && let Ok(list) = serde_json::from_slice::<k8s_api_core::List<serde_json::Value>>(bytes)
    {
        let items: Vec<serde_json::Value> = items
            .iter()
            .map(|item| serde_json::from_slice(item).expect("the whole is JSON"))
            .collect();
        assert_eq!(items, list.items);
    }
});
