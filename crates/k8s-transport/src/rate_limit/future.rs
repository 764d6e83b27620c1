//! The future: a wait where there must be one, then the inner service's answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::http::Request;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tower_service::Service;

use super::Place;

pin_project! {
    /// The future of [`RateLimit`](super::RateLimit).
    pub struct RateLimitFuture<S, A, F> {
        #[pin]
        state: State<S, A, F>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S, A, F> {
        Waiting { sleep: Pin<Box<Sleep>>, place: Place, next: Option<(S, Request<A>)> },
        Calling { #[pin] answer: F },
    }
}

impl<S, A, F> RateLimitFuture<S, A, F> {
    pub(super) fn calling(answer: F) -> Self {
        Self {
            state: State::Calling { answer },
        }
    }

    pub(super) fn waiting(inner: S, request: Request<A>, place: Place, wait: Duration) -> Self {
        Self {
            state: State::Waiting {
                sleep: Box::pin(sleep(wait)),
                place,
                next: Some((inner, request)),
            },
        }
    }
}

impl<S, A, F> Future for RateLimitFuture<S, A, F>
where
    S: Service<Request<A>, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProj::Waiting { sleep, place, next } => {
                    ready!(sleep.as_mut().poll(cx));
                    place.used();
                    let (mut inner, request) = next.take().expect("it waits until this, once");
                    let answer = inner.call(request);
                    state.set(State::Calling { answer });
                }
                StateProj::Calling { answer } => return answer.poll(cx),
            }
        }
    }
}

impl<S, A, F> fmt::Debug for RateLimitFuture<S, A, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimitFuture").finish_non_exhaustive()
    }
}
