//! The wall clock as a value, so that tests can set it.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Tells the time of day; a closure is one.
///
/// Tokens expire by the wall clock: a laptop that slept must see that.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> SystemTime;
}

impl<F: Fn() -> SystemTime + Send + Sync> Clock for F {
    fn now(&self) -> SystemTime {
        self()
    }
}

/// The clock in use: the operating system's, which is the default, or one that was given. Clones share it.
///
/// ```
/// use std::time::SystemTime;
///
/// use k8s_auth::Time;
///
/// let stopped = Time::new(|| SystemTime::UNIX_EPOCH);
/// assert!(stopped.now() < Time::default().now());
/// ```
#[derive(Clone, Default)]
pub struct Time(Option<Arc<dyn Clock>>);

impl Time {
    /// This clock.
    pub fn new(clock: impl Clock + 'static) -> Self {
        Self(Some(Arc::new(clock)))
    }

    /// What time it is by it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    pub fn now(&self) -> SystemTime {
        self.0
            .as_ref()
            .map_or_else(SystemTime::now, |clock| clock.now())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Time").finish_non_exhaustive()
    }
}
