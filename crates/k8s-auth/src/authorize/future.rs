//! The future: a token, then the answer; after a 401 a second chance.

mod again;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_service::Service;

use self::again::Again;
use super::{AuthorizeError, CredentialError, ReplayBody};
use crate::token::{Renew, Token, TokenId, TokenSource};

pin_project! {
    /// The future of [`Authorize`](super::Authorize): waits for a token, then for the answer.
    pub struct AuthorizeFuture<S, T, B>
    where
        S: Service<Request<B>>,
        T: Service<Renew>,
    {
        call: Option<Call<S, T, B>>,
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
        // ## Asking => Renewing | done: the source must be ready before it is called.
        Asking { request: Option<Request<B>> },
        // ## Renewing => Calling | done
        Renewing { #[pin] renewal: T::Future, request: Option<Request<B>> },
        // ## Calling => done | Again (after a 401)
        Calling { #[pin] answer: S::Future, sent: Option<TokenId> },
        // ## Again => done. In a box: it is large, and most requests never need it.
        Again { again: Pin<Box<Again<S, T, B>>> },
        // ## Failed => done
        Failed { error: Option<AuthorizeError<S::Error>> },
    }
}

/// What a call needs, first and again.
pub(super) struct Call<S, T, B> {
    pub(super) source: T,
    /// Polled ready, for the first call.
    pub(super) service: S,
    /// The request once more, without a token; `None` if it can be sent once only. In a box: futures are moved, and
    /// this is looked at after a 401 only.
    pub(super) copy: Option<Box<Request<B>>>,
}

/// The request once more, if its body can be had once more.
pub(super) fn copy<B>(
    request: &Request<B>,
    replay: &impl ReplayBody<B>,
) -> Option<Box<Request<B>>> {
    let body = replay.replay_body(request.body())?;
    let mut copy = Request::new(body);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    *copy.version_mut() = request.version();
    copy.headers_mut().clone_from(request.headers());
    copy.extensions_mut().clone_from(request.extensions());
    Some(Box::new(copy))
}

impl<S, T, B> AuthorizeFuture<S, T, B>
where
    S: Service<Request<B>>,
    T: Service<Renew>,
{
    pub(super) fn asking(call: Call<S, T, B>, request: Request<B>) -> Self {
        Self {
            call: Some(call),
            state: State::Asking {
                request: Some(request),
            },
        }
    }

    pub(super) fn calling(answer: S::Future) -> Self {
        Self {
            call: None,
            state: State::Calling { answer, sent: None },
        }
    }

    pub(super) fn failed(error: AuthorizeError<S::Error>) -> Self {
        Self {
            call: None,
            state: State::Failed { error: Some(error) },
        }
    }
}

const ENDED: &str = "a future is not polled after it has ended";

impl<S, T, B, R> Future for AuthorizeFuture<S, T, B>
where
    S: Service<Request<B>, Response = Response<R>>,
    T: TokenSource,
{
    type Output = Result<S::Response, AuthorizeError<S::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut state = this.state;
        loop {
            let next = match state.as_mut().project() {
                StateProj::Asking { request } => {
                    let source = &mut this.call.as_mut().expect(ENDED).source;
                    ready!(source.poll_ready(cx)).map_err(CredentialError::new)?;
                    State::Renewing {
                        renewal: source.call(Renew::default()),
                        request: request.take(),
                    }
                }
                StateProj::Renewing { renewal, request } => {
                    let token = ready!(renewal.poll(cx)).map_err(CredentialError::new)?;
                    let service = &mut this.call.as_mut().expect(ENDED).service;
                    let request = authorized(request.take().expect(ENDED), &token);
                    State::Calling {
                        answer: service.call(request),
                        sent: Some(token.id()),
                    }
                }
                StateProj::Calling { answer, sent } => {
                    let answer = ready!(answer.poll(cx)).map_err(AuthorizeError::Inner)?;
                    match (sent.take(), this.call.take()) {
                        (Some(sent), Some(call)) if answer.status() == StatusCode::UNAUTHORIZED => {
                            State::Again {
                                again: Box::pin(Again::new(call, sent, answer)),
                            }
                        }
                        _ => return Poll::Ready(Ok(answer)),
                    }
                }
                StateProj::Again { again } => {
                    return again.as_mut().poll(cx).map_err(AuthorizeError::Inner);
                }
                StateProj::Failed { error } => {
                    return Poll::Ready(Err(error.take().expect(ENDED)));
                }
            };
            state.set(next);
        }
    }
}

/// The request, with the token on it, if that is where it belongs.
fn authorized<B>(mut request: Request<B>, token: &Token) -> Request<B> {
    if let Some(header) = token.header() {
        request.headers_mut().insert(AUTHORIZATION, header.clone());
    }
    request
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
