//! The future: an answer whose body is undone if the server has compressed it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::{Response, header};
use http_body::Body;
use pin_project_lite::pin_project;

use super::GunzipBody;
use crate::BoxError;

pin_project! {
    /// The future of [`Gunzip`](super::Gunzip).
    pub struct GunzipFuture<F> {
        #[pin]
        answer: F,
        asked: bool,
    }
}

impl<F> GunzipFuture<F> {
    pub(super) fn new(answer: F, asked: bool) -> Self {
        Self { answer, asked }
    }
}

impl<F, B, E> Future for GunzipFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body<Error: Into<BoxError>>,
{
    type Output = Result<Response<GunzipBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let asked = *this.asked;
        this.answer
            .poll(cx)
            .map_ok(|response| undo(response, asked))
    }
}

fn undo<B: Body<Error: Into<BoxError>>>(
    mut response: Response<B>,
    asked: bool,
) -> Response<GunzipBody<B>> {
    let headers = response.headers_mut();
    let encoding = headers.get(header::CONTENT_ENCODING);
    let gzip = encoding.is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !asked || !gzip {
        return response.map(GunzipBody::plain);
    }
    headers.remove(header::CONTENT_ENCODING);
    if response.body().is_end_stream() {
        return response.map(GunzipBody::plain);
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(GunzipBody::gzip)
}

impl<F> fmt::Debug for GunzipFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GunzipFuture").finish_non_exhaustive()
    }
}
