//! A compressed body that cannot be undone.

use std::fmt;
use std::io;

/// The error of [`GunzipBody`](super::GunzipBody); the inner body's error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum GunzipError<E> {
    /// It is not gzip, or was cut short.
    Corrupt(io::Error),
    /// The inner body failed.
    Inner(E),
}

impl<E> fmt::Display for GunzipError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Corrupt(_) => "the answer's gzip body is corrupt or cut short",
            Self::Inner(_) => "reading the answer's gzip body",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for GunzipError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Corrupt(cause) => Some(cause),
            Self::Inner(cause) => Some(cause),
        }
    }
}
