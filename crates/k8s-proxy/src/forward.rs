//! The way to the API server and back: one request, one answer, both streamed, or a change of protocol.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, header};
use hyper::upgrade::OnUpgrade;
use k8s_client::{Body, BoxError, Reason, RequestInfo, SendOnce, upgrade};
use pin_project_lite::pin_project;
use tower::ServiceExt as _;
use tower::util::Oneshot;
use tower_service::Service;

use crate::drain::{Drain, EndsWithDrain};
use crate::{answer, headers, tunnel};

/// Sends each request to the API server and hands the answer back as it comes.
///
/// `S` is the client, or any service that takes relative URIs. It never fails: a server that cannot be reached is answered with 502, or 504
/// after a time limit, and a `Status` that says why. When both sides change the protocol, they are joined by a task of the runtime.
#[derive(Clone)]
pub struct Forward<S> {
    inner: S,
    drain: Drain,
    trusted: bool,
    server: Option<Uri>,
}

pin_project! {
    /// The future of [`Forward`].
    pub struct ForwardFuture<S>
    where
        S: Service<Request<Body>>,
    {
        #[pin]
        answer: Oneshot<S, Request<Body>>,
        exchange: Exchange,
    }
}

/// What is known of a request when its answer comes.
struct Exchange {
    upgrade: Option<OnUpgrade>,
    endless: bool,
    drain: Drain,
}

// === impl Forward ===

impl<S> Forward<S> {
    /// Sends to `inner`, until `drain` begins.
    pub const fn new(inner: S, drain: Drain) -> Self {
        Self {
            inner,
            drain,
            trusted: false,
            server: None,
        }
    }

    /// Hands on who the client says to be: `Authorization`, `Impersonate-*`, `X-Remote-*` and forwarded addresses. Default: they are left out, and
    /// every request is the proxy's own.
    #[must_use]
    pub const fn trusted(mut self, trusted: bool) -> Self {
        self.trusted = trusted;
        self
    }

    /// Sends the path as it came to `server`, instead of below the path of its URI. That is `kubectl proxy` without `--append-server-path`, and concerns
    /// servers that have a path only.
    #[must_use]
    pub fn verbatim(mut self, server: Option<Uri>) -> Self {
        self.server = server.filter(|server| !matches!(server.path(), "" | "/"));
        self
    }

    fn uri(&self, asked: &Uri) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.path_and_query = asked.path_and_query().cloned();
        if let Some(server) = &self.server {
            parts.scheme = server.scheme().cloned();
            parts.authority = server.authority().cloned();
        }
        // Both halves were URIs before.
        Uri::from_parts(parts).unwrap_or_default()
    }
}

impl<S, R, B> Service<Request<B>> for Forward<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error: Into<BoxError>> + Clone,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ForwardFuture<S>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> ForwardFuture<S> {
        let endless = is_endless(&request);
        let on_upgrade = hyper::upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        let mut onward = Request::new(if body.is_end_stream() {
            Body::empty()
        } else {
            Body::stream(body)
        });
        *onward.method_mut() = parts.method;
        *onward.uri_mut() = self.uri(&parts.uri);
        *onward.headers_mut() = parts.headers;
        // Who asks the proxy decides whether to ask again, and must not wait for it to give up.
        onward.extensions_mut().insert(SendOnce);
        let protocol = headers::to_server(onward.headers_mut(), self.trusted);
        ForwardFuture {
            answer: self.inner.clone().oneshot(onward),
            exchange: Exchange {
                upgrade: protocol.map(|_| on_upgrade),
                endless,
                drain: self.drain.clone(),
            },
        }
    }
}

/// Whether the answer goes on for as long as somebody listens: a watch, or a log that is followed.
fn is_endless<B>(request: &Request<B>) -> bool {
    let uri = request.uri();
    let query = uri.query().unwrap_or_default();
    // Most requests need not be taken apart to be known as short.
    let may_be = ["watch", "follow", "%"]
        .iter()
        .any(|part| query.contains(part));
    if !may_be && !uri.path().contains("/watch/") {
        return false;
    }
    let Ok(info) = RequestInfo::parse(request.method(), uri.path(), uri.query()) else {
        return false;
    };
    let follows = |query: &str| {
        query
            .split('&')
            .any(|pair| matches!(pair, "follow=true" | "follow=1"))
    };
    info.verb() == "watch" || (info.subresource() == "log" && uri.query().is_some_and(follows))
}

// === impl ForwardFuture ===

impl<S, R> Future for ForwardFuture<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error: Into<BoxError>>,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answered = ready!(this.answer.poll(cx));
        Poll::Ready(Ok(match answered {
            Ok(response) => this.exchange.finish(response),
            Err(error) => unreachable_server(&*error.into()),
        }))
    }
}

impl Exchange {
    fn finish<R>(&mut self, mut response: Response<R>) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return self.change_protocol(&mut response);
        }
        headers::to_client(response.headers_mut(), false);
        let lines = is_json(&response);
        let mut answer = response.map(|body| {
            if self.endless {
                Body::stream(EndsWithDrain::new(body, &self.drain, lines))
            } else {
                Body::stream(body)
            }
        });
        answer.extensions_mut().clear();
        answer
    }

    fn change_protocol<R>(&mut self, response: &mut Response<R>) -> Response<Body> {
        let Some(client) = self.upgrade.take() else {
            let why = "the API server changed the protocol without having been asked";
            return answer::refusal(StatusCode::BAD_GATEWAY, Reason::default(), why);
        };
        let server = upgrade::on_upgrade(response);
        self.drain.spawn(tunnel::join(client, server));
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        headers::to_client(answer.headers_mut(), true);
        answer
    }
}

/// Watches and logs come as lines, unless a binary encoding was agreed on.
fn is_json<R>(response: &Response<R>) -> bool {
    let media = response.headers().get(header::CONTENT_TYPE);
    media
        .and_then(|media| media.to_str().ok())
        .is_none_or(|media| media.starts_with("application/json") || media.starts_with("text/"))
}

/// 502 or 504, with the whole chain of causes.
fn unreachable_server(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Response<Body> {
    let late = error
        .downcast_ref::<k8s_client::Error>()
        .is_some_and(k8s_client::Error::is_timeout);
    let (code, reason) = if late {
        (StatusCode::GATEWAY_TIMEOUT, Reason::TIMEOUT)
    } else {
        (StatusCode::BAD_GATEWAY, Reason::SERVICE_UNAVAILABLE)
    };
    let message = format!(
        "the proxy got no answer from the API server: {}",
        answer::chain(error)
    );
    answer::refusal(code, reason, message)
}

impl<S: fmt::Debug> fmt::Debug for Forward<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward")
            .field("inner", &self.inner)
            .field("trusted", &self.trusted)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl<S: Service<Request<Body>>> fmt::Debug for ForwardFuture<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardFuture").finish_non_exhaustive()
    }
}
