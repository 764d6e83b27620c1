//! What sort of request it is, said to the layers below: how long it may take, and whether its answer may be compressed.

use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, header};
use k8s_api_core::request_info::{Query, RequestInfo};
use k8s_transport::Deadlines;
use tower::{Layer, Service};

/// How long the server may take to begin its answer, and be silent in it. The API server itself ends a request after 60 s
/// (`--request-timeout`); twice that is sure to be the network's fault, or somebody's who raised that limit.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a watch may be silent: the API server sends a bookmark about every minute.
const BOOKMARKS: Duration = Duration::from_secs(180);

/// Says of each request what sort it is: makes [`Classify`] of a service.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClassifyLayer {
    whole: Option<Duration>,
}

/// Puts the [`Deadlines`] of its sort into each request's extensions, unless they are there; and has the answers of
/// those that never end come uncompressed.
///
/// | sort | until the answer begins | silence in it |
/// |---|--:|--:|
/// | watch | 120 s | 180 s |
/// | logs that are followed | 120 s | any |
/// | exec, attach, port-forward, proxy, and whatever upgrades | any | any |
/// | everything else | 120 s | 120 s |
///
/// What sort it is, method, path and query say, as the API server reads them ([`RequestInfo`]).
#[derive(Clone, Debug)]
pub struct Classify<S> {
    inner: S,
    layer: ClassifyLayer,
}

/// The sorts that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Short,
    Watch,
    Follow,
    /// Whoever answers decides what comes, and when.
    Open,
}

// === impl ClassifyLayer ===

impl ClassifyLayer {
    /// Without a limit for requests as a whole.
    pub const fn new() -> Self {
        Self { whole: None }
    }

    /// How long any request may take in all, watches too: kubectl's `--request-timeout`.
    #[must_use]
    pub const fn whole(mut self, limit: Option<Duration>) -> Self {
        self.whole = limit;
        self
    }
}

impl<S> Layer<S> for ClassifyLayer {
    type Service = Classify<S>;

    fn layer(&self, inner: S) -> Classify<S> {
        Classify {
            inner,
            layer: *self,
        }
    }
}

// === impl Classify ===

impl<S, B> Service<Request<B>> for Classify<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        let class = Class::of(&request);
        let extensions = request.extensions_mut();
        if extensions.get::<Deadlines>().is_none() {
            let mut deadlines = class.deadlines();
            deadlines.whole = self.layer.whole;
            extensions.insert(deadlines);
        }
        #[cfg(feature = "gzip")]
        if class != Class::Short {
            extensions.insert(k8s_transport::Uncompressed);
        }
        self.inner.call(request)
    }
}

// === impl Class ===

impl Class {
    fn of<B>(request: &Request<B>) -> Self {
        if request.headers().contains_key(header::UPGRADE) {
            return Self::Open;
        }
        let (path, query) = (request.uri().path(), request.uri().query());
        // One that the API server would not understand either is answered soon.
        let Ok(info) = RequestInfo::parse(request.method(), path, query) else {
            return Self::Short;
        };
        match (info.verb(), info.subresource()) {
            ("watch", _) => Self::Watch,
            ("proxy", _) | (_, "proxy" | "exec" | "attach" | "portforward") => Self::Open,
            ("get", "log") if follows(query) => Self::Follow,
            _ => Self::Short,
        }
    }

    const fn deadlines(self) -> Deadlines {
        let none = Deadlines::none();
        match self {
            Self::Short => none.headers(PATIENCE).silence(PATIENCE),
            Self::Watch => none.headers(PATIENCE).silence(BOOKMARKS),
            Self::Follow => none.headers(PATIENCE),
            Self::Open => none,
        }
    }
}

/// Whether a query asks for what is still to be written.
fn follows(query: Option<&str>) -> bool {
    Query::parse(query.unwrap_or_default()).flag("follow")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, uri: &str, expected: Class) {
        let request = Request::builder().method(method).uri(uri).body(()).unwrap();
        assert_eq!(Class::of(&request), expected, "{method} {uri}");
    }

    #[test]
    fn tells_what_ends_from_what_goes_on() {
        let pod = "/api/v1/namespaces/a/pods/p";
        for (method, uri, expected) in [
            ("GET", "/api/v1/pods", Class::Short),
            ("GET", "/api/v1/pods?watch=false", Class::Short),
            ("GET", "/api/v1/pods?watch=1", Class::Watch),
            (
                "GET",
                "/apis/apps/v1/deployments?limit=1&watch=true",
                Class::Watch,
            ),
            ("POST", "/api/v1/namespaces/a/pods?watch=true", Class::Short),
            ("GET", "/version", Class::Short),
            ("GET", "/%zz", Class::Short),
        ] {
            check(method, uri, expected);
        }
        for (method, part, expected) in [
            ("GET", "/log", Class::Short),
            ("GET", "/log?follow=true", Class::Follow),
            ("GET", "/log?follow=0", Class::Short),
            ("POST", "/exec?command=ls", Class::Open),
            ("GET", "/attach", Class::Open),
            ("POST", "/portforward", Class::Open),
            ("GET", "/proxy/metrics?follow=true", Class::Open),
            ("POST", "/eviction", Class::Short),
        ] {
            check(method, &format!("{pod}{part}"), expected);
        }
    }

    #[test]
    fn an_upgrade_may_last_whatever_it_asks_for() {
        let request = Request::get("/api/v1/pods?watch=1").header("upgrade", "websocket");
        assert_eq!(Class::of(&request.body(()).unwrap()), Class::Open);
    }
}
