//! Why there is no answer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::BoxError;
use crate::connect::ProxyError;

/// A request without an answer: no connection, or one that broke.
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    // Shared, because one attempt to connect may fail many requests.
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No connection.
    Connect,
    /// Nobody runs connections.
    Abandoned,
    /// HTTP/1.1 was asked for, HTTP/2 chosen, or chosen where it is not built in.
    Protocol,
    /// The URI names no server.
    Relative,
    /// Each connection ended before the request was written.
    Unsent,
    /// The server says that it did not look at the request.
    #[cfg_attr(
        not(feature = "http2"),
        expect(dead_code, reason = "HTTP/1.1 cannot say so")
    )]
    Unprocessed,
    /// The server did not answer whether it lives.
    #[cfg_attr(
        not(feature = "http2"),
        expect(dead_code, reason = "HTTP/1.1 cannot say so")
    )]
    Silent,
    /// The request itself cannot be sent.
    Request,
    /// The connection broke.
    Broken,
}

impl TransportError {
    pub(super) fn connect(cause: BoxError) -> Self {
        Self {
            kind: Kind::Connect,
            cause: Some(cause.into()),
        }
    }

    pub(super) fn abandoned() -> Self {
        Self::bare(Kind::Abandoned)
    }

    pub(super) fn protocol() -> Self {
        Self::bare(Kind::Protocol)
    }

    pub(super) fn relative() -> Self {
        Self::bare(Kind::Relative)
    }

    pub(super) fn unsent(cause: BoxError) -> Self {
        Self {
            kind: Kind::Unsent,
            cause: Some(cause.into()),
        }
    }

    /// What became of a request that was, perhaps in part, written.
    pub(super) fn sent(cause: hyper::Error) -> Self {
        let kind = if cause.is_user() {
            Kind::Request
        } else {
            Kind::Broken
        };
        Self {
            kind,
            cause: Some(Arc::new(cause)),
        }
    }

    /// What became of a request on an HTTP/2 connection; `silent` says that the server did not answer whether it lives.
    #[cfg(feature = "http2")]
    pub(super) fn stream(cause: h2::Error, silent: bool) -> Self {
        let kind = if is_unprocessed(&cause) {
            Kind::Unprocessed
        } else if silent {
            Kind::Silent
        } else {
            Kind::Broken
        };
        Self {
            kind,
            cause: Some(Arc::new(cause)),
        }
    }

    /// The request cannot be sent, or its body broke off.
    #[cfg(feature = "http2")]
    pub(super) fn request(cause: impl Into<BoxError>) -> Self {
        Self {
            kind: Kind::Request,
            cause: Some(cause.into().into()),
        }
    }

    fn bare(kind: Kind) -> Self {
        Self { kind, cause: None }
    }

    /// The same error once more, for another request that waited for the same connection.
    pub(super) fn share(&self) -> Self {
        Self {
            kind: self.kind,
            cause: self.cause.clone(),
        }
    }

    /// Whether no connection could be made: the request was not sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, Kind::Connect | Kind::Abandoned)
    }

    /// Whether the server has certainly not acted on the request: it was never written, or the server said so (a
    /// GOAWAY that leaves the request out, `REFUSED_STREAM`). It may be sent again, whatever its method.
    pub fn is_unprocessed(&self) -> bool {
        matches!(
            self.kind,
            Kind::Connect
                | Kind::Abandoned
                | Kind::Protocol
                | Kind::Relative
                | Kind::Unsent
                | Kind::Unprocessed
        )
    }

    /// Whether sending the request once more, over another connection, may end differently. A proxy that refuses by rule,
    /// or that is none, will do so again.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            Kind::Connect => self.proxy().is_none_or(ProxyError::is_transient),
            Kind::Unsent | Kind::Unprocessed | Kind::Silent | Kind::Broken => true,
            Kind::Abandoned | Kind::Protocol | Kind::Relative | Kind::Request => false,
        }
    }

    /// What a proxy has to do with it: TLS or another connector may stand between.
    fn proxy(&self) -> Option<&ProxyError> {
        let mut next = self.source();
        while let Some(cause) = next {
            if let Some(proxy) = cause.downcast_ref() {
                return Some(proxy);
            }
            next = cause.source();
        }
        None
    }
}

/// The two ways of HTTP/2 to say that a request was not looked at (RFC 9113, 6.8 and 8.7).
///
/// h2 gives a GOAWAY to streams beyond its last stream ID, and refuses new streams with it, whatever its code. Those below
/// that outlive their connection end with an IO error.
#[cfg(feature = "http2")]
fn is_unprocessed(error: &h2::Error) -> bool {
    let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
    error.is_remote() && (refused || error.is_go_away())
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Connect => "no connection could be made",
            Kind::Abandoned => {
                "no connection could be made: nobody runs its task, there is no tokio runtime"
            }
            Kind::Protocol if cfg!(feature = "http2") => {
                "the server chose HTTP/2 for a request that needs HTTP/1.1"
            }
            Kind::Protocol => "the server chose HTTP/2, which needs the feature `http2`",
            Kind::Relative => "the request's URI names no server",
            Kind::Unsent => "each connection ended before the request was sent",
            Kind::Unprocessed => "the server closed the connection without looking at the request",
            Kind::Silent => "the server fell silent: it did not answer an HTTP/2 ping",
            Kind::Request => "the request cannot be sent",
            Kind::Broken => "the connection broke",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as _)
    }
}
