//! What a connection, those who send over it, and the pool know of each other.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

use super::super::spawn::Task;

/// Stands for "the server's SETTINGS have not come yet"; h2 replaces it when they come, whatever they say.
pub(super) const NOT_TOLD: usize = (1 << 30) + 1;

/// So long a silence makes a connection suspect to a request that ends without an answer; PING decides later.
const SUSPECT: Duration = Duration::from_secs(5);

/// How many requests a connection takes at one time, as its task last saw it, whether it lives, and what it is given to do.
#[derive(Clone)]
pub(in super::super) struct Room {
    state: Arc<State>,
}

struct State {
    most: AtomicUsize,
    born: Instant,
    /// When the server was last heard, in milliseconds since then.
    heard: AtomicU64,
    /// Whether it takes no more requests.
    over: AtomicBool,
    /// Whether it was given up because the server did not say whether it lives.
    silent: AtomicBool,
    /// Written while frames are exchanged: whoever reads it knows that the connection does not end meanwhile.
    exchange: RwLock<()>,
    /// The bodies of requests that the connection's task has yet to take over; `None` when it takes none any more.
    uploads: Mutex<Option<Vec<Task>>>,
    task: AtomicWaker,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            state: Arc::new(State {
                most: AtomicUsize::new(NOT_TOLD),
                born: Instant::now(),
                heard: AtomicU64::new(0),
                over: AtomicBool::new(false),
                silent: AtomicBool::new(false),
                exchange: RwLock::new(()),
                uploads: Mutex::new(Some(Vec::new())),
                task: AtomicWaker::new(),
            }),
        }
    }

    /// `None` until the server has said so; one request is safe even then.
    pub(in super::super) fn most(&self) -> Option<usize> {
        match self.state.most.load(Ordering::Acquire) {
            NOT_TOLD => None,
            most => Some(most),
        }
    }

    /// Whether a server that lives may still have said nothing.
    pub(in super::super) fn is_new(&self) -> bool {
        self.state.born.elapsed() < SUSPECT
    }

    /// When the server was last heard.
    pub(in super::super) fn heard(&self) -> Instant {
        let heard = self.state.heard.load(Ordering::Acquire);
        self.state.born + Duration::from_millis(heard)
    }

    /// Whether the server has been silent for so long since it was asked that nobody else should ask it.
    pub(in super::super) fn is_suspect(&self, asked: Instant) -> bool {
        self.heard().max(asked).elapsed() >= SUSPECT
    }

    /// Whether the connection takes no more requests: the server said goodbye, or it broke, or nobody runs it.
    pub(in super::super) fn is_over(&self) -> bool {
        self.state.over.load(Ordering::Acquire)
    }

    /// Whether the server did not say whether it lives.
    pub(super) fn is_silent(&self) -> bool {
        self.state.silent.load(Ordering::Acquire)
    }

    /// Whether this is news.
    pub(super) fn end(&self) -> bool {
        !self.state.over.swap(true, Ordering::AcqRel)
    }

    pub(super) fn fall_silent(&self) {
        self.state.silent.store(true, Ordering::Release);
    }

    /// Whether this is news.
    pub(super) fn tell(&self, most: usize) -> bool {
        self.state.most.swap(most, Ordering::AcqRel) != most
    }

    pub(super) fn hear(&self) {
        let heard = self.state.born.elapsed().as_millis();
        let heard = u64::try_from(heard).unwrap_or(u64::MAX);
        self.state.heard.store(heard, Ordering::Release);
    }

    /// For the connection's task: waits until nobody is handing over a request who counts on the connection.
    pub(super) fn exchange(&self) -> RwLockWriteGuard<'_, ()> {
        let lock = self.state.exchange.write();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the connection as it is, unless its task is at work just now, or waits to be.
    pub(super) fn hold_still(&self) -> Option<RwLockReadGuard<'_, ()>> {
        match self.state.exchange.try_read() {
            Ok(held) => Some(held),
            Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Has the connection's task send the rest of a body; where there is none any more, drops it.
    pub(super) fn take_over(&self, upload: Task) {
        let late = match &mut *self.uploads() {
            Some(uploads) => {
                uploads.push(upload);
                None
            }
            None => Some(upload),
        };
        drop(late);
        self.state.task.wake();
    }

    /// The bodies that were taken over since this was last asked.
    pub(super) fn taken_over(&self) -> Vec<Task> {
        let mut uploads = self.uploads();
        uploads.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// No body is taken over any more.
    pub(super) fn close(&self) {
        let left = self.uploads().take();
        drop(left);
    }

    /// Whom to wake when there is something to take over.
    pub(super) fn run_by(&self, task: &Waker) {
        self.state.task.register(task);
    }

    fn uploads(&self) -> MutexGuard<'_, Option<Vec<Task>>> {
        let lock = self.state.uploads.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_nobody_takes_over_any_more_is_dropped() {
        let room = Room::new();
        let body = Arc::new(());
        let upload = || -> Task {
            let body = Arc::clone(&body);
            Box::pin(async move { drop(body) })
        };
        room.take_over(upload());
        assert_eq!((room.taken_over().len(), room.taken_over().len()), (1, 0));
        room.take_over(upload());
        room.close();
        room.take_over(upload());
        assert_eq!((room.taken_over().len(), Arc::strong_count(&body)), (0, 1));
    }
}
