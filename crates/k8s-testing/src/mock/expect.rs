//! What the next request shall be, and how it is answered; when it is another one, both are printed.

use std::fmt;
use std::panic::Location;

use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, StatusCode};
use serde_json::Value;

use super::handle::Handle;
use crate::body::Body;

/// What a request must be. It does nothing until it is answered, and the answer awaited.
#[must_use = "an expectation must be answered, and the answer awaited"]
pub struct Expectation<'h> {
    handle: &'h mut Handle,
    method: Method,
    target: String,
    headers: Vec<(HeaderName, String)>,
    body: Option<Value>,
    place: &'static Location<'static>,
}

impl<'h> Expectation<'h> {
    #[track_caller]
    pub(super) fn new(handle: &'h mut Handle, method: Method, target: &str) -> Self {
        let (target, place) = (target.to_owned(), Location::caller());
        Self {
            handle,
            method,
            target,
            headers: Vec::new(),
            body: None,
            place,
        }
    }

    /// It has this header with this value. A credential is compared, and never printed.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Its body is this JSON, whatever the order of fields.
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.clone());
        self
    }

    /// Waits for the next request and answers it with 200 and this JSON.
    ///
    /// # Panics
    /// When it is another request, or none comes any more; the message prints the request and each difference.
    pub async fn answer(self, json: &Value) {
        self.answer_status(StatusCode::OK, json).await;
    }

    /// Waits for the next request and answers it with this code and this JSON.
    ///
    /// # Panics
    /// As [`answer`](Self::answer).
    pub async fn answer_status(self, code: StatusCode, json: &Value) {
        self.received().await.respond_json(code, json);
    }

    /// Waits for the next request and answers it with this.
    ///
    /// # Panics
    /// As [`answer`](Self::answer).
    pub async fn answer_with(self, response: Response<Body>) {
        self.received().await.respond(response);
    }

    async fn received(self) -> super::Received {
        let (method, target, place) = (self.method.clone(), self.target.clone(), self.place);
        let (headers, body) = (self.headers, self.body);
        let Some(received) = self.handle.next().await else {
            panic!("{place}: expected {method} {target}, but the client is gone");
        };
        let differences = differences(
            received.request(),
            &method,
            &target,
            &headers,
            body.as_ref(),
        );
        assert!(
            differences.is_empty(),
            "{place}: another request than expected\nrequest: {}\n{}",
            Shown(received.request()),
            differences.join("\n")
        );
        received
    }
}

impl fmt::Debug for Expectation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectation")
            .field("method", &self.method)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// A request's first line. Headers and body may be secret.
struct Shown<'a>(&'a Request<Bytes>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.method(), target(self.0))
    }
}

fn target(request: &Request<Bytes>) -> &str {
    request
        .uri()
        .path_and_query()
        .map_or("", http::uri::PathAndQuery::as_str)
}

fn differences(
    request: &Request<Bytes>,
    method: &Method,
    expected: &str,
    headers: &[(HeaderName, String)],
    body: Option<&Value>,
) -> Vec<String> {
    let mut found = Vec::new();
    if request.method() != method {
        found.push(format!(
            "method: expected {method}, found {}",
            request.method()
        ));
    }
    if target(request) != expected {
        found.push(format!(
            "target: expected {expected}, found {}",
            target(request)
        ));
    }
    for (name, expected) in headers {
        let secret = matches!(
            name.as_str(),
            "authorization" | "cookie" | "proxy-authorization"
        );
        match request.headers().get(name) {
            None => found.push(format!("header {name}: it is absent")),
            Some(value) if value == expected => {}
            Some(_) if secret => {
                found.push(format!("header {name}: it has another value, not printed"))
            }
            Some(value) => found.push(format!(
                "header {name}: expected {expected:?}, found {value:?}"
            )),
        }
    }
    if let Some(expected) = body {
        match serde_json::from_slice::<Value>(request.body()) {
            Ok(value) => compare("body", expected, &value, &mut found),
            Err(_) => found.push("body: it is no JSON".to_owned()),
        }
    }
    found
}

/// Lists what differs, by path. Of strings longer than a name it tells only that they differ: they may be secret.
fn compare(path: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let path = format!("{path}.{key}");
                match found.get(key) {
                    Some(found) => compare(&path, value, found, differences),
                    None => differences.push(format!("{path}: it is absent")),
                }
            }
            let more = found.keys().filter(|key| !expected.contains_key(*key));
            differences.extend(more.map(|key| format!("{path}.{key}: it was not expected")));
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (i, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(&format!("{path}[{i}]"), expected, found, differences);
            }
        }
        _ if expected == found => {}
        _ => {
            let (expected, found) = (shortened(expected), shortened(found));
            differences.push(format!("{path}: expected {expected}, found {found}"));
        }
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 66 {
        text
    } else {
        format!("{} bytes of JSON", text.len())
    }
}
