//! The one error of the client: what it was doing, what the server said, and the chain below.

mod predicates;

use std::error::Error as StdError;
use std::fmt;

use http::response::Parts;
use k8s_api_core::answer::AnswerError;
use k8s_api_core::decode::Undecodable;
use k8s_api_core::request::InvalidRequest;
use k8s_api_core::watch::WatchError;
use k8s_api_core::{ListError, Status};
use k8s_transport::{Attempts, RetryError};

use crate::BoxError;

/// Why there is no answer, or what the server refused.
///
/// `Display` is this level only; [`source`](StdError::source) goes on, down to the certificate or the socket.
///
/// Where an answer of the server's stands behind it, what that answer says of itself goes along: its
/// [audit ID](Self::audit_id), and how often the request [was sent](Self::attempts). `Display` shows the one where the
/// server failed (5xx, a body that broke off), the other where it was more than once.
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: Kind,
    audit_id: Option<String>,
    attempts: Option<Attempts>,
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
    /// The server's error, as an event of a watch.
    Told(Status),
    List(ListError),
    Watch(WatchError),
    Undecodable(Box<Undecodable>),
    /// What was asked for did not come about, and nothing below says why.
    Failed {
        what: String,
    },
}

impl Error {
    pub(crate) fn config(cause: k8s_config::Error) -> Self {
        Kind::Config(cause).into()
    }

    /// What went wrong while a client was made, for a stack of your own: "while `doing`", and the cause.
    pub fn build(doing: &'static str, cause: impl Into<BoxError>) -> Self {
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

    pub(crate) fn told(status: Status) -> Self {
        Kind::Told(status).into()
    }

    pub(crate) fn list(cause: ListError) -> Self {
        Kind::List(cause).into()
    }

    pub(crate) fn watch(cause: WatchError) -> Self {
        Kind::Watch(cause).into()
    }

    pub(crate) fn undecodable(object: Box<Undecodable>) -> Self {
        Kind::Undecodable(object).into()
    }

    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Kind::Failed { what: what.into() }.into()
    }

    /// Notes what is known of the answer that this error is about.
    pub(crate) fn about(mut self, head: &Parts) -> Self {
        let audit_id = head.headers.get("audit-id");
        let audit_id = audit_id.and_then(|id| id.to_str().ok());
        self.inner.audit_id = audit_id.map(str::to_owned);
        self.inner.attempts = head.extensions.get::<Attempts>().cloned();
        self
    }

    /// The name of the request in the server's audit log (`Audit-ID`), where there was an answer and it had one.
    pub fn audit_id(&self) -> Option<&str> {
        self.inner.audit_id.as_deref()
    }

    /// How often the request was sent, or tried to be; 1 where nothing retries.
    pub fn attempts(&self) -> usize {
        let answered = self.inner.attempts.as_ref().map(Attempts::attempts);
        let failed = || self.find(|error: &RetryError| Some(error.attempts()));
        answered.or_else(failed).unwrap_or(1)
    }

    /// What the server said when it refused; `None` for every other failure.
    pub fn status(&self) -> Option<&Status> {
        match &self.inner.kind {
            Kind::Answer(answer) => answer.status(),
            Kind::Told(status) => Some(status),
            _ => None,
        }
    }

    /// Whether an error of this type in the chain says so.
    fn any<E: StdError + 'static>(&self, says: impl Fn(&E) -> bool) -> bool {
        self.find(|error| says(error).then_some(())).is_some()
    }

    /// What the first error of this type in the chain has to say.
    fn find<E: StdError + 'static, T>(&self, says: impl Fn(&E) -> Option<T>) -> Option<T> {
        let mut next = self.source();
        while let Some(error) = next {
            if let Some(said) = error.downcast_ref::<E>().and_then(&says) {
                return Some(said);
            }
            next = error.source();
        }
        None
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                audit_id: None,
                attempts: None,
            }),
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
        let failed = match &self.inner.kind {
            Kind::Config(_) => return f.write_str("finding the cluster"),
            Kind::Build { doing, .. } => return f.write_str(doing),
            Kind::Unsupported { what } => return f.write_str(what),
            Kind::Request(_) => return f.write_str("making the request"),
            Kind::Send(_) => return f.write_str("sending the request"),
            Kind::Body(_) => {
                f.write_str("reading the answer")?;
                true
            }
            Kind::Told(_) => return f.write_str("the server ended the watch"),
            Kind::List(_) => return f.write_str("reading the list"),
            Kind::Watch(_) => return f.write_str("reading the watch"),
            Kind::Undecodable(object) => return object.fmt(f),
            Kind::Failed { what } => return f.write_str(what),
            Kind::Answer(answer) => {
                answer.fmt(f)?;
                answer.status().is_some_and(|status| status.code >= 500)
            }
        };
        if let Some(id) = self.audit_id().filter(|_| failed) {
            write!(f, ", audit ID {id}")?;
        }
        match &self.inner.attempts {
            Some(attempts) => write!(f, ", {attempts}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("audit_id", &self.inner.audit_id)
            .field("attempts", &self.inner.attempts)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.inner.kind {
            Kind::Config(cause) => Some(cause),
            Kind::Build { cause, .. } | Kind::Send(cause) | Kind::Body(cause) => {
                Some(cause.as_ref())
            }
            Kind::Unsupported { .. } | Kind::Failed { .. } => None,
            Kind::Request(cause) => Some(cause),
            Kind::Answer(answer) => answer.source(),
            Kind::Told(status) => Some(status),
            Kind::List(cause) => Some(cause),
            Kind::Watch(cause) => Some(cause),
            Kind::Undecodable(object) => object.source(),
        }
    }
}
