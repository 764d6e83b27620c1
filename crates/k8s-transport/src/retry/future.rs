//! The future: an attempt, a wait, the next attempt.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::http::{Method, Request, Response};
use bytes::Buf as _;
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tower_service::Service;

use super::{
    Attempt, Attempts, Outcome, Repeatable, ReplayBody, RetryError, RetryPolicy, SendOnce,
};
use crate::BoxError;

/// How much of an answer nobody will see is read, so that its connection can be used again (client-go's 2 KiB).
const DRAIN: usize = 2 * 1024;

pin_project! {
    /// The future of [`Retry`](super::Retry).
    pub struct RetryFuture<S, P, R, A, F, B> {
        inner: S,
        policy: Arc<P>,
        replay: Arc<R>,
        // What is sent next, and then a copy for the time after. In a box: futures are moved, and few need it.
        next: Option<Box<Request<A>>>,
        record: Record,
        #[pin]
        state: State<F, B>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, B> {
        Ready,
        Calling { #[pin] answer: F },
        Waiting { sleep: Pin<Box<Sleep>>, #[pin] unread: Option<B>, read: usize },
    }
}

/// Says that an attempt is not the first of its request, as a value in its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SentAgain;

/// What is known of a request across its attempts.
struct Record {
    method: Method,
    repeatable: bool,
    waited: Duration,
    before: Vec<String>,
}

impl<S, P, R, A, F, B> RetryFuture<S, P, R, A, F, B>
where
    S: Service<Request<A>, Future = F>,
    R: ReplayBody<A>,
{
    pub(super) fn new(mut inner: S, policy: Arc<P>, replay: Arc<R>, request: Request<A>) -> Self {
        let record = Record {
            method: request.method().clone(),
            repeatable: request.extensions().get::<Repeatable>().is_some(),
            waited: Duration::ZERO,
            before: Vec::new(),
        };
        let once = request.extensions().get::<SendOnce>().is_some();
        let next = if once { None } else { copy(&request, &*replay) };
        let answer = inner.call(request);
        Self {
            inner,
            policy,
            replay,
            next,
            record,
            state: State::Calling { answer },
        }
    }
}

fn copy<A, R: ReplayBody<A>>(request: &Request<A>, replay: &R) -> Option<Box<Request<A>>> {
    if replay.is_never() {
        return None;
    }
    let body = replay.replay_body(request.body())?;
    let mut copy = Request::new(body);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    *copy.version_mut() = request.version();
    copy.headers_mut().clone_from(request.headers());
    copy.extensions_mut().clone_from(request.extensions());
    Some(Box::new(copy))
}

impl<S, P, R, A, F, B> Future for RetryFuture<S, P, R, A, F, B>
where
    S: Service<Request<A>, Response = Response<B>, Error: Into<BoxError>, Future = F>,
    F: Future<Output = Result<Response<B>, S::Error>>,
    P: RetryPolicy,
    R: ReplayBody<A>,
    B: Body,
{
    type Output = Result<Response<B>, RetryError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProj::Calling { answer } => {
                    let answered = ready!(answer.poll(cx)).map_err(Into::into);
                    let wait = match this.next {
                        Some(_) => this.record.decide(&**this.policy, &answered),
                        None => None,
                    };
                    let Some(wait) = wait else {
                        return Poll::Ready(this.record.close(answered));
                    };
                    this.state.set(State::Waiting {
                        sleep: Box::pin(sleep(wait)),
                        unread: answered.ok().map(Response::into_body),
                        read: 0,
                    });
                }
                StateProj::Waiting {
                    sleep,
                    unread,
                    read,
                } => {
                    drain(unread, read, cx);
                    ready!(sleep.as_mut().poll(cx));
                    this.state.set(State::Ready);
                }
                StateProj::Ready => {
                    if let Err(error) = ready!(this.inner.poll_ready(cx)) {
                        return Poll::Ready(this.record.close(Err(error.into())));
                    }
                    let request = this.next.take();
                    let mut request = *request.expect("whoever waits has something to send");
                    *this.next = copy(&request, &**this.replay);
                    request.extensions_mut().insert(SentAgain);
                    let answer = this.inner.call(request);
                    this.state.set(State::Calling { answer });
                }
            }
        }
    }
}

/// Reads an answer that nobody will see, and drops it at its end, or when it is too long.
fn drain<B: Body>(mut unread: Pin<&mut Option<B>>, read: &mut usize, cx: &mut Context<'_>) {
    while let Some(body) = unread.as_mut().as_pin_mut() {
        match body.poll_frame(cx) {
            Poll::Pending => return,
            Poll::Ready(Some(Ok(frame))) => {
                *read += frame.data_ref().map_or(0, |data| data.remaining());
                if *read > DRAIN {
                    unread.set(None);
                }
            }
            Poll::Ready(_) => unread.set(None),
        }
    }
}

impl Record {
    /// How long to wait before the next attempt, if there is to be one; writes down why.
    fn decide<B>(
        &mut self,
        policy: &impl RetryPolicy,
        answered: &Result<Response<B>, BoxError>,
    ) -> Option<Duration> {
        let outcome = match answered {
            Ok(response) => Outcome::Answer(response.status(), response.headers()),
            Err(error) => Outcome::Error(error.as_ref()),
        };
        let wait = policy.retry(&Attempt {
            number: self.before.len() + 1,
            method: &self.method,
            repeatable: self.repeatable,
            waited: self.waited,
            outcome,
        })?;
        self.waited = self.waited.saturating_add(wait);
        self.before.push(match outcome {
            Outcome::Answer(status, _) => status.to_string(),
            Outcome::Error(error) => innermost(error),
        });
        Some(wait)
    }

    fn close<B>(
        &mut self,
        answered: Result<Response<B>, BoxError>,
    ) -> Result<Response<B>, RetryError> {
        let before = std::mem::take(&mut self.before);
        match answered {
            Ok(mut response) => {
                if !before.is_empty() {
                    response.extensions_mut().insert(Attempts::new(before));
                }
                Ok(response)
            }
            Err(cause) => Err(RetryError::new(cause, before)),
        }
    }
}

/// An error in one line: what it says itself, and what it comes from in the end.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    let (own, root) = (error.to_string(), last.to_string());
    if own == root {
        own
    } else {
        format!("{own}: {root}")
    }
}

impl<S, P, R, A, F, B> fmt::Debug for RetryFuture<S, P, R, A, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryFuture")
            .field("before", &self.record.before)
            .finish_non_exhaustive()
    }
}
