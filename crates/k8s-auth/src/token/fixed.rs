//! A token that never changes.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use tower_service::Service;

use super::{Renew, Token};

/// Hands out one token for ever: a token that stands in a kubeconfig, or a test's.
#[derive(Clone, Debug)]
pub struct StaticToken(Token);

impl StaticToken {
    /// The token to hand out.
    pub fn new(token: Token) -> Self {
        Self(token)
    }
}

impl Service<Renew> for StaticToken {
    type Response = Token;
    type Error = Infallible;
    type Future = Ready<Result<Token, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Renew) -> Self::Future {
        ready(Ok(self.0.clone()))
    }
}
