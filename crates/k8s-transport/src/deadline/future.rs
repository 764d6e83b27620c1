//! The future: the inner service's answer, or the first limit that is exceeded.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ::http::Response;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

use super::progress::{Progress, Stage};
use super::{Deadline, DeadlineBody, DeadlineError, Deadlines, Exceeded};

pin_project! {
    /// The future of [`WithDeadlines`](super::WithDeadlines).
    pub struct DeadlineFuture<F> {
        #[pin]
        answer: F,
        limits: Deadlines,
        progress: Option<Arc<Progress>>,
        started: Instant,
        alarm: Alarm,
    }
}

/// A timer that is made only where there is a limit. The answer's head hands it on to the body: setting one is work.
#[derive(Default)]
pub(super) struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
}

/// A limit, and when it is exceeded.
pub(super) type Due = (Instant, Exceeded);

impl<F> DeadlineFuture<F> {
    pub(super) fn new(
        answer: F,
        limits: Deadlines,
        progress: Option<Arc<Progress>>,
        started: Instant,
    ) -> Self {
        Self {
            answer,
            limits,
            progress,
            started,
            alarm: Alarm::default(),
        }
    }
}

impl<F, B, E> Future for DeadlineFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<DeadlineBody<B>>, DeadlineError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(answered) = this.answer.poll(cx) {
            let alarm = std::mem::take(this.alarm);
            let body = |body| DeadlineBody::new(body, this.limits, *this.started, alarm);
            return Poll::Ready(match answered {
                Ok(response) => Ok(response.map(body)),
                Err(error) => Err(DeadlineError::Inner(error)),
            });
        }
        let stage = this.progress.as_deref().map(Progress::stage);
        let due = due(this.limits, stage.unwrap_or_default(), *this.started);
        let exceeded = ready!(this.alarm.poll(due, cx));
        Poll::Ready(Err(DeadlineError::Exceeded(exceeded)))
    }
}

/// The limit that is exceeded first, as things stand.
fn due(limits: &Deadlines, stage: Stage, started: Instant) -> Option<Due> {
    let attempt = match stage {
        Stage::Untold => after(Deadline::Headers, started, limits.headers),
        Stage::Connecting => after(Deadline::Connect, started, limits.connect),
        Stage::Sending(since) => after(Deadline::Headers, since, limits.headers),
    };
    earlier(attempt, after(Deadline::Whole, started, limits.whole))
}

/// When a limit is exceeded that counts from `since`; one too far away for a clock never is.
pub(super) fn after(
    which: Deadline,
    since: Instant,
    limit: Option<std::time::Duration>,
) -> Option<Due> {
    let limit = limit?;
    Some((since.checked_add(limit)?, Exceeded { which, limit }))
}

pub(super) fn earlier(one: Option<Due>, other: Option<Due>) -> Option<Due> {
    one.into_iter().chain(other).min_by_key(|(at, _)| *at)
}

impl Alarm {
    /// Ready when `due` is over; there may be another one with each call.
    pub(super) fn poll(&mut self, due: Option<Due>, cx: &mut Context<'_>) -> Poll<Exceeded> {
        let Some((at, exceeded)) = due else {
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        // One that rings too early is set anew then, and not with each part of a body.
        if sleep.deadline() > at {
            sleep.as_mut().reset(at);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if sleep.deadline() >= at {
                return Poll::Ready(exceeded);
            }
            sleep.as_mut().reset(at);
        }
        Poll::Pending
    }
}

impl<F> fmt::Debug for DeadlineFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadlineFuture")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
