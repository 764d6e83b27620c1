//! Where things were found: files, lines, variables, flags.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a [`Config`](crate::Config) comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provenance {
    /// Made by hand, in code.
    Given,
    /// The Pod this runs in.
    #[non_exhaustive]
    InCluster {
        /// The variable that named the host; `None` when the caller did.
        host_variable: Option<&'static str>,
        /// The variable that named the port; `None` when the caller did.
        port_variable: Option<&'static str>,
        /// Where the service account is mounted.
        directory: PathBuf,
    },
    /// One or more kubeconfig files.
    #[non_exhaustive]
    Kubeconfig {
        /// The files that were read, in order of precedence; empty for bytes.
        files: Vec<PathBuf>,
        /// The files that were named but do not exist.
        missing: Vec<PathBuf>,
        /// The context, `None` when overrides took its place.
        context: Option<String>,
        /// The cluster's name.
        cluster: Option<String>,
        /// The user's name, `None` for anonymous.
        user: Option<String>,
    },
}

/// A place in a file: `/home/u/.kube/config:12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Place {
    /// The file; `None` for bytes that came from elsewhere.
    pub file: Option<Arc<Path>>,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}", file.display())?,
            None => f.write_str("given bytes")?,
        }
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}

/// What set one field of a [`Config`](crate::Config).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldOrigin {
    /// The field's name in a kubeconfig, such as `certificate-authority-data`.
    pub field: &'static str,
    /// What set it.
    pub origin: Origin,
}

/// What set a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A line of a kubeconfig.
    Kubeconfig(Place),
    /// A file of the service-account mount.
    Mount(PathBuf),
    /// An environment variable.
    Variable(&'static str),
    /// The caller, through [`InCluster`](crate::InCluster).
    Given,
    /// [`Overrides`](crate::Overrides), by the name of the flag: `--server`.
    Flag(&'static str),
    /// Nothing: the default holds.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubeconfig(place) => place.fmt(f),
            Self::Mount(path) => path.display().fmt(f),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
            Self::Given => f.write_str("given in code"),
            Self::Default => f.write_str("default"),
        }
    }
}
