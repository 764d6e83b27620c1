//! What changes in a collection: a watch's answer read line by line, and which request comes next.

mod decoder;
mod event;
mod machine;

pub use self::decoder::{RawEvent, WatchDecoder, WatchError};
pub use self::event::{Bookmark, Change, WatchEvent};
pub use self::machine::{Step, Told, WatchMachine};
