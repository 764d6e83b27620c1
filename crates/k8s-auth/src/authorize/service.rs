//! The service: asks for a token, then calls the inner service.

use std::task::{Context, Poll};

use http::Request;
use http::header::AUTHORIZATION;
use tower_service::Service;

use super::{AuthorizeError, AuthorizeFuture};
use crate::Origin;
use crate::token::TokenSource;

/// Puts a token on each request, then calls the inner service.
///
/// - A request that carries `Authorization` already goes through untouched and never waits for a token.
/// - A request to another origin fails with [`AuthorizeError::ForeignOrigin`]; nothing is sent.
/// - When no token can be had, the request fails with [`AuthorizeError::Credential`]; it is never sent without one.
/// - The header is marked sensitive.
///
/// # Cancel safety
///
/// Dropping the future before the inner service was called sends nothing.
#[derive(Clone, Debug)]
pub struct Authorize<S, T> {
    inner: S,
    source: T,
    origin: Origin,
}

impl<S, T> Authorize<S, T> {
    /// Tokens of `source` on requests to `origin`, sent by `inner`.
    pub fn new(inner: S, source: T, origin: Origin) -> Self {
        Self {
            inner,
            source,
            origin,
        }
    }

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

impl<S, T, B> Service<Request<B>> for Authorize<S, T>
where
    S: Service<Request<B>> + Clone,
    T: TokenSource + Clone,
{
    type Response = S::Response;
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
        let ready = std::mem::replace(&mut self.inner, next);
        AuthorizeFuture::asking(self.source.clone(), ready, request)
    }
}
