//! A value read from files, read again when they change: what tokens, CA bundles and client certificates share.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use k8s_config::{Material, Stamp};
use tokio::time::Instant;

/// How often files are looked at (`stat`), at most.
const LOOK: Duration = Duration::from_secs(1);

/// How often they are read even if they look unchanged: some volumes keep their timestamps.
pub(crate) const PERIOD: Duration = Duration::from_secs(50);

/// The newest good value of what stands in some files.
pub(crate) struct Reload<T> {
    state: Mutex<Option<State<T>>>,
}

struct State<T> {
    value: T,
    /// Counts the changes of `value`.
    generation: u64,
    stamps: Vec<Option<Stamp>>,
    looked: Instant,
    read: Instant,
    /// Whether the failure to read again was reported already.
    reported: bool,
}

impl<T: Clone + PartialEq> Reload<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(None),
        }
    }

    /// The value and its generation, read again if the files changed or were not read for [`PERIOD`].
    ///
    /// Only the first read can fail. Later, the last good value is kept and the failure reported once.
    pub(crate) fn get<E: std::error::Error>(
        &self,
        files: &[&Material],
        read: impl Fn() -> Result<T, E>,
    ) -> Result<(T, u64), E> {
        self.get_at(Instant::now(), files, read, false)
    }

    /// As [`get`](Self::get), and looks at the files even if it did a moment ago.
    pub(crate) fn get_now<E: std::error::Error>(
        &self,
        files: &[&Material],
        read: impl Fn() -> Result<T, E>,
    ) -> Result<(T, u64), E> {
        self.get_at(Instant::now(), files, read, true)
    }

    fn get_at<E: std::error::Error>(
        &self,
        now: Instant,
        files: &[&Material],
        read: impl Fn() -> Result<T, E>,
        at_once: bool,
    ) -> Result<(T, u64), E> {
        // A panic while the lock was held leaves a whole state behind: it is replaced in one assignment.
        let mut guard = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(state) = guard.as_mut() else {
            let stamps = stamps(files);
            let value = read()?;
            *guard = Some(State {
                value: value.clone(),
                generation: 0,
                stamps,
                looked: now,
                read: now,
                reported: false,
            });
            return Ok((value, 0));
        };
        if at_once || now.duration_since(state.looked) >= LOOK {
            state.look(now, files, read, at_once);
        }
        Ok((state.value.clone(), state.generation))
    }
}

impl<T: PartialEq> State<T> {
    fn look<E: std::error::Error>(
        &mut self,
        now: Instant,
        files: &[&Material],
        read: impl Fn() -> Result<T, E>,
        at_once: bool,
    ) {
        self.looked = now;
        // Taken before reading: a change in between shows at the next look.
        let stamps = stamps(files);
        if !at_once && stamps == self.stamps && now.duration_since(self.read) < PERIOD {
            return;
        }
        self.stamps = stamps;
        self.read = now;
        match read() {
            Ok(value) => {
                self.reported = false;
                if value != self.value {
                    self.value = value;
                    self.generation += 1;
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut self.reported, true) {
                    let error = Chain(&error);
                    tracing::warn!(%error, "keeping the last good value");
                }
            }
        }
    }
}

fn stamps(files: &[&Material]) -> Vec<Option<Stamp>> {
    files.iter().map(|file| file.stamp()).collect()
}

/// An error and its causes, on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

impl<T> fmt::Debug for Reload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reload").finish_non_exhaustive()
    }
}
