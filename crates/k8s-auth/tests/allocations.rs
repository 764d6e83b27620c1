//! What the authorize layer costs a request: no allocation of its own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use allocation_counter::{AllocationInfo, measure};
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, Response};
use k8s_auth::token::{Cached, StaticToken};
use k8s_auth::{AuthorizeLayer, Origin, Token, TokenFile};
use k8s_config::{Material, MemorySource};
use tower::{Layer as _, Service};

/// Answers at once, and allocates nothing.
#[derive(Clone)]
struct Noop;

impl Service<Request<()>> for Noop {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        assert!(request.headers().contains_key("authorization"));
        ready(Ok(Response::new(())))
    }
}

/// A request whose header map has room: what it allocates for itself is not the layer's.
fn request() -> Request<()> {
    let mut request = Request::get("/api").body(()).unwrap();
    *request.headers_mut() = HeaderMap::with_capacity(8);
    request
}

fn one<T>(source: T) -> AllocationInfo
where
    T: k8s_auth::token::TokenSource + Clone,
{
    let origin = Origin::https(&"https://a.example".parse().unwrap()).unwrap();
    let mut service = AuthorizeLayer::new(source, origin).layer(Noop);
    // The first one reads the file and makes the token's text shared.
    for _ in 0..2 {
        service
            .call(request())
            .now_or_never()
            .unwrap()
            .ok()
            .unwrap();
    }
    let mut next = Some(request());
    measure(|| {
        let request = next.take().unwrap();
        service.call(request).now_or_never().unwrap().ok().unwrap();
    })
}

fn token() -> StaticToken {
    StaticToken::new(Token::new("abc").unwrap())
}

#[test]
fn an_allocation_would_be_seen() {
    assert_eq!(measure(|| drop(Box::new(7))).count_total, 1);
}

#[test]
fn a_fixed_token_costs_no_allocation() {
    assert_eq!(one(token()).count_total, 0);
}

#[test]
fn a_cached_token_costs_no_allocation() {
    assert_eq!(one(Cached::new(token())).count_total, 0);
}

#[test]
fn a_token_file_costs_no_allocation() {
    let source = MemorySource::new().with_file("/token", "abc");
    let file = TokenFile::new(Material::file(Arc::new(source), "/token"));
    assert_eq!(one(file).count_total, 0);
}
