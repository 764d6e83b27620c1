//! How far a request is, as the transport below tells the deadlines above.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// Lies in a request's extensions; the transport writes, whoever put it there reads.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: Mutex<Stage>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Stage {
    /// Nobody below tells.
    #[default]
    Untold,
    /// It waits for a connection.
    Connecting,
    /// It has one since.
    Sending(Instant),
}

impl Progress {
    pub(crate) fn connecting(&self) {
        *self.lock() = Stage::Connecting;
    }

    pub(crate) fn sending(&self) {
        *self.lock() = Stage::Sending(Instant::now());
    }

    pub(super) fn stage(&self) -> Stage {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
