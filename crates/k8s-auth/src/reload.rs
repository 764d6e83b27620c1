//! A value read from files, read again when they change: what tokens, CA bundles and client certificates share.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use k8s_config::{Material, Stamp};
use tokio::time::Instant;

use crate::event::{AuthEvent, Events, Thing};

/// How often files are looked at (`stat`), at most.
const LOOK: Duration = Duration::from_secs(1);

/// How often they are read even if they look unchanged: some volumes keep their timestamps.
const PERIOD: Duration = Duration::from_secs(50);

/// How long a value that was refused is good enough, if the files look unchanged.
const REFUSED: Duration = Duration::from_secs(10);

/// The newest good value of what stands in some files.
///
/// Asking takes a read lock that is never held for longer than a pointer is swapped. One caller a second looks at the
/// files; meanwhile the others go on with the value at hand.
pub(crate) struct Reload<T> {
    thing: Thing,
    current: RwLock<Option<Arc<Current<T>>>>,
    looking: Mutex<Looked>,
}

/// A value, and when the files are to be looked at next.
struct Current<T> {
    value: T,
    /// Counts the changes of `value`.
    generation: u64,
    look_at: Instant,
}

/// What the one who looks remembers.
#[derive(Default)]
struct Looked {
    stamps: Vec<Option<Stamp>>,
    read: Option<Instant>,
    /// Whether the failure to read again was reported already.
    reported: bool,
}

/// What is read, and how.
pub(crate) struct Files<'a, R> {
    pub(crate) materials: &'a [&'a Material],
    pub(crate) read: R,
    pub(crate) events: &'a Events,
}

impl<T: Clone + PartialEq> Reload<T> {
    pub(crate) fn new(thing: Thing) -> Self {
        Self {
            thing,
            current: RwLock::new(None),
            looking: Mutex::default(),
        }
    }

    /// The value and its generation, read again if the files changed or were not read for [`PERIOD`].
    ///
    /// Only the first read can fail. Later, the last good value is kept and the failure reported once.
    pub(crate) fn get<E, R>(&self, files: &Files<'_, R>) -> Result<(T, u64), E>
    where
        E: Error + 'static,
        R: Fn() -> Result<T, E>,
    {
        let now = Instant::now();
        if let Some(current) = self.current().filter(|current| current.is_fresh(now)) {
            return Ok((current.value.clone(), current.generation));
        }
        match (self.looking.try_lock(), self.current()) {
            (Ok(mut looked), _) => self.look(now, files, PERIOD, &mut looked),
            // Somebody looks already: the value at hand will do.
            (Err(TryLockError::WouldBlock), Some(current)) => {
                Ok((current.value.clone(), current.generation))
            }
            _ => {
                let mut looked = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
                self.look(now, files, PERIOD, &mut looked)
            }
        }
    }

    /// The generation of the value at hand, while nobody has to look at the files: `None` when [`get`](Self::get) has to.
    pub(crate) fn fresh(&self, now: Instant) -> Option<u64> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let current = current.as_ref().filter(|current| current.is_fresh(now))?;
        Some(current.generation)
    }

    /// As [`get`](Self::get), for a value that turned out to be wrong: looks at the files at once, and reads them even
    /// if they look unchanged, when that was not done a moment ago.
    pub(crate) fn get_refused<E, R>(&self, files: &Files<'_, R>) -> Result<(T, u64), E>
    where
        E: Error + 'static,
        R: Fn() -> Result<T, E>,
    {
        let mut looked = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        self.look(Instant::now(), files, REFUSED, &mut looked)
    }

    fn current(&self) -> Option<Arc<Current<T>>> {
        // A panic while the lock was held leaves a whole pointer behind.
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn look<E, R>(
        &self,
        now: Instant,
        files: &Files<'_, R>,
        stale_after: Duration,
        looked: &mut Looked,
    ) -> Result<(T, u64), E>
    where
        E: Error + 'static,
        R: Fn() -> Result<T, E>,
    {
        // Taken before reading: a change in between shows at the next look.
        let stamps: Vec<_> = files.materials.iter().map(|file| file.stamp()).collect();
        let recent = looked
            .read
            .is_some_and(|read| now.duration_since(read) < stale_after);
        let (value, generation) = match self.current() {
            Some(old) if recent && stamps == looked.stamps => (old.value.clone(), old.generation),
            old => {
                let read = match old {
                    Some(old) => self.read_again(&old, files, looked),
                    None => ((files.read)()?, 0),
                };
                looked.read = Some(now);
                looked.stamps = stamps;
                read
            }
        };
        let next = Current {
            value: value.clone(),
            generation,
            look_at: now + LOOK,
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(next));
        Ok((value, generation))
    }

    fn read_again<E, R>(
        &self,
        old: &Current<T>,
        files: &Files<'_, R>,
        looked: &mut Looked,
    ) -> (T, u64)
    where
        E: Error + 'static,
        R: Fn() -> Result<T, E>,
    {
        match (files.read)() {
            Ok(value) => {
                looked.reported = false;
                if value == old.value {
                    return (value, old.generation);
                }
                files
                    .events
                    .report(AuthEvent::Reloaded { thing: self.thing });
                (value, old.generation + 1)
            }
            Err(error) => {
                if !std::mem::replace(&mut looked.reported, true) {
                    files.events.report(AuthEvent::Kept {
                        thing: self.thing,
                        why: &error,
                    });
                }
                (old.value.clone(), old.generation)
            }
        }
    }
}

impl<T> Current<T> {
    fn is_fresh(&self, now: Instant) -> bool {
        now < self.look_at
    }
}

impl<T> fmt::Debug for Reload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reload")
            .field("thing", &self.thing)
            .finish_non_exhaustive()
    }
}
