//! A client certificate where a token would be: nothing on the request, but another one after a 401.

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use tower_service::Service;

use super::{Trust, TrustError};
use crate::token::{Renew, Token};

/// Answers with the client certificate of a trust; see [`Trust::certificate_source`].
#[derive(Clone, Debug)]
pub struct CertificateSource {
    trust: Trust,
}

impl CertificateSource {
    pub(super) fn new(trust: Trust) -> Self {
        Self { trust }
    }

    /// The certificate as it is now.
    ///
    /// # Errors
    ///
    /// If it cannot be read, and never could.
    pub fn read(&self, renew: &Renew) -> Result<Token, TrustError> {
        let present = Token::certificate(self.trust.certificate_number(false)?);
        if renew.seen.as_ref().is_none_or(|seen| *seen != present.id()) {
            return Ok(present);
        }
        self.trust.certificate_number(true).map(Token::certificate)
    }
}

impl Service<Renew> for CertificateSource {
    type Response = Token;
    type Error = TrustError;
    type Future = Ready<Result<Token, TrustError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TrustError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> Self::Future {
        ready(self.read(&renew))
    }
}
