//! A body that must come to its end in time, and not fall silent before.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::future::{Alarm, after, earlier};
use super::{Deadline, Deadlines};
use crate::BoxError;

pin_project! {
    /// The body of an answer of [`WithDeadlines`](super::WithDeadlines).
    ///
    /// Silence counts while somebody waits for the next bytes: a slow reader is not taken for a silent server.
    /// Its error is the inner body's own, or [`Exceeded`](super::Exceeded).
    pub struct DeadlineBody<B> {
        #[pin]
        inner: B,
        limits: Deadlines,
        started: Instant,
        waiting_since: Option<Instant>,
        alarm: Alarm,
    }
}

impl<B> DeadlineBody<B> {
    pub(super) fn new(inner: B, limits: &Deadlines, started: Instant, alarm: Alarm) -> Self {
        Self {
            inner,
            limits: *limits,
            started,
            waiting_since: None,
            alarm,
        }
    }
}

impl<B: Body<Error: Into<BoxError>>> Body for DeadlineBody<B> {
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let this = self.project();
        if let Poll::Ready(frame) = this.inner.poll_frame(cx) {
            *this.waiting_since = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if this.limits.whole.is_none() && this.limits.silence.is_none() {
            return Poll::Pending;
        }
        let since = *this.waiting_since.get_or_insert_with(Instant::now);
        let due = earlier(
            after(Deadline::Silence, since, this.limits.silence),
            after(Deadline::Whole, *this.started, this.limits.whole),
        );
        let exceeded = ready!(this.alarm.poll(due, cx));
        Poll::Ready(Some(Err(exceeded.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B> fmt::Debug for DeadlineBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadlineBody")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
