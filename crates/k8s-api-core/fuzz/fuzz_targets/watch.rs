//! Any bytes as a watch, in pieces of any size: the same lines and the same end as in one piece; each decodes or is refused.

#![no_main]

use k8s_api_core::DynamicObject;
use k8s_api_core::watch::{WatchDecoder, WatchError};
use libfuzzer_sys::fuzz_target;

fn read(bytes: &[u8], size: usize) -> (Vec<Vec<u8>>, Option<WatchError>) {
    let mut decoder = WatchDecoder::new().max_line(4096);
    let mut lines = Vec::new();
    for piece in bytes.chunks(size).map(Some).chain([None]) {
        match piece {
            Some(piece) => decoder.handle_bytes(piece),
            None => decoder.handle_end(),
        }
        loop {
            match decoder.poll_event() {
                Ok(Some(event)) => {
                    let decoded = event.decode::<DynamicObject>();
                    if let (Ok(_), Ok(Some((_, object)))) = (&decoded, event.object()) {
                        assert!(object.as_bytes().len() < event.as_bytes().len());
                    }
                    lines.push(event.as_bytes().to_vec());
                }
                Ok(None) => break,
                Err(error) => return (lines, Some(error)),
            }
        }
    }
    (lines, None)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let whole = read(bytes, bytes.len().max(1));
    assert_eq!(read(bytes, usize::from(size).max(1)), whole);
});
