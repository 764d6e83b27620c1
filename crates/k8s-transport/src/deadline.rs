//! Time limits of a request: in all, for its connection, for the answer's head, and for silence in its body.

mod body;
mod error;
mod future;
mod progress;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::{Request, Response};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

pub use self::body::DeadlineBody;
pub use self::error::{Deadline, DeadlineError, Exceeded};
pub use self::future::DeadlineFuture;
pub(crate) use self::progress::Progress;

/// How long a request may take; `None` is without limit. A value of this type in a request's extensions stands in
/// place of the layer's own.
///
/// A watch wants no `whole`, but a `silence`: HTTP/1.1 has no other way to notice that the server has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// From the call until the last byte of the answer's body.
    pub whole: Option<Duration>,
    /// Until the request has a connection, be it an old one.
    pub connect: Option<Duration>,
    /// From then until the answer's head; below a service that tells nothing of connections, from the call.
    pub headers: Option<Duration>,
    /// How long the reader of the answer's body may wait for its next bytes.
    pub silence: Option<Duration>,
}

/// Gives requests time limits: makes [`WithDeadlines`] of a service.
///
/// In a stack with a retry it stands twice: above with [`only_whole`](Self::only_whole), below with
/// [`only_attempt`](Self::only_attempt), so that each attempt has its own share.
#[derive(Clone, Copy, Debug)]
pub struct DeadlinesLayer {
    default: Deadlines,
    part: Part,
}

#[derive(Clone, Copy, Debug)]
enum Part {
    All,
    Attempt,
    Whole,
}

/// A service whose requests have time limits; see [`DeadlinesLayer`].
///
/// # Cancel safety
///
/// A request whose time is over is dropped, which ends it; the server may have acted on it.
#[derive(Clone)]
pub struct WithDeadlines<S> {
    inner: S,
    layer: DeadlinesLayer,
}

// === impl Deadlines ===

impl Deadlines {
    /// No limit at all.
    pub const fn none() -> Self {
        Self {
            whole: None,
            connect: None,
            headers: None,
            silence: None,
        }
    }

    /// Limits everything together: client-go's `--request-timeout`.
    #[must_use]
    pub const fn whole(mut self, limit: Duration) -> Self {
        self.whole = Some(limit);
        self
    }

    /// Limits the time until there is a connection.
    #[must_use]
    pub const fn connect(mut self, limit: Duration) -> Self {
        self.connect = Some(limit);
        self
    }

    /// Limits the time until the answer's head.
    #[must_use]
    pub const fn headers(mut self, limit: Duration) -> Self {
        self.headers = Some(limit);
        self
    }

    /// Limits the waits within the answer's body.
    #[must_use]
    pub const fn silence(mut self, limit: Duration) -> Self {
        self.silence = Some(limit);
        self
    }
}

// === impl DeadlinesLayer ===

impl DeadlinesLayer {
    /// These limits, for requests that bring none of their own.
    pub const fn new(default: Deadlines) -> Self {
        Self {
            default,
            part: Part::All,
        }
    }

    /// Minds `whole` and nothing else.
    #[must_use]
    pub const fn only_whole(mut self) -> Self {
        self.part = Part::Whole;
        self
    }

    /// Minds everything but `whole`.
    #[must_use]
    pub const fn only_attempt(mut self) -> Self {
        self.part = Part::Attempt;
        self
    }

    fn limits<B>(&self, request: &Request<B>) -> Deadlines {
        let own = request.extensions().get::<Deadlines>();
        let limits = *own.unwrap_or(&self.default);
        match self.part {
            Part::All => limits,
            Part::Attempt => Deadlines {
                whole: None,
                ..limits
            },
            Part::Whole => Deadlines {
                whole: limits.whole,
                ..Deadlines::none()
            },
        }
    }
}

impl<S> Layer<S> for DeadlinesLayer {
    type Service = WithDeadlines<S>;

    fn layer(&self, inner: S) -> WithDeadlines<S> {
        WithDeadlines {
            inner,
            layer: *self,
        }
    }
}

// === impl WithDeadlines ===

impl<S> WithDeadlines<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, without limits.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, A, B> Service<Request<A>> for WithDeadlines<S>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<DeadlineBody<B>>;
    type Error = DeadlineError<S::Error>;
    type Future = DeadlineFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(DeadlineError::Inner)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let limits = self.layer.limits(&request);
        let followed = limits.connect.is_some() || limits.headers.is_some();
        let progress = followed.then(|| Arc::new(Progress::default()));
        if let Some(progress) = &progress {
            request.extensions_mut().insert(Arc::clone(progress));
        }
        DeadlineFuture::new(self.inner.call(request), limits, progress, Instant::now())
    }
}

impl<S> fmt::Debug for WithDeadlines<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithDeadlines")
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}
