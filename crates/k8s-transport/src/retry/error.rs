//! How often a request was sent, and why each time but the last was not enough.

use std::fmt;
use std::sync::Arc;

use crate::BoxError;

/// The error of [`Retry`](super::Retry): the last attempt's, with the reasons of those before.
#[derive(Debug)]
pub struct RetryError {
    cause: BoxError,
    before: Vec<String>,
}

/// Why a request was sent again, in an answer's extensions; absent where it was sent once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempts {
    before: Arc<[String]>,
}

impl RetryError {
    pub(super) fn new(cause: BoxError, before: Vec<String>) -> Self {
        Self { cause, before }
    }

    /// How often the request was sent, or tried to be.
    pub fn attempts(&self) -> usize {
        self.before.len() + 1
    }

    /// Why each attempt but the last was not enough: a status, or an error's own words.
    pub fn reasons(&self) -> &[String] {
        &self.before
    }

    /// The error with its type given up: the last attempt's own where there was only one.
    pub fn into_boxed(self) -> BoxError {
        if self.before.is_empty() {
            self.cause
        } else {
            self.into()
        }
    }
}

impl Attempts {
    pub(super) fn new(before: Vec<String>) -> Self {
        Self {
            before: before.into(),
        }
    }

    /// How often the request was sent, or tried to be.
    pub fn attempts(&self) -> usize {
        self.before.len() + 1
    }

    /// Why each attempt but the last was not enough: a status, or an error's own words.
    pub fn reasons(&self) -> &[String] {
        &self.before
    }
}

impl fmt::Display for RetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.before[..] {
            [] => f.write_str("sending the request"),
            before => write!(
                f,
                "sending the request, attempt {} (before it: {})",
                self.attempts(),
                before.join("; ")
            ),
        }
    }
}

impl std::error::Error for RetryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
