//! What the API server warns of beside its answer, handed to whoever wants to know.

mod log;
mod parse;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ::http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

pub use self::log::LogWarnings;
pub use self::parse::Warning;

/// Hears what the server warns of; a closure is one.
///
/// It is called on the way of the answer: it must be quick, and must not wait.
pub trait OnWarning: Send + Sync {
    /// The server warned.
    fn on_warning(&self, warning: &Warning);
}

impl<F: Fn(&Warning) + Send + Sync> OnWarning for F {
    fn on_warning(&self, warning: &Warning) {
        self(warning);
    }
}

impl OnWarning for Arc<dyn OnWarning> {
    fn on_warning(&self, warning: &Warning) {
        (**self).on_warning(warning);
    }
}

/// Reads the `Warning` headers of answers (RFC 7234, 5.5, code 299): makes [`Warnings`] of a service.
///
/// kube-apiserver warns of deprecated APIs, of fields that it does not know, and of what an admission policy finds odd.
pub struct WarningsLayer<H> {
    hook: Arc<H>,
}

/// A service whose answers' warnings somebody hears of; see [`WarningsLayer`].
pub struct Warnings<S, H> {
    inner: S,
    hook: Arc<H>,
}

pin_project! {
    /// The future of [`Warnings`].
    pub struct WarningsFuture<F, H> {
        #[pin]
        answer: F,
        hook: Arc<H>,
    }
}

// === impl WarningsLayer ===

impl<H: OnWarning> WarningsLayer<H> {
    /// Hands warnings to this hook; [`LogWarnings`] logs each once.
    pub fn new(hook: H) -> Self {
        Self {
            hook: Arc::new(hook),
        }
    }
}

impl<S, H> Layer<S> for WarningsLayer<H> {
    type Service = Warnings<S, H>;

    fn layer(&self, inner: S) -> Warnings<S, H> {
        Warnings {
            inner,
            hook: Arc::clone(&self.hook),
        }
    }
}

impl<H> Clone for WarningsLayer<H> {
    fn clone(&self) -> Self {
        Self {
            hook: Arc::clone(&self.hook),
        }
    }
}

impl<H> fmt::Debug for WarningsLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WarningsLayer").finish_non_exhaustive()
    }
}

// === impl Warnings ===

impl<S, H, A, B> Service<Request<A>> for Warnings<S, H>
where
    S: Service<Request<A>, Response = Response<B>>,
    H: OnWarning,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = WarningsFuture<S::Future, H>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        WarningsFuture {
            answer: self.inner.call(request),
            hook: Arc::clone(&self.hook),
        }
    }
}

impl<S: Clone, H> Clone for Warnings<S, H> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            hook: Arc::clone(&self.hook),
        }
    }
}

impl<S, H> fmt::Debug for Warnings<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warnings").finish_non_exhaustive()
    }
}

// === impl WarningsFuture ===

impl<F, H, B, E> Future for WarningsFuture<F, H>
where
    F: Future<Output = Result<Response<B>, E>>,
    H: OnWarning,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(cx))?;
        parse::warnings(response.headers(), |warning| this.hook.on_warning(&warning));
        Poll::Ready(Ok(response))
    }
}

impl<F, H> fmt::Debug for WarningsFuture<F, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WarningsFuture").finish_non_exhaustive()
    }
}
