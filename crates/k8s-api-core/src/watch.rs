//! What changes in a collection: a watch's answer, read line by line.

mod decoder;
mod event;

pub use self::decoder::{RawEvent, WatchDecoder, WatchError};
pub use self::event::{Bookmark, Change, WatchEvent};
