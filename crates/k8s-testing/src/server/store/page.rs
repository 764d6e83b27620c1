//! A list, or a piece of one.

use std::sync::Arc;

use crate::server::stored::Stored;

/// Objects of one kind from a list, and how many more there are behind a limit.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Arc<Stored>>,
    /// The path of the last object, when more follow.
    pub(crate) last: Option<String>,
    /// How many follow; exact only while nothing is filtered.
    pub(crate) remaining: u64,
}
