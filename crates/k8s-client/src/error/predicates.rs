//! What an error means for whoever decides what to do next.

use std::io;

use k8s_api_core::Status;
use k8s_api_core::status::Reason;
use k8s_auth::TlsError;
use k8s_transport::{Deadline, Exceeded, ProxyError, TransportError};

use super::{Error, Kind};

impl Error {
    /// 404: no such object, resource or path.
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(Status::is_not_found)
    }

    /// 409 on create: an object of that name exists.
    pub fn is_already_exists(&self) -> bool {
        self.status().is_some_and(Status::is_already_exists)
    }

    /// 409 on update: somebody else changed the object first, or manages a field that an apply wants.
    pub fn is_conflict(&self) -> bool {
        self.status().is_some_and(Status::is_conflict)
    }

    /// 401: the server does not know who asks.
    pub fn is_unauthorized(&self) -> bool {
        self.status().is_some_and(Status::is_unauthorized)
    }

    /// 403: the server knows who asks and refuses.
    pub fn is_forbidden(&self) -> bool {
        self.status().is_some_and(Status::is_forbidden)
    }

    /// 422: the object is not valid.
    pub fn is_invalid(&self) -> bool {
        self.status().is_some_and(Status::is_invalid)
    }

    /// 410: the resource version, or the page, is gone: list again.
    pub fn is_gone(&self) -> bool {
        self.status().is_some_and(Status::is_gone)
    }

    /// 429: too much at once, or an eviction that a disruption budget does not allow now.
    pub fn is_too_many_requests(&self) -> bool {
        self.status().is_some_and(Status::is_too_many_requests)
    }

    /// An answer came and is not what was asked for, or one object of it is not of the type.
    pub fn is_undecodable(&self) -> bool {
        match &self.inner.kind {
            Kind::Answer(answer) => answer.status().is_none(),
            Kind::List(_) | Kind::Watch(_) | Kind::Undecodable(_) => true,
            _ => false,
        }
    }

    /// No connection could be made, or its server was not believed: the request was not sent.
    pub fn is_connect(&self) -> bool {
        self.any(TransportError::is_connect)
            || self.any(|_: &TlsError| true)
            || self.any(|limit: &Exceeded| limit.deadline() == Deadline::Connect)
    }

    /// A time limit ran out, ours or the server's.
    pub fn is_timeout(&self) -> bool {
        self.status().is_some_and(is_timeout)
            || self.any(|_: &Exceeded| true)
            || self.any(TlsError::is_timeout)
            || self.any(ProxyError::is_timeout)
            || self.any(|error: &io::Error| error.kind() == io::ErrorKind::TimedOut)
    }

    /// Whether the same request may well succeed a moment later: the server is busy, starting or gone for a while, or
    /// the connection failed. Whether the server acted on it is another question; see [`is_connect`](Self::is_connect).
    ///
    /// A conflict is not: the object has to be read again first. Nor is a server that was not believed.
    pub fn is_retryable(&self) -> bool {
        match (&self.inner.kind, self.status()) {
            (_, Some(status)) => {
                is_timeout(status)
                    || status.is_too_many_requests()
                    || matches!(status.code, 500 | 502 | 503)
            }
            (Kind::Body(_), None) => true,
            (Kind::Send(_), None) => {
                let passes =
                    self.any(TransportError::is_transient) || self.any(|_: &Exceeded| true);
                passes && !self.any(is_disbelief)
            }
            _ => false,
        }
    }
}

/// 504, by whatever reason; and the server's own limits.
fn is_timeout(status: &Status) -> bool {
    status.code == 504
        || status.reason == Reason::TIMEOUT
        || status.reason == Reason::SERVER_TIMEOUT
}

/// How rustls hands a refused certificate on.
fn is_disbelief(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}
