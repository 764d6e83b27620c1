//! What the machine says.

use std::time::Instant;

use crate::request::{ListParams, WatchParams};

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Ask for this list. Without a continue token it begins anew: what it does not hold is gone.
    List(ListParams),
    /// Ask for this watch. With initial events it is a list as well, and begins anew.
    Watch(WatchParams),
    /// Nothing before this time; then poll again.
    Wait(Instant),
    /// Nothing: read on the answer of the request under way.
    Read,
}

/// What an event or a page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// It belongs to a list that is not complete yet.
    Initial,
    /// The list is complete: objects that were not in it are gone.
    Synced,
    /// A change, or a bookmark.
    Change,
    /// The answer is over; drop it and poll.
    Over,
}
