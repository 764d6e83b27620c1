//! The second chance: after a 401 another token, and the answer to that.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Request;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{Call, ENDED, authorized};
use crate::token::{Renew, TokenId, TokenSource};

pin_project! {
    /// Tells the source that its token was refused, and sends the request again if there is another one.
    ///
    /// Whatever fails on the way, the refusal is the answer: it is what the server said.
    pub(super) struct Again<S, T, B>
    where
        S: Service<Request<B>>,
        T: Service<Renew>,
    {
        call: Call<S, T, B>,
        sent: TokenId,
        refusal: Option<S::Response>,
        #[pin]
        state: State<S, T, B>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S, T, B>
    where
        S: Service<Request<B>>,
        T: Service<Renew>,
    {
        // ## Asking => Renewing | done
        Asking,
        // ## Renewing => Waiting | done
        Renewing { #[pin] renewal: T::Future },
        // ## Waiting => Calling: the service must be ready before it is called.
        Waiting { request: Option<Request<B>> },
        // ## Calling => done
        Calling { #[pin] answer: S::Future },
    }
}

impl<S, T, B> Again<S, T, B>
where
    S: Service<Request<B>>,
    T: Service<Renew>,
{
    pub(super) fn new(call: Call<S, T, B>, sent: TokenId, refusal: S::Response) -> Self {
        Self {
            call,
            sent,
            refusal: Some(refusal),
            state: State::Asking,
        }
    }
}

impl<S, T, B> Future for Again<S, T, B>
where
    S: Service<Request<B>>,
    T: TokenSource,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut state = this.state;
        loop {
            let next = match state.as_mut().project() {
                StateProj::Asking => match ready!(this.call.ask_again(cx, this.sent)) {
                    Some(renewal) => State::Renewing { renewal },
                    None => return Poll::Ready(Ok(this.refusal.take().expect(ENDED))),
                },
                StateProj::Renewing { renewal } => match ready!(renewal.poll(cx)) {
                    Ok(token) if token.id() != *this.sent => {
                        let request = authorized(*this.call.copy.take().expect(ENDED), &token);
                        State::Waiting {
                            request: Some(request),
                        }
                    }
                    _ => return Poll::Ready(Ok(this.refusal.take().expect(ENDED))),
                },
                StateProj::Waiting { request } => {
                    // Its connection is free for the next request.
                    drop(this.refusal.take());
                    ready!(this.call.service.poll_ready(cx))?;
                    let request = request.take().expect(ENDED);
                    State::Calling {
                        answer: this.call.service.call(request),
                    }
                }
                StateProj::Calling { answer } => return answer.poll(cx),
            };
            state.set(next);
        }
    }
}

impl<S, T: TokenSource, B> Call<S, T, B> {
    /// Tells the source that its token was refused. The renewal, if the request can be sent again; else nothing is
    /// waited for: the source notes it, and the next request has the new token.
    fn ask_again(&mut self, cx: &mut Context<'_>, sent: &TokenId) -> Poll<Option<T::Future>> {
        let waits = self.copy.is_some();
        match self.source.poll_ready(cx) {
            Poll::Pending if waits => Poll::Pending,
            Poll::Ready(Ok(())) => {
                let renewal = self.source.call(Renew {
                    seen: Some(sent.clone()),
                });
                Poll::Ready(waits.then_some(renewal))
            }
            _ => Poll::Ready(None),
        }
    }
}
