//! A compressed body that cannot be undone.

use std::fmt;
use std::io;

/// An answer's body that says it is gzip and is not, or was cut short.
#[derive(Debug)]
pub struct GunzipError {
    cause: io::Error,
}

impl GunzipError {
    pub(super) fn new(cause: io::Error) -> Self {
        Self { cause }
    }
}

impl fmt::Display for GunzipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer's gzip body is corrupt or cut short")
    }
}

impl std::error::Error for GunzipError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
