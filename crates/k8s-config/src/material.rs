//! Where bytes live, and the way to read them again: the reason why a token or CA may change under a running client.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretSlice};

use crate::source::{Source, Stamp};

/// A token, certificate, key or CA bundle: a file to be read whenever it is needed, or bytes that stood in a configuration.
///
/// `Display` is the place, `Debug` never shows content.
#[derive(Clone)]
pub struct Material {
    place: Place,
}

#[derive(Clone)]
enum Place {
    File {
        source: Arc<dyn Source>,
        path: PathBuf,
    },
    Inline {
        bytes: Arc<SecretSlice<u8>>,
        place: Arc<str>,
    },
}

impl Material {
    /// Content of a file, read through `source` each time.
    #[must_use]
    pub fn file(source: Arc<dyn Source>, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            place: Place::File { source, path },
        }
    }

    /// Bytes that stand in a configuration, `place` says where, for errors: `certificate-authority-data of cluster "x" in /home/u/.kube/config`.
    #[must_use]
    pub fn inline(bytes: impl Into<Vec<u8>>, place: impl Into<String>) -> Self {
        let place = Place::Inline {
            bytes: Arc::new(SecretSlice::from(bytes.into())),
            place: place.into().into(),
        };
        Self { place }
    }

    /// The bytes as they are now, as found: not trimmed, not decoded.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read; inline bytes always can.
    pub fn read(&self) -> Result<SecretSlice<u8>, ReadError> {
        match &self.place {
            Place::File { source, path } => {
                source
                    .read(path)
                    .map(SecretSlice::from)
                    .map_err(|cause| ReadError {
                        path: path.clone(),
                        cause,
                    })
            }
            Place::Inline { bytes, .. } => Ok(SecretSlice::from(bytes.expose_secret().to_vec())),
        }
    }

    /// What tells the file's present state from another; `None` for inline bytes, and for a file that cannot be looked at now.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        match &self.place {
            Place::File { source, path } => source.stat(path).ok(),
            Place::Inline { .. } => None,
        }
    }

    /// The file, `None` for inline bytes.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Inline { .. } => None,
        }
    }
}

impl fmt::Display for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File { path, .. } => path.display().fmt(f),
            Place::Inline { place, .. } => f.write_str(place),
        }
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File { path, .. } => f.debug_tuple("File").field(path).finish(),
            Place::Inline { place, .. } => f.debug_tuple("Inline").field(place).finish(),
        }
    }
}

/// A file that a configuration points at could not be read.
#[derive(Debug)]
pub struct ReadError {
    path: PathBuf,
    cause: io::Error,
}

impl ReadError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What kind of failure it was, such as [`io::ErrorKind::NotFound`].
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.cause.kind()
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading {}", self.path.display())
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
