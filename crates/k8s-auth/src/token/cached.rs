//! A token that is kept, and renewed before it ends: what stands around every source that is slow.

mod flight;
mod future;
mod state;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_service::Service;

use self::flight::Inner;
pub use self::flight::RenewalError;
pub use self::future::CachedFuture;
use super::{Renew, Token};
use crate::BoxError;
use crate::clock::{Clock, Time};
use crate::event::{Events, OnAuthEvent};

/// Keeps the token of a source, and asks for the next one before it ends.
///
/// - While the token is good, asking neither allocates nor waits.
/// - There is one renewal at a time, whoever asks: a thousand callers, one flight. Nothing is spawned; whoever waits
///   drives it.
/// - After about four fifths of a token's life (each time a little earlier or later, so that many clients do not ask at
///   once), or when its source said ([`Token::renew_from`]), one caller drives a renewal, the others go on with the old token. If that caller is dropped, the next one
///   drives the same flight on.
/// - Without a token, or after its end, all wait.
/// - A renewal that fails while the old token lives: the old one is used, one warning is logged, and the next try is 10 s
///   later.
/// - A token that the server refused is renewed if it is the present one and older than 10 s, once in 10 s; otherwise
///   the present one is handed out again.
///
/// Clones share the token. A source that may hang wants a limit of its own (`tower::timeout`).
pub struct Cached<T> {
    inner: Arc<Inner<T>>,
}

impl<T> Cached<T> {
    /// Keeps the tokens of `source`. It is not asked yet.
    pub fn new(source: T) -> Self {
        Self {
            inner: Arc::new(Inner::new(source, Time::default(), Events::default())),
        }
    }
}

impl<T: Clone> Cached<T> {
    /// Goes by this clock. What was kept so far is not kept.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        let Inner { source, events, .. } = &*self.inner;
        let inner = Inner::new(source.clone(), Time::new(clock), events.clone());
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Tells of every renewal and every failure. What was kept so far is not kept.
    #[must_use]
    pub fn on_event(self, listener: impl OnAuthEvent + 'static) -> Self {
        let Inner { source, time, .. } = &*self.inner;
        let inner = Inner::new(source.clone(), time.clone(), Events::new(listener));
        Self {
            inner: Arc::new(inner),
        }
    }
}

impl<T> Service<Renew> for Cached<T>
where
    T: Service<Renew, Response = Token, Error: Into<BoxError>> + Clone + Send + Sync + 'static,
    T::Future: Send,
{
    type Response = Token;
    type Error = RenewalError;
    type Future = CachedFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), RenewalError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> CachedFuture {
        self.inner.ask(renew)
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

impl<T> fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}
