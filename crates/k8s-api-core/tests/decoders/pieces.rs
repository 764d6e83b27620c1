//! Bytes in pieces, through the decoders.

use k8s_api_core::watch::{WatchDecoder, WatchError};
use k8s_api_core::{ListDecoder, ListError, ListHead};

/// The items that were read, and how the list ended.
pub(crate) fn list<'a>(
    mut decoder: ListDecoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Vec<u8>>, Result<ListHead, ListError>) {
    let mut items = Vec::new();
    for piece in pieces {
        decoder.handle_bytes(piece);
        loop {
            match decoder.poll_item() {
                Ok(Some(item)) => items.push(item.as_bytes().to_vec()),
                Ok(None) => break,
                Err(error) => return (items, Err(error)),
            }
        }
    }
    (items, decoder.finish())
}

/// The lines that were read, and how the watch ended.
pub(crate) fn watch<'a>(
    mut decoder: WatchDecoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Vec<u8>>, Result<(), WatchError>) {
    let mut lines = Vec::new();
    for piece in pieces.map(Some).chain([None]) {
        match piece {
            Some(piece) => decoder.handle_bytes(piece),
            None => decoder.handle_end(),
        }
        loop {
            match decoder.poll_event() {
                Ok(Some(event)) => lines.push(event.as_bytes().to_vec()),
                Ok(None) => break,
                Err(error) => return (lines, Err(error)),
            }
        }
    }
    (lines, Ok(()))
}
