//! A request on its way: its body, which remembers whether all of it has gone, and what becomes of one without an answer.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use ::http::Request;
use http_body::{Body, Frame, SizeHint};

use super::error::TransportError;
use crate::BoxError;

/// Why a request has no answer.
pub(super) enum SendError<B> {
    /// It was never written; here it is again.
    Unsent(Box<Request<Sending<B>>>, BoxError),
    Sent(TransportError),
}

pub(super) struct Sending<B> {
    inner: B,
    sent: Sent,
}

/// Whether a request's body has gone: a connection can be used again only then.
#[derive(Clone)]
pub(super) struct Sent(Option<Arc<AtomicBool>>);

impl<B: Body> Sending<B> {
    pub(super) fn new(inner: B) -> Self {
        let sent = (!inner.is_end_stream()).then(|| Arc::new(AtomicBool::new(false)));
        Self {
            inner,
            sent: Sent(sent),
        }
    }

    pub(super) fn sent(&self) -> Sent {
        self.sent.clone()
    }
}

impl Sent {
    pub(super) fn is_complete(&self) -> bool {
        self.0
            .as_ref()
            .is_none_or(|sent| sent.load(Ordering::Acquire))
    }

    fn complete(&self) {
        if let Some(sent) = &self.0 {
            sent.store(true, Ordering::Release);
        }
    }
}

impl<B: Body + Unpin> Body for Sending<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(None) => self.sent.complete(),
            Poll::Ready(Some(Ok(_))) if self.inner.is_end_stream() => self.sent.complete(),
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
