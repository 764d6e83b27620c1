//! The layer that notes what passes.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response, StatusCode};
use k8s_api_core::request_info::RequestInfo;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::{Access, Record};

/// Notes what a program asks for: makes [`Recorder`] of a service.
///
/// It stands above everything else, where paths are as the API knows them: without a prefix of the server's.
#[derive(Clone, Debug)]
pub struct RecorderLayer {
    record: Record,
}

/// A service whose requests are noted; see [`RecorderLayer`]. Requests and answers pass unchanged.
#[derive(Clone, Debug)]
pub struct Recorder<S> {
    inner: S,
    record: Record,
}

pin_project! {
    /// An answer on its way through [`Recorder`].
    #[derive(Debug)]
    pub struct RecorderFuture<F> {
        #[pin]
        inner: F,
        // What is noted as well if the answer is that an object was created.
        creates: Option<Access>,
        record: Record,
    }
}

impl RecorderLayer {
    /// Notes into this record.
    pub fn new(record: Record) -> Self {
        Self { record }
    }
}

impl<S> Layer<S> for RecorderLayer {
    type Service = Recorder<S>;

    fn layer(&self, inner: S) -> Recorder<S> {
        let record = self.record.clone();
        Recorder { inner, record }
    }
}

impl<S, B, R> Service<Request<B>> for Recorder<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = RecorderFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let uri = request.uri();
        let info = RequestInfo::parse(request.method(), uri.path(), uri.query()).ok();
        let mut creates = None;
        if let Some(info) = &info {
            self.record.note(Access::of(info));
            // A PUT or an apply of what is not there: the server asks for the right to create as well.
            if matches!(info.verb(), "update" | "patch") && info.subresource().is_empty() {
                creates = Access::with_verb(info, "create");
            }
        }
        RecorderFuture {
            inner: self.inner.call(request),
            creates,
            record: self.record.clone(),
        }
    }
}

impl<F, R, E> Future for RecorderFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.inner.poll(cx));
        if let Ok(response) = &answer
            && response.status() == StatusCode::CREATED
        {
            this.record.note(this.creates.take());
        }
        Poll::Ready(answer)
    }
}
