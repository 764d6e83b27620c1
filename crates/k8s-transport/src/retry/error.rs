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

/// Why a request was sent again, in an answer's extensions; absent where it was sent once. `Display` tells it in one
/// line.
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
            before => {
                f.write_str("sending the request, ")?;
                tell(before, f)
            }
        }
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tell(&self.before, f)
    }
}

/// How often, and why; what happened several times in a row is said once.
fn tell(before: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "attempt {} (before it: ", before.len() + 1)?;
    for (at, same) in before.chunk_by(|one, other| one == other).enumerate() {
        let between = if at == 0 { "" } else { "; " };
        match same.len() {
            1 => write!(f, "{between}{}", same[0])?,
            times => write!(f, "{between}{} times {}", times, same[0])?,
        }
    }
    f.write_str(")")
}

impl std::error::Error for RetryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
