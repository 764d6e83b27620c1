//! Why there is no answer.

use std::fmt;

use hyper_util::client::legacy;

/// A request without an answer: no connection, or one that broke.
#[derive(Debug)]
pub struct TransportError {
    cause: legacy::Error,
}

impl TransportError {
    pub(super) fn new(cause: legacy::Error) -> Self {
        Self { cause }
    }

    /// Whether no connection could be made: the request was not sent.
    pub fn is_connect(&self) -> bool {
        self.cause.is_connect()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_connect() {
            "no connection could be made"
        } else {
            "the connection broke"
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // hyper-util's own text says less than ours; what it wraps says why.
        std::error::Error::source(&self.cause).or(Some(&self.cause))
    }
}
