//! Sends a request again, where a policy says that it may be.

mod error;
mod future;
mod policy;
mod replay;
mod retry_after;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::BoxError;

pub use self::error::{Attempts, RetryError};
pub use self::future::RetryFuture;
pub(crate) use self::future::SentAgain;
pub use self::policy::{Attempt, DefaultRetry, Outcome, Repeatable, RetryPolicy, SendOnce};
pub use self::replay::{IfClone, Never, ReplayBody};

/// Sends requests again: makes [`Retry`] of a service.
///
/// `P` decides [whether](RetryPolicy), `R` makes the [copies of bodies](ReplayBody).
pub struct RetryLayer<P, R> {
    policy: Arc<P>,
    replay: Arc<R>,
}

/// A service whose requests are sent again where they may be; see [`RetryLayer`].
///
/// An answer that is handed on is never asked for again: nothing is retried after its head. How often a request was
/// sent stands in its error, and in its answer's extensions as [`Attempts`].
pub struct Retry<S, P, R> {
    inner: S,
    policy: Arc<P>,
    replay: Arc<R>,
}

// === impl RetryLayer ===

impl RetryLayer<DefaultRetry, Never> {
    /// The [default policy](DefaultRetry), and no body that can be sent twice: call [`replay`](Self::replay).
    pub fn new() -> Self {
        Self {
            policy: Arc::new(DefaultRetry::new()),
            replay: Arc::new(Never),
        }
    }
}

impl<P, R> RetryLayer<P, R> {
    /// Decides whether a request is sent again.
    #[must_use]
    pub fn policy<Q: RetryPolicy>(self, policy: Q) -> RetryLayer<Q, R> {
        RetryLayer {
            policy: Arc::new(policy),
            replay: self.replay,
        }
    }

    /// Makes the copies of bodies. A request whose body cannot be copied is sent once.
    #[must_use]
    pub fn replay<Q>(self, replay: Q) -> RetryLayer<P, Q> {
        RetryLayer {
            policy: self.policy,
            replay: Arc::new(replay),
        }
    }
}

impl Default for RetryLayer<DefaultRetry, Never> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, P, R> Layer<S> for RetryLayer<P, R> {
    type Service = Retry<S, P, R>;

    fn layer(&self, inner: S) -> Retry<S, P, R> {
        Retry {
            inner,
            policy: Arc::clone(&self.policy),
            replay: Arc::clone(&self.replay),
        }
    }
}

impl<P, R> Clone for RetryLayer<P, R> {
    fn clone(&self) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            replay: Arc::clone(&self.replay),
        }
    }
}

impl<P, R> fmt::Debug for RetryLayer<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryLayer").finish_non_exhaustive()
    }
}

// === impl Retry ===

impl<S, P, R, A, B> Service<Request<A>> for Retry<S, P, R>
where
    S: Service<Request<A>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    P: RetryPolicy,
    R: ReplayBody<A>,
    B: http_body::Body,
{
    type Response = Response<B>;
    type Error = RetryError;
    type Future = RetryFuture<S, P, R, A, S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), RetryError>> {
        let ready = self.inner.poll_ready(cx);
        ready.map_err(|error| RetryError::new(error.into(), Vec::new()))
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        // The one that was polled ready goes along; a clone stays.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        RetryFuture::new(
            inner,
            Arc::clone(&self.policy),
            Arc::clone(&self.replay),
            request,
        )
    }
}

impl<S: Clone, P, R> Clone for Retry<S, P, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            policy: Arc::clone(&self.policy),
            replay: Arc::clone(&self.replay),
        }
    }
}

impl<S, P, R> fmt::Debug for Retry<S, P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").finish_non_exhaustive()
    }
}
