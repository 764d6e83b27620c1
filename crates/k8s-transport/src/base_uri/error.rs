//! A server that cannot be put in front, and a request for another server.

use std::fmt;

use ::http::uri::Authority;

use crate::BoxError;

/// A URI that cannot be the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidBaseUri {
    /// It lacks scheme or host.
    Incomplete,
    /// It has a query, which would be lost.
    Query,
}

/// The error of [`BaseUri`](super::BaseUri); the inner service's error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum BaseUriError<E> {
    /// The request could not be addressed to the server; nothing was sent.
    Refused(RefusedUri),
    /// The inner service failed.
    Inner(E),
}

/// Why a request could not be addressed to the server.
#[derive(Debug)]
pub struct RefusedUri {
    foreign_to: Option<String>,
}

impl<E> BaseUriError<E> {
    /// The error with its type given up, for stacks that use boxed errors: the inner service's own, or the refusal.
    pub fn into_boxed(self) -> BoxError
    where
        E: Into<BoxError>,
    {
        match self {
            Self::Refused(error) => error.into(),
            Self::Inner(error) => error.into(),
        }
    }

    pub(super) fn foreign(server: &Authority) -> Self {
        // Without user info, which an authority may hold.
        let port = server
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Self::Refused(RefusedUri {
            foreign_to: Some(format!("{}{port}", server.host())),
        })
    }

    pub(super) fn path() -> Self {
        Self::Refused(RefusedUri { foreign_to: None })
    }
}

impl fmt::Display for InvalidBaseUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incomplete => "the server's URI needs a scheme and a host",
            Self::Query => "the server's URI may not have a query",
        })
    }
}

impl std::error::Error for InvalidBaseUri {}

impl<E> fmt::Display for BaseUriError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused(_) => "addressing the request",
            Self::Inner(_) => "sending the request",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for BaseUriError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Inner(error) => Some(error),
        }
    }
}

impl fmt::Display for RefusedUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.foreign_to {
            Some(server) => write!(f, "the request is for another server than {server}"),
            None => f.write_str("server and path make no URI together"),
        }
    }
}

impl std::error::Error for RefusedUri {}
