//! Writes down what a cluster answered, request by request, so that two clusters can be compared.
//!
//! One JSON object a line: the case, who asked, the request's method and path, and the answer's code, headers and body.
//! What is sent is not written: the cases send the same to both. Nor is an answer that goes on, or one of a case that only
//! the real server can answer.

use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::{Request, Response};
use k8s_client::stack::HttpService;
use k8s_client::{Body, BoxError};
use serde_json::{Map, Value, json};
use tower::Service;

tokio::task_local! {
    /// The case that runs.
    pub(crate) static CASE: &'static str;
}

/// Where answers are written.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    file: Arc<Mutex<File>>,
}

impl Book {
    /// A new file.
    pub(crate) fn open(path: &Path) -> Self {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).open(path);
        Self {
            file: Arc::new(Mutex::new(file.unwrap())),
        }
    }

    fn write(&self, entry: &Value) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{entry}\n").as_bytes()).unwrap();
    }
}

/// A stack whose answers are written down.
#[derive(Clone, Debug)]
pub(crate) struct Recorded<S> {
    inner: S,
    user: &'static str,
    book: Book,
}

impl<S> Recorded<S> {
    pub(crate) fn new(inner: S, user: &'static str, book: Book) -> Self {
        Self { inner, user, book }
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

impl<S: HttpService> Service<Request<Body>> for Recorded<S> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Answering;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        let case = CASE.try_with(|case| *case).unwrap_or_default();
        let asked = format!("{} {}", request.method(), request.uri());
        let (user, book) = (self.user, self.book.clone());
        let goes_on = request.uri().query().is_some_and(goes_on);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let (head, body) = answer.await?.into_parts();
            if case.is_empty() || goes_on {
                return Ok(Response::from_parts(head, Body::stream(body)));
            }
            let body = Body::stream(body).bytes().await?;
            book.write(&json!({
                "case": case,
                "user": user,
                "request": asked,
                "code": head.status.as_u16(),
                "headers": headers(&head.headers),
                "body": text_or_json(&body),
            }));
            Ok(Response::from_parts(head, Body::from(body)))
        })
    }
}

/// Whether the answer has no end to wait for.
fn goes_on(query: &str) -> bool {
    query.contains("watch=true") || query.contains("follow=true")
}

fn headers(headers: &http::HeaderMap) -> Value {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let named = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value).into()));
    Value::Object(named.collect::<Map<_, _>>())
}

fn text_or_json(body: &[u8]) -> Value {
    serde_json::from_slice(body)
        .or_else(|_| {
            // A watch: one event a line.
            let lines = body.split(|byte| *byte == b'\n');
            let lines = lines.filter(|line| !line.is_empty());
            lines.map(serde_json::from_slice::<Value>).collect()
        })
        .unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}
