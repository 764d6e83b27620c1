//! Changes as they happen: the events of one request, and a watch that goes on for ever.

mod events;
mod params;
mod watcher;

pub use k8s_api_core::decode::{ManagedFields, Undecodable};
pub use k8s_api_core::watch::{Bookmark, Change, WatchEvent};

pub use self::events::Events;
pub use self::params::WatcherParams;
pub use self::watcher::{Update, Watcher};
