//! The future: the inner service's answer, or a refusal at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::BaseUriError;

pin_project! {
    /// The future of [`BaseUri`](super::BaseUri).
    pub struct BaseUriFuture<F, E> {
        #[pin]
        state: State<F, E>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, E> {
        Calling { #[pin] answer: F },
        Refused { error: Option<BaseUriError<E>> },
    }
}

impl<F, E> BaseUriFuture<F, E> {
    pub(super) fn calling(answer: F) -> Self {
        Self {
            state: State::Calling { answer },
        }
    }

    pub(super) fn refused(error: BaseUriError<E>) -> Self {
        Self {
            state: State::Refused { error: Some(error) },
        }
    }
}

impl<F, R, E> Future for BaseUriFuture<F, E>
where
    F: Future<Output = Result<R, E>>,
{
    type Output = Result<R, BaseUriError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProj::Calling { answer } => answer.poll(cx).map_err(BaseUriError::Inner),
            StateProj::Refused { error } => {
                let error = error
                    .take()
                    .expect("a future is not polled after it has ended");
                Poll::Ready(Err(error))
            }
        }
    }
}

impl<F, E> fmt::Debug for BaseUriFuture<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BaseUriFuture").finish_non_exhaustive()
    }
}
