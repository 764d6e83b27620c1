//! What happened to objects, in order: what watches are told.

use std::sync::{Arc, OnceLock};

use crate::server::stored::Stored;

/// One write: an object before and after it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    /// `NAMESPACE/NAME`, or `NAME`.
    pub(crate) path: String,
    pub(crate) before: Option<Arc<Stored>>,
    /// `None`: it was deleted.
    pub(crate) after: Option<Arc<Stored>>,
    last: OnceLock<Option<Stored>>,
}

/// What a watch that has seen everything until a revision has not seen.
#[derive(Debug)]
pub(crate) enum Since {
    /// These changes, and until which revision they reach.
    Changes(Vec<Arc<Change>>, u64),
    /// Nobody remembers so far back.
    Forgotten,
}

impl Change {
    pub(super) fn new(
        revision: u64,
        path: String,
        before: Option<Arc<Stored>>,
        after: Option<Arc<Stored>>,
    ) -> Self {
        Self {
            revision,
            path,
            before,
            after,
            last: OnceLock::new(),
        }
    }

    /// The object as it was before, of this change's revision: what is told of one that went.
    pub(crate) fn last(&self) -> Option<&Stored> {
        let stamped = || self.before.as_ref().map(|before| before.at(self.revision));
        self.last.get_or_init(stamped).as_ref()
    }
}
