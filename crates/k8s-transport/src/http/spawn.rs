//! Who runs the connections: the decision, and the default, tokio.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::Handle;

/// A connection's work, to be polled until it is done.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs tasks. A closure `Fn(Task)` is one.
///
/// The tasks need tokio's timers. A task that is dropped closes its connection.
pub trait Spawn: Send + Sync + 'static {
    /// Has this task polled until it is done; does not wait for it.
    fn spawn(&self, task: Task);
}

impl<F: Fn(Task) + Send + Sync + 'static> Spawn for F {
    fn spawn(&self, task: Task) {
        self(task);
    }
}

/// Whoever was chosen to run the connections.
#[derive(Clone)]
pub(super) enum Spawner {
    Tokio,
    Custom(Arc<dyn Spawn>),
}

impl Spawner {
    /// Outside of a runtime the task is dropped, which its owner notices.
    pub(super) fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        match self {
            Self::Tokio => {
                if let Ok(runtime) = Handle::try_current() {
                    runtime.spawn(task);
                }
            }
            Self::Custom(spawn) => spawn.spawn(Box::pin(task)),
        }
    }
}
