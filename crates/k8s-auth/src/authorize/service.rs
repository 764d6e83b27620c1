//! The service: asks for a token, then calls the inner service.

use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use tower_service::Service;

use super::future::{Call, copy};
use super::{AuthorizeError, AuthorizeFuture, Never, ReplayBody};
use crate::Origin;
use crate::token::TokenSource;

/// Puts a token on each request, then calls the inner service.
///
/// - A request that carries `Authorization` already goes through untouched and never waits for a token.
/// - A request to another origin fails with [`AuthorizeError::ForeignOrigin`]; nothing is sent.
/// - When no token can be had, the request fails with [`AuthorizeError::Credential`]; it is never sent without one.
/// - The header is marked sensitive.
/// - When the answer is 401, the source is told. If it has another token by then, and the request can be sent a second
///   time ([`ReplayBody`]), it is, once. In every other case the 401 is handed on.
///
/// # Cancel safety
///
/// Dropping the future before the inner service was called sends nothing.
#[derive(Clone, Debug)]
pub struct Authorize<S, T, P = Never> {
    pub(super) inner: S,
    pub(super) source: T,
    pub(super) origin: Origin,
    pub(super) replay: P,
}

impl<S, T> Authorize<S, T> {
    /// Tokens of `source` on requests to `origin`, sent by `inner`, each once.
    pub fn new(inner: S, source: T, origin: Origin) -> Self {
        Self {
            inner,
            source,
            origin,
            replay: Never,
        }
    }
}

impl<S, T, P> Authorize<S, T, P> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, without the token source.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, T, P, B, R> Service<Request<B>> for Authorize<S, T, P>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    T: TokenSource + Clone,
    P: ReplayBody<B>,
{
    type Response = Response<R>;
    type Error = AuthorizeError<S::Error>;
    type Future = AuthorizeFuture<S, T, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(AuthorizeError::Inner)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.headers().contains_key(AUTHORIZATION) {
            return AuthorizeFuture::calling(self.inner.call(request));
        }
        if let Err(foreign) = self.origin.check(request.uri()) {
            return AuthorizeFuture::failed(AuthorizeError::ForeignOrigin(foreign));
        }
        // The ready service goes into the future; what stays behind was not polled ready.
        let next = self.inner.clone();
        let service = std::mem::replace(&mut self.inner, next);
        let copy = if self.replay.is_never() {
            None
        } else {
            copy(&request, &self.replay)
        };
        AuthorizeFuture::asking(
            Call {
                source: self.source.clone(),
                service,
                copy,
            },
            request,
        )
    }
}
