//! The future: source ready, token there, answer there.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Request;
use http::header::AUTHORIZATION;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{AuthorizeError, CredentialError};
use crate::token::{Renew, TokenSource};

pin_project! {
    /// The future of [`Authorize`](super::Authorize): waits for a token, then for the answer.
    pub struct AuthorizeFuture<S, T, B>
    where
        S: Service<Request<B>>,
        T: Service<Renew>,
    {
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
        // ## Asking => Renewing | Failed: the source must be ready before it is called.
        Asking { source: T, held: Option<Held<S, B>> },
        // ## Renewing => Calling | Failed
        Renewing { #[pin] renewal: T::Future, held: Option<Held<S, B>> },
        // ## Calling => done
        Calling { #[pin] answer: S::Future },
        // ## Failed => done
        Failed { error: Option<AuthorizeError<S::Error>> },
    }
}

/// What waits for the token: the service that was polled ready, and the request.
struct Held<S, B> {
    service: S,
    request: Request<B>,
}

impl<S, T, B> AuthorizeFuture<S, T, B>
where
    S: Service<Request<B>>,
    T: Service<Renew>,
{
    pub(super) fn asking(source: T, service: S, request: Request<B>) -> Self {
        Self {
            state: State::Asking {
                source,
                held: Some(Held { service, request }),
            },
        }
    }

    pub(super) fn calling(answer: S::Future) -> Self {
        Self {
            state: State::Calling { answer },
        }
    }

    pub(super) fn failed(error: AuthorizeError<S::Error>) -> Self {
        Self {
            state: State::Failed { error: Some(error) },
        }
    }
}

impl<S, T, B> Future for AuthorizeFuture<S, T, B>
where
    S: Service<Request<B>>,
    T: TokenSource,
{
    type Output = Result<S::Response, AuthorizeError<S::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                StateProj::Asking { source, held } => match ready!(source.poll_ready(cx)) {
                    Ok(()) => State::Renewing {
                        renewal: source.call(Renew::default()),
                        held: held.take(),
                    },
                    Err(error) => return Poll::Ready(Err(CredentialError::new(error).into())),
                },
                StateProj::Renewing { renewal, held } => match ready!(renewal.poll(cx)) {
                    Ok(token) => {
                        let Held {
                            mut service,
                            mut request,
                        } = held
                            .take()
                            .expect("a future is not polled after it has ended");
                        request
                            .headers_mut()
                            .insert(AUTHORIZATION, token.header().clone());
                        State::Calling {
                            answer: service.call(request),
                        }
                    }
                    Err(error) => return Poll::Ready(Err(CredentialError::new(error).into())),
                },
                StateProj::Calling { answer } => {
                    return answer.poll(cx).map_err(AuthorizeError::Inner);
                }
                StateProj::Failed { error } => {
                    let error = error
                        .take()
                        .expect("a future is not polled after it has ended");
                    return Poll::Ready(Err(error));
                }
            };
            state.set(next);
        }
    }
}

impl<S, T, B> fmt::Debug for AuthorizeFuture<S, T, B>
where
    S: Service<Request<B>>,
    T: Service<Renew>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizeFuture").finish_non_exhaustive()
    }
}
