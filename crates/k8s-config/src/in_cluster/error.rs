//! Why this is no Pod, or one whose service account is not mounted as it should be.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::{HOST, PORTS};
use crate::material::{Material, ReadError};

/// This does not run in a Pod: the variables that name the API server are not set, or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotInCluster {
    /// Whether the host is not known.
    pub host_missing: bool,
    /// Whether the port is not known.
    pub port_missing: bool,
}

impl NotInCluster {
    pub(super) const fn new(host_missing: bool, port_missing: bool) -> Self {
        Self {
            host_missing,
            port_missing,
        }
    }
}

impl fmt::Display for NotInCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [https, port] = PORTS;
        write!(
            f,
            "unable to load in-cluster configuration, {HOST} and {https} (or {port}) must be defined"
        )
    }
}

impl std::error::Error for NotInCluster {}

/// A mounted file cannot be used.
#[derive(Debug)]
pub struct MountError {
    path: PathBuf,
    fault: MountFault,
    not_mounted: bool,
    cause: Option<ReadError>,
}

/// What is wrong with a mounted file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MountFault {
    /// It is not there.
    Missing,
    /// It cannot be read.
    Unreadable,
    /// A CA bundle with nothing in it.
    EmptyBundle,
    /// A CA bundle without a certificate.
    NoCertificate,
    /// A token file with nothing in it.
    EmptyToken,
    /// A token with bytes that no HTTP header can carry.
    UnusableToken,
}

impl MountError {
    pub(super) fn new(material: &Material, fault: MountFault) -> Self {
        let path = material.path().map(Path::to_path_buf).unwrap_or_default();
        Self {
            path,
            fault,
            not_mounted: false,
            cause: None,
        }
    }

    pub(super) fn unreadable(cause: ReadError) -> Self {
        let fault = match cause.kind() {
            io::ErrorKind::NotFound => MountFault::Missing,
            _ => MountFault::Unreadable,
        };
        Self {
            path: cause.path().to_path_buf(),
            fault,
            not_mounted: false,
            cause: Some(cause),
        }
    }

    /// Notes that the whole directory is missing, when it is.
    pub(super) fn unmounted(mut self, no_directory: impl FnOnce() -> bool) -> Self {
        self.not_mounted = self.fault == MountFault::Missing && no_directory();
        self
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> MountFault {
        self.fault
    }

    /// Whether nothing is mounted at all, as with `automountServiceAccountToken: false`.
    #[must_use]
    pub const fn is_not_mounted(&self) -> bool {
        self.not_mounted
    }
}

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.fault {
            MountFault::Missing if self.not_mounted => write!(
                f,
                "{path} is missing, no service account is mounted: the pod or its service account may say automountServiceAccountToken: false"
            ),
            MountFault::Missing => write!(f, "{path} is missing"),
            MountFault::Unreadable => write!(f, "{path} cannot be read"),
            MountFault::EmptyBundle => write!(
                f,
                "{path} is empty, and without a CA certificate the API server cannot be known"
            ),
            MountFault::NoCertificate => write!(f, "{path} holds no certificate"),
            MountFault::EmptyToken => write!(f, "read empty token from file {path}"),
            MountFault::UnusableToken => write!(
                f,
                "the token in {path} holds bytes that an HTTP header cannot carry"
            ),
        }
    }
}

impl std::error::Error for MountError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
