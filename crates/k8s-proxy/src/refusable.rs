//! The future of a layer that hands a request on or answers it itself.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

pin_project! {
    /// The future of [`Filtered`](crate::Filtered), [`SameOrigin`](crate::SameOrigin) and [`Prefixed`](crate::Prefixed): the answer of the service
    /// inside, or the layer's own.
    #[derive(Debug)]
    pub struct Refusable<F, B> {
        #[pin]
        answer: Answer<F, B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = AnswerProject]
    enum Answer<F, B> {
        Inner { #[pin] answer: F },
        Own { response: Option<Response<B>> },
    }
}

impl<F, B> Refusable<F, B> {
    pub(crate) const fn inner(answer: F) -> Self {
        Self {
            answer: Answer::Inner { answer },
        }
    }

    pub(crate) const fn own(response: Response<B>) -> Self {
        Self {
            answer: Answer::Own {
                response: Some(response),
            },
        }
    }
}

impl<F, B, E> Future for Refusable<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().answer.project() {
            AnswerProject::Inner { answer } => answer.poll(cx),
            AnswerProject::Own { response } => {
                // Polled again after it was ready, it waits: there is nothing more to say.
                response
                    .take()
                    .map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
        }
    }
}
