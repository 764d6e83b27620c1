//! Writes down which requests went by, without their secrets.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, Method, Request, Uri, header};
use tower_layer::Layer;
use tower_service::Service;

/// Headers whose values are kept. Every other value may be a secret.
const KEPT: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "impersonate-group",
    "impersonate-uid",
    "impersonate-user",
    "kubectl-command",
    "upgrade",
    "user-agent",
];

/// What stands in the place of a value that is not kept.
pub const NOT_KEPT: &str = "<not kept>";

/// A layer that writes down requests. Clones write into, and read from, the same list.
///
/// Method, URI and the names of headers are kept; the values of headers only where they cannot be secret; bodies never.
/// Of a credential it keeps whether it is the same one as in another request.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

struct Shared {
    requests: Mutex<Vec<Recorded>>,
    keys: RandomState,
}

/// A request that went by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The method.
    pub method: Method,
    /// The URI, as it was sent.
    pub uri: Uri,
    /// The headers; [`NOT_KEPT`] stands for values that may be secret.
    pub headers: HeaderMap,
    /// Which credential the request carried; `None` without one.
    pub credential: Option<Credential>,
}

/// A credential, known only by whether it is the same as another one of this recorder.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Credential(u64);

/// A service whose requests are written down; see [`Recorder`].
#[derive(Clone)]
pub struct Record<S> {
    inner: S,
    recorder: Recorder,
}

// === impl Recorder ===

impl Recorder {
    /// A recorder with an empty list.
    pub fn new() -> Self {
        let shared = Shared {
            requests: Mutex::default(),
            keys: RandomState::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The requests until now, in the order in which they came.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().clone()
    }

    /// The requests until now, taken out.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.lock())
    }

    /// How many requests had this method and this path.
    pub fn count(&self, method: &Method, path: &str) -> usize {
        let fits = |request: &&Recorded| request.method == *method && request.uri.path() == path;
        self.lock().iter().filter(fits).count()
    }

    /// The requests are these, each written as `GET /api/v1/pods?limit=1`.
    ///
    /// # Panics
    /// When they are others; the message lists both.
    #[track_caller]
    pub fn assert_requests(&self, expected: &[&str]) {
        let found: Vec<String> = self.lock().iter().map(Recorded::to_string).collect();
        assert!(
            found == expected,
            "other requests than expected\nexpected: {expected:#?}\n   found: {found:#?}"
        );
    }

    fn record<B>(&self, request: &Request<B>) {
        let headers = request.headers();
        let credential = headers.get(header::AUTHORIZATION);
        let recorded = Recorded {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.clone(), kept(name, value)))
                .collect(),
            credential: credential
                .map(|value| Credential(self.shared.keys.hash_one(value.as_bytes()))),
        };
        self.lock().push(recorded);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Recorded>> {
        self.shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("requests", &self.lock().len())
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for Recorder {
    type Service = Record<S>;

    fn layer(&self, inner: S) -> Record<S> {
        Record {
            inner,
            recorder: self.clone(),
        }
    }
}

fn kept(name: &HeaderName, value: &http::HeaderValue) -> http::HeaderValue {
    if KEPT.contains(&name.as_str()) && !value.is_sensitive() {
        value.clone()
    } else {
        http::HeaderValue::from_static(NOT_KEPT)
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self
            .uri
            .path_and_query()
            .map_or("", http::uri::PathAndQuery::as_str);
        write!(f, "{} {target}", self.method)
    }
}

// === impl Record ===

impl<S, B> Service<Request<B>> for Record<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        self.recorder.record(&request);
        self.inner.call(request)
    }
}

impl<S> fmt::Debug for Record<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("recorder", &self.recorder)
            .finish_non_exhaustive()
    }
}
