//! The future: a token at hand, or one that is awaited.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::RenewalError;
use super::flight::{Driver, Flight};
use crate::token::Token;

/// The future of [`Cached`](super::Cached).
pub struct CachedFuture {
    state: State,
}

enum State {
    /// The token is at hand.
    Ready(Option<Token>),
    /// The renewal is awaited; if it fails, the old token will do, if there is one.
    Waiting {
        flight: Flight,
        old: Option<Token>,
        driver: Option<Driver>,
    },
}

impl CachedFuture {
    pub(super) fn ready(token: Token) -> Self {
        Self {
            state: State::Ready(Some(token)),
        }
    }

    pub(super) fn waiting(flight: Flight, old: Option<Token>) -> Self {
        Self {
            state: State::Waiting {
                flight,
                old,
                driver: None,
            },
        }
    }

    pub(super) fn driving(flight: Flight, driver: Driver, old: Token) -> Self {
        Self {
            state: State::Waiting {
                flight,
                old: Some(old),
                driver: Some(driver),
            },
        }
    }
}

impl Future for CachedFuture {
    type Output = Result<Token, RenewalError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.state {
            State::Ready(token) => {
                let token = token
                    .take()
                    .expect("a future is not polled after it has ended");
                Poll::Ready(Ok(token))
            }
            State::Waiting {
                flight,
                old,
                driver,
            } => {
                let renewed = ready!(Pin::new(&mut flight.renewal).poll(cx));
                driver.take();
                Poll::Ready(renewed.or_else(|error| old.take().ok_or(error)))
            }
        }
    }
}

impl fmt::Debug for CachedFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedFuture").finish_non_exhaustive()
    }
}
