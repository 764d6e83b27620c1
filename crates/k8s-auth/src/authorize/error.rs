//! Why a request was not sent, or what the inner service said.

use std::fmt;

use crate::{BoxError, ForeignOrigin};

/// The error of [`Authorize`](super::Authorize); the inner service's error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthorizeError<E> {
    /// No token could be had; nothing was sent.
    Credential(CredentialError),
    /// The request was for another server; nothing was sent.
    ForeignOrigin(ForeignOrigin),
    /// The inner service failed.
    Inner(E),
}

/// No token could be had. The cause is the token source's error.
#[derive(Debug)]
pub struct CredentialError {
    cause: BoxError,
}

impl CredentialError {
    pub(super) fn new(cause: impl Into<BoxError>) -> Self {
        Self {
            cause: cause.into(),
        }
    }
}

impl<E> AuthorizeError<E> {
    /// The error with its type given up, for stacks that use boxed errors: the inner service's own, or this one.
    pub fn into_boxed(self) -> BoxError
    where
        E: Into<BoxError>,
    {
        match self {
            Self::Credential(error) => error.into(),
            Self::ForeignOrigin(error) => error.into(),
            Self::Inner(error) => error.into(),
        }
    }
}

impl<E> From<CredentialError> for AuthorizeError<E> {
    fn from(error: CredentialError) -> Self {
        Self::Credential(error)
    }
}

impl<E> fmt::Display for AuthorizeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credential(_) => "authorizing the request",
            Self::ForeignOrigin(_) => "refusing to authorize the request",
            Self::Inner(_) => "sending the authorized request",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for AuthorizeError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Credential(error) => Some(error),
            Self::ForeignOrigin(error) => Some(error),
            Self::Inner(error) => Some(error),
        }
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no token could be had")
    }
}

impl std::error::Error for CredentialError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
