//! The test's end of a mock: takes requests out, answers them.

use std::fmt;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::expect::Expectation;
use crate::body::Body;

/// The test's end of a [`pair`](super::pair).
pub struct Handle {
    requests: mpsc::UnboundedReceiver<Received>,
}

/// A request that waits for its answer. Dropping it leaves the client without one.
pub struct Received {
    request: Request<Bytes>,
    answer: oneshot::Sender<Response<Body>>,
}

// === impl Handle ===

impl Handle {
    pub(super) fn new(requests: mpsc::UnboundedReceiver<Received>) -> Self {
        Self { requests }
    }

    /// The next request; `None` when every clone of the service is gone.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is dropped.
    pub async fn next(&mut self) -> Option<Received> {
        self.requests.recv().await
    }

    /// Whether no request waits.
    pub fn is_idle(&self) -> bool {
        self.requests.is_empty()
    }

    /// Expects the next request to be this one; more can be said about it, and it must be answered.
    #[track_caller]
    pub fn expect(&mut self, method: Method, path: &str) -> Expectation<'_> {
        Expectation::new(self, method, path)
    }

    /// Expects the next request to be a GET of this path (with its query, if it shall have one).
    #[track_caller]
    pub fn expect_get(&mut self, path: &str) -> Expectation<'_> {
        self.expect(Method::GET, path)
    }

    /// Expects the next request to be a POST to this path.
    #[track_caller]
    pub fn expect_post(&mut self, path: &str) -> Expectation<'_> {
        self.expect(Method::POST, path)
    }

    /// Expects the next request to be a PUT to this path.
    #[track_caller]
    pub fn expect_put(&mut self, path: &str) -> Expectation<'_> {
        self.expect(Method::PUT, path)
    }

    /// Expects the next request to be a PATCH of this path.
    #[track_caller]
    pub fn expect_patch(&mut self, path: &str) -> Expectation<'_> {
        self.expect(Method::PATCH, path)
    }

    /// Expects the next request to be a DELETE of this path.
    #[track_caller]
    pub fn expect_delete(&mut self, path: &str) -> Expectation<'_> {
        self.expect(Method::DELETE, path)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

// === impl Received ===

impl Received {
    pub(super) fn new(request: Request<Bytes>, answer: oneshot::Sender<Response<Body>>) -> Self {
        Self { request, answer }
    }

    /// The request, its body read whole.
    pub fn request(&self) -> &Request<Bytes> {
        &self.request
    }

    /// Answers. A client that waits no longer does not notice.
    pub fn respond(self, response: Response<Body>) {
        // The error is the answer that nobody waits for.
        let _ = self.answer.send(response);
    }

    /// Answers with JSON.
    pub fn respond_json(self, code: StatusCode, json: &Value) {
        let mut response = Response::new(Body::from(json.to_string()));
        *response.status_mut() = code;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        self.respond(response);
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", self.request.method())
            .field("uri", self.request.uri())
            .finish_non_exhaustive()
    }
}
