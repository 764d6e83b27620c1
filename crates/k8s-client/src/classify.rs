//! What sort of request it is, said to the layers below: how long it may take, and whether its answer may be compressed.

use std::task::{Context, Poll};
use std::time::Duration;

use http::{Method, Request, Uri, header};
use k8s_api_core::request_info::{Query, RequestInfo};
use k8s_transport::{BodyLimit, Deadlines, LongRunning, RequestClass};
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
    only_uncommon: bool,
}

/// Puts the [`Deadlines`] of its sort into each request's extensions, unless they are there, and its verb as
/// [`RequestClass`]; those that never end by themselves are [`LongRunning`] and have no [`BodyLimit`].
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
    /// The limits of everything that ends by itself.
    pub const COMMON: Deadlines = Deadlines::none().headers(PATIENCE).silence(PATIENCE);

    /// Without a limit for requests as a whole.
    pub const fn new() -> Self {
        Self {
            whole: None,
            only_uncommon: false,
        }
    }

    /// How long any request may take in all, watches too: kubectl's `--request-timeout`.
    #[must_use]
    pub const fn whole(mut self, limit: Option<Duration>) -> Self {
        self.whole = limit;
        self
    }

    /// Leaves requests as they are that end by themselves, which are most: for stacks whose
    /// [`DeadlinesLayer`](k8s_transport::DeadlinesLayer)s have [`COMMON`](Self::COMMON) and the limit of the whole as their
    /// own. What lies in a request's extensions is copied with it, and costs.
    #[must_use]
    pub const fn only_uncommon(mut self) -> Self {
        self.only_uncommon = true;
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
        if self.layer.only_uncommon && is_common(&request) {
            return self.inner.call(request);
        }
        let (class, verb) = Class::of(&request);
        let extensions = request.extensions_mut();
        if extensions.get::<Deadlines>().is_none() {
            let mut deadlines = class.deadlines();
            deadlines.whole = self.layer.whole;
            extensions.insert(deadlines);
        }
        extensions.insert(RequestClass(verb));
        if class != Class::Short {
            extensions.insert(LongRunning);
            extensions.get_or_insert(BodyLimit(None));
        }
        self.inner.call(request)
    }
}

// === impl Class ===

impl Class {
    /// The class, and what the API server calls it.
    fn of<B>(request: &Request<B>) -> (Self, &'static str) {
        let (class, verb) = Self::asked(request.method(), request.uri());
        let upgrades = request.headers().contains_key(header::UPGRADE);
        (if upgrades { Self::Open } else { class }, verb)
    }

    fn asked(method: &Method, uri: &Uri) -> (Self, &'static str) {
        let query = uri.query();
        match RequestInfo::parse(method, uri.path(), query) {
            Ok(info) if info.is_resource_request() => Self::of_resource(&info, query),
            // One that the API server would not understand either is answered soon.
            _ => (Self::Short, "other"),
        }
    }

    fn of_resource(info: &RequestInfo, query: Option<&str>) -> (Self, &'static str) {
        match (info.verb(), info.subresource()) {
            ("watch", _) => (Self::Watch, "watch"),
            ("proxy", _) | (_, "proxy") => (Self::Open, "proxy"),
            (_, "exec") => (Self::Open, "exec"),
            (_, "attach") => (Self::Open, "attach"),
            (_, "portforward") => (Self::Open, "portforward"),
            ("get", "log") if follows(query) => (Self::Follow, "log"),
            ("get", "log") => (Self::Short, "log"),
            ("get", _) => (Self::Short, "get"),
            ("list", _) => (Self::Short, "list"),
            ("create", _) => (Self::Short, "create"),
            ("update", _) => (Self::Short, "update"),
            ("patch", _) => (Self::Short, "patch"),
            ("delete", _) => (Self::Short, "delete"),
            ("deletecollection", _) => (Self::Short, "deletecollection"),
            _ => (Self::Short, "other"),
        }
    }

    const fn deadlines(self) -> Deadlines {
        let none = Deadlines::none();
        match self {
            Self::Short => ClassifyLayer::COMMON,
            Self::Watch => none.headers(PATIENCE).silence(BOOKMARKS),
            Self::Follow => none.headers(PATIENCE),
            Self::Open => none,
        }
    }
}

/// What the API server calls such a request (`list`, `watch`), in spans: for a
/// [`TraceLayer`](k8s_transport::TraceLayer).
pub fn request_class(method: &Method, uri: &Uri) -> &'static str {
    Class::asked(method, uri).1
}

/// Whether it is sure at a glance that a request is [`Class::Short`].
///
/// Whatever has a word in it that may make it something else is looked at closely.
fn is_common<B>(request: &Request<B>) -> bool {
    let asks = |query: &str| query.contains("watch") || query.contains('%');
    is_plain(request.uri().path())
        && !request.uri().query().is_some_and(asks)
        && !request.headers().contains_key(header::UPGRADE)
}

/// Whether no part of a path may be anything but a group, a type or a name.
fn is_plain(path: &str) -> bool {
    let path = path.as_bytes();
    let mut start = 0;
    for (at, byte) in path.iter().enumerate() {
        match byte {
            b'/' if says_more(&path[start..at]) => return false,
            b'/' => start = at + 1,
            b'%' => return false,
            _ => {}
        }
    }
    !says_more(&path[start..])
}

fn says_more(part: &[u8]) -> bool {
    matches!(
        part,
        b"watch" | b"proxy" | b"exec" | b"attach" | b"portforward" | b"log"
    )
}

/// Whether a query asks for what is still to be written.
fn follows(query: Option<&str>) -> bool {
    Query::parse(query.unwrap_or_default()).flag("follow")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, uri: &str, expected: (Class, &str)) {
        let request = Request::builder().method(method).uri(uri).body(()).unwrap();
        assert_eq!(Class::of(&request), expected, "{method} {uri}");
        assert_eq!(request_class(request.method(), request.uri()), expected.1);
        let common = is_common(&request);
        assert!(!common || expected.0 == Class::Short, "{method} {uri}");
    }

    #[test]
    fn what_most_requests_ask_for_is_seen_at_a_glance() {
        for (uri, common) in [
            ("/api/v1/namespaces/a/pods/p", true),
            ("/api/v1/pods?limit=500", true),
            ("/version", true),
            ("/api/v1/pods?w%61tch=1", false),
            ("/api/v1/%77atch/pods", false),
            ("/api/v1/watch/pods", false),
            ("/api/v1/namespaces/a/pods/p/log", false),
        ] {
            let request = Request::get(uri).body(()).unwrap();
            assert_eq!(is_common(&request), common, "{uri}");
        }
    }

    #[test]
    fn tells_what_ends_from_what_goes_on() {
        let deployments = "/apis/apps/v1/deployments";
        for (method, uri, class, verb) in [
            ("GET", "/api/v1/pods", Class::Short, "list"),
            ("GET", "/api/v1/pods?watch=false", Class::Short, "list"),
            ("GET", "/api/v1/pods?watch=1", Class::Watch, "watch"),
            (
                "POST",
                "/api/v1/namespaces/a/pods?watch=1",
                Class::Short,
                "create",
            ),
            ("PUT", "/api/v1/nodes/n", Class::Short, "update"),
            ("DELETE", deployments, Class::Short, "deletecollection"),
            ("GET", "/version", Class::Short, "other"),
            ("GET", "/%zz", Class::Short, "other"),
        ] {
            check(method, uri, (class, verb));
        }
    }

    #[test]
    fn tells_what_a_pod_is_asked_for() {
        for (method, part, class, verb) in [
            ("GET", "", Class::Short, "get"),
            ("GET", "/log", Class::Short, "log"),
            ("GET", "/log?follow=true", Class::Follow, "log"),
            ("GET", "/log?follow=0", Class::Short, "log"),
            ("POST", "/exec?command=ls", Class::Open, "exec"),
            ("GET", "/attach", Class::Open, "attach"),
            ("POST", "/portforward", Class::Open, "portforward"),
            ("GET", "/proxy/metrics?follow=true", Class::Open, "proxy"),
            ("POST", "/eviction", Class::Short, "create"),
        ] {
            let uri = format!("/api/v1/namespaces/a/pods/p{part}");
            check(method, &uri, (class, verb));
        }
    }

    #[test]
    fn an_upgrade_may_last_whatever_it_asks_for() {
        let request = Request::get("/api/v1/pods?watch=1").header("upgrade", "websocket");
        let class = Class::of(&request.body(()).unwrap());
        assert_eq!(class, (Class::Open, "watch"));
    }
}
