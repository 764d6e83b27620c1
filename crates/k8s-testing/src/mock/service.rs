//! The service's end of a mock: hands requests over, and answers with what comes back.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::request::Parts;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::Collect;
use pin_project_lite::pin_project;
use tokio::sync::{mpsc, oneshot};
use tower_service::Service;

use super::handle::Received;
use crate::body::Body;

/// The service's end of a [`pair`](super::pair).
#[derive(Clone)]
pub struct Mock {
    requests: mpsc::UnboundedSender<Received>,
}

pin_project! {
    /// An answer of a [`Mock`] on its way.
    pub struct MockFuture<B>
    where
        B: http_body::Body,
    {
        #[pin]
        body: Collect<B>,
        parts: Option<Parts>,
        requests: mpsc::UnboundedSender<Received>,
        answer: Option<oneshot::Receiver<Response<Body>>>,
    }
}

/// Nobody answers: the handle, or this request's [`Received`], was dropped.
#[derive(Debug)]
pub struct Unanswered(());

impl Mock {
    pub(super) fn new(requests: mpsc::UnboundedSender<Received>) -> Self {
        Self { requests }
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").finish_non_exhaustive()
    }
}

impl<B: http_body::Body> Service<Request<B>> for Mock {
    type Response = Response<Body>;
    type Error = Unanswered;
    type Future = MockFuture<B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unanswered>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> MockFuture<B> {
        let (parts, body) = request.into_parts();
        let requests = self.requests.clone();
        MockFuture {
            body: body.collect(),
            parts: Some(parts),
            requests,
            answer: None,
        }
    }
}

impl<B: http_body::Body> Future for MockFuture<B> {
    type Output = Result<Response<Body>, Unanswered>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = match this.answer {
            Some(answer) => answer,
            None => {
                let Ok(body) = ready!(this.body.poll(cx)) else {
                    return Poll::Ready(Err(Unanswered(())));
                };
                let parts = this
                    .parts
                    .take()
                    .expect("a future is not polled after it is ready");
                let (sender, receiver) = oneshot::channel();
                let received = Received::new(Request::from_parts(parts, body.to_bytes()), sender);
                if this.requests.send(received).is_err() {
                    return Poll::Ready(Err(Unanswered(())));
                }
                this.answer.insert(receiver)
            }
        };
        Pin::new(answer).poll(cx).map_err(|_| Unanswered(()))
    }
}

impl<B: http_body::Body> fmt::Debug for MockFuture<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockFuture").finish_non_exhaustive()
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody answers the mock's request")
    }
}

impl StdError for Unanswered {}
