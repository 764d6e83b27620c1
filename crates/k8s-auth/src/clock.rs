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

/// The clock in use: the operating system's, or the one that was given.
#[derive(Clone, Default)]
pub(crate) struct Time(Option<Arc<dyn Clock>>);

impl Time {
    pub(crate) fn new(clock: impl Clock + 'static) -> Self {
        Self(Some(Arc::new(clock)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    pub(crate) fn now(&self) -> SystemTime {
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
