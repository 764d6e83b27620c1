//! An orderly end: what is quick is finished, what is endless is ended, what is left is cut.

mod body;
mod signal;
mod until;

use std::fmt;
use std::future::Future;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use self::body::EndsWithDrain;
use self::signal::Signal;
use self::until::Until;

/// The end of a proxy, in two steps. Clones are the same end; making one spawns nothing.
///
/// 1. [`start`](Self::start): watches and followed logs end behind a whole line, as if the server had ended them; connections
///    close behind the answer that they are at; `/readyz` says 503. Other answers, uploads and tunnels go on.
/// 2. [`cut`](Self::cut): whatever is left is dropped.
#[derive(Clone, Default)]
pub struct Drain {
    draining: CancellationToken,
    cut: CancellationToken,
    tasks: TaskTracker,
}

impl Drain {
    /// An end that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the end.
    pub fn start(&self) {
        self.draining.cancel();
        self.tasks.close();
    }

    /// Drops what is left; [starts](Self::start) first.
    pub fn cut(&self) {
        self.start();
        self.cut.cancel();
    }

    /// Whether the end has begun.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Waits until the end begins.
    pub async fn started(&self) {
        self.draining.cancelled().await;
    }

    /// Waits until no connection and no tunnel is left. It never returns before the end has begun.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is dropped.
    pub async fn finished(&self) {
        self.tasks.wait().await;
    }

    /// Runs a task to its end, or until the cut. A runtime must be there.
    pub(crate) fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let task = Until::new(task, &self.cut);
        self.tasks.spawn(async {
            // Cut or done, there is nothing to tell anybody.
            let _ = task.await;
        });
    }

    /// Polls `task` to its end, or until the drain begins: then `None`.
    pub(crate) fn until_started<F: Future>(&self, task: F) -> Until<F> {
        Until::new(task, &self.draining)
    }

    fn draining(&self) -> Signal {
        Signal::new(&self.draining)
    }
}

impl fmt::Debug for Drain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain")
            .field("started", &self.has_started())
            .field("cut", &self.cut.is_cancelled())
            .finish_non_exhaustive()
    }
}
