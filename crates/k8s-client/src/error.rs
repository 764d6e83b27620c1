//! The one error of the client: what it was doing, what the server said, and the chain below.

use std::error::Error as StdError;
use std::fmt;

use k8s_api_core::Status;
use k8s_api_core::answer::AnswerError;
use k8s_api_core::request::InvalidRequest;

use crate::BoxError;

/// Why there is no answer, or what the server refused.
///
/// `Display` is this level only; [`source`](StdError::source) goes on, down to the certificate or the socket.
pub struct Error {
    inner: Box<Kind>,
}

#[derive(Debug)]
enum Kind {
    Config(k8s_config::Error),
    Build {
        doing: &'static str,
        cause: BoxError,
    },
    Unsupported {
        what: String,
    },
    Request(InvalidRequest),
    Send(BoxError),
    Body(BoxError),
    Answer(AnswerError),
}

impl Error {
    pub(crate) fn config(cause: k8s_config::Error) -> Self {
        Kind::Config(cause).into()
    }

    pub(crate) fn build(doing: &'static str, cause: impl Into<BoxError>) -> Self {
        Kind::Build {
            doing,
            cause: cause.into(),
        }
        .into()
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Kind::Unsupported { what: what.into() }.into()
    }

    pub(crate) fn send(cause: BoxError) -> Self {
        Kind::Send(cause).into()
    }

    pub(crate) fn body(cause: impl Into<BoxError>) -> Self {
        Kind::Body(cause.into()).into()
    }

    /// What the server said when it refused; `None` for every other failure.
    pub fn status(&self) -> Option<&Status> {
        match &*self.inner {
            Kind::Answer(answer) => answer.status(),
            _ => None,
        }
    }

    /// 404: no such object, resource or path.
    pub fn is_not_found(&self) -> bool {
        self.status().is_some_and(Status::is_not_found)
    }

    /// 409 on create: an object of that name exists.
    pub fn is_already_exists(&self) -> bool {
        self.status().is_some_and(Status::is_already_exists)
    }

    /// 409 on update: somebody else changed the object first.
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

    /// No connection could be made, or its server was not believed: the request was not sent.
    pub fn is_connect(&self) -> bool {
        self.find(k8s_transport::TransportError::is_connect)
            || self.find(|_: &k8s_auth::TlsError| true)
    }

    /// A time limit ran out, ours or the server's.
    pub fn is_timeout(&self) -> bool {
        self.status().is_some_and(|status| status.code == 504)
            || self.find(k8s_auth::TlsError::is_timeout)
            || self.find(|error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut)
    }

    /// Whether an error of this type in the chain says so.
    fn find<E: StdError + 'static>(&self, says: impl Fn(&E) -> bool) -> bool {
        let mut next = self.source();
        while let Some(error) = next {
            if error.downcast_ref::<E>().is_some_and(&says) {
                return true;
            }
            next = error.source();
        }
        false
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self {
            inner: Box::new(kind),
        }
    }
}

impl From<InvalidRequest> for Error {
    fn from(cause: InvalidRequest) -> Self {
        Kind::Request(cause).into()
    }
}

impl From<AnswerError> for Error {
    fn from(cause: AnswerError) -> Self {
        Kind::Answer(cause).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.inner {
            Kind::Config(_) => f.write_str("finding the cluster"),
            Kind::Build { doing, .. } => f.write_str(doing),
            Kind::Unsupported { what } => f.write_str(what),
            Kind::Request(_) => f.write_str("making the request"),
            Kind::Send(_) => f.write_str("sending the request"),
            Kind::Body(_) => f.write_str("reading the answer"),
            Kind::Answer(answer) => answer.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&self.inner).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.inner {
            Kind::Config(cause) => Some(cause),
            Kind::Build { cause, .. } | Kind::Send(cause) | Kind::Body(cause) => {
                Some(cause.as_ref())
            }
            Kind::Unsupported { .. } => None,
            Kind::Request(cause) => Some(cause),
            Kind::Answer(answer) => answer.source(),
        }
    }
}
