//! Asks for compressed answers, and hands them on as they were before.

mod body;
mod error;
mod future;

use std::task::{Context, Poll};

use ::http::{HeaderValue, Request, Response, header};
use tower_layer::Layer;
use tower_service::Service;

use crate::BoxError;
use crate::class::LongRunning;

pub use self::body::GunzipBody;
pub use self::error::GunzipError;
pub use self::future::GunzipFuture;

/// Asks servers for gzip and undoes it: makes [`Gunzip`] of a service.
///
/// Asking for nothing is what a kubeconfig's `disable-compression` wants.
#[derive(Clone, Copy, Debug)]
pub struct GunzipLayer {
    ask: bool,
}

/// A service whose answers may come compressed; see [`GunzipLayer`].
///
/// As Go's: requests that have an `Accept-Encoding` or a `Range` of their own, or [`LongRunning`] in their extensions,
/// are left as they are, and so are their answers. Bodies are undone as they arrive; of several gzip members, all are;
/// one that is cut short, or has something else behind it, is an error.
#[derive(Clone, Debug)]
pub struct Gunzip<S> {
    inner: S,
    ask: bool,
}

impl GunzipLayer {
    /// A layer that asks for compressed answers.
    pub const fn new() -> Self {
        Self { ask: true }
    }

    /// Whether it asks; where not, answers come as they are.
    #[must_use]
    pub const fn ask(mut self, ask: bool) -> Self {
        self.ask = ask;
        self
    }
}

impl Default for GunzipLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for GunzipLayer {
    type Service = Gunzip<S>;

    fn layer(&self, inner: S) -> Gunzip<S> {
        Gunzip {
            inner,
            ask: self.ask,
        }
    }
}

impl<S> Gunzip<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, which asks for nothing.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, A, B> Service<Request<A>> for Gunzip<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: http_body::Body<Error: Into<BoxError>>,
{
    type Response = Response<GunzipBody<B>>;
    type Error = S::Error;
    type Future = GunzipFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let headers = request.headers();
        let ask = self.ask
            && !headers.contains_key(header::ACCEPT_ENCODING)
            && !headers.contains_key(header::RANGE)
            && request.extensions().get::<LongRunning>().is_none();
        if ask {
            let gzip = HeaderValue::from_static("gzip");
            request.headers_mut().insert(header::ACCEPT_ENCODING, gzip);
        }
        GunzipFuture::new(self.inner.call(request), ask)
    }
}
