//! Why a request could not be made.

use std::fmt;

use crate::InvalidSegment;

/// A request that cannot be written down; nothing was sent.
#[derive(Debug)]
pub struct InvalidRequest {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Segment(InvalidSegment),
    Path(String),
    Body { expected: &'static str },
    Params(&'static str),
}

impl InvalidRequest {
    pub(super) fn path(path: &str) -> Self {
        Self {
            kind: Kind::Path(path.to_owned()),
        }
    }

    /// The serializer's own text is left out: it may quote a value.
    pub(super) fn body<T>() -> Self {
        Self {
            kind: Kind::Body {
                expected: std::any::type_name::<T>(),
            },
        }
    }

    pub(super) fn params(why: &'static str) -> Self {
        Self {
            kind: Kind::Params(why),
        }
    }
}

impl From<InvalidSegment> for InvalidRequest {
    fn from(segment: InvalidSegment) -> Self {
        Self {
            kind: Kind::Segment(segment),
        }
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Segment(_) => f.write_str("building the path of the request"),
            Kind::Path(path) => write!(f, "not a path that can be asked for: {path:?}"),
            Kind::Body { expected } => write!(f, "writing {expected} as JSON"),
            Kind::Params(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for InvalidRequest {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Segment(segment) => Some(segment),
            _ => None,
        }
    }
}
