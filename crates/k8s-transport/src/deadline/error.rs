//! Which time limit was exceeded.

use std::fmt;
use std::time::Duration;

use crate::BoxError;

/// The error of [`WithDeadlines`](super::WithDeadlines); the inner error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeadlineError<E> {
    /// A limit was exceeded.
    Exceeded(Exceeded),
    /// The inner service, or the inner body, failed.
    Inner(E),
}

/// A time limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub(super) which: Deadline,
    pub(super) limit: Duration,
}

/// The time limits of a request, as [`Deadlines`](super::Deadlines) has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// Until there is a connection: nothing was sent.
    Connect,
    /// Until the answer's head.
    Headers,
    /// Between parts of the answer's body.
    Silence,
    /// In all.
    Whole,
}

impl<E> DeadlineError<E> {
    /// The error with its type given up, for stacks that use boxed errors: the inner service's own, or the limit.
    pub fn into_boxed(self) -> BoxError
    where
        E: Into<BoxError>,
    {
        match self {
            Self::Exceeded(exceeded) => exceeded.into(),
            Self::Inner(error) => error.into(),
        }
    }
}

impl Exceeded {
    /// Which limit it was.
    pub fn deadline(&self) -> Deadline {
        self.which
    }

    /// How long it was.
    pub fn limit(&self) -> Duration {
        self.limit
    }
}

impl<E> fmt::Display for DeadlineError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exceeded(_) => "a time limit was exceeded",
            Self::Inner(_) => "sending the request",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for DeadlineError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Exceeded(exceeded) => Some(exceeded),
            Self::Inner(error) => Some(error),
        }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit;
        match self.which {
            Deadline::Connect => write!(f, "no connection within {limit:?}"),
            Deadline::Headers => write!(f, "no answer within {limit:?}"),
            Deadline::Silence => write!(f, "the server was silent for {limit:?}"),
            Deadline::Whole => write!(f, "the request was not done within {limit:?}"),
        }
    }
}

impl std::error::Error for Exceeded {}
