//! Everything that can go wrong between "where is my cluster" and the answer, one variant for each stage.

use std::fmt;

use http::Uri;

use crate::fault::{Fault, FaultKind};
use crate::in_cluster::{MountError, NotInCluster};
use crate::infer::NothingFound;
use crate::kubeconfig::FileError;
use crate::kuberc::KubercError;

/// Why there is no [`Config`](crate::Config). Nothing in it shows a secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// This does not run in a Pod.
    NotInCluster(NotInCluster),
    /// This runs in a Pod, but what is mounted there does not do.
    Mount(MountError),
    /// Files cannot be read as kubeconfig.
    Load(LoadError),
    /// The configuration reads well but cannot be used.
    Invalid(Invalid),
    /// No kubeconfig and no Pod.
    NothingFound(NothingFound),
    /// kubectl's preferences file cannot be used, so nobody knows whether the user's plugin may run.
    Kuberc(KubercError),
    /// Read again, the same names lead to another server.
    ServerChanged(Box<ServerChanged>),
}

impl Error {
    pub(crate) const fn load(files: Vec<FileError>) -> Self {
        Self::Load(LoadError { files })
    }

    pub(crate) const fn invalid(faults: Vec<Fault>) -> Self {
        Self::Invalid(Invalid { faults })
    }

    /// Whether there is no configuration at all, as opposed to one with faults. `clientcmd.IsEmptyConfig`.
    #[must_use]
    pub fn is_empty_config(&self) -> bool {
        match self {
            Self::NothingFound(_) => true,
            Self::Invalid(invalid) => {
                invalid.has(|kind| matches!(kind, FaultKind::NoConfiguration))
            }
            _ => false,
        }
    }

    /// Whether a context was named that does not exist. `clientcmd.IsContextNotFound`.
    #[must_use]
    pub fn is_context_not_found(&self) -> bool {
        let missing = |kind: &FaultKind| match kind {
            FaultKind::ContextNotFound { .. } => true,
            FaultKind::DoesNotExist { what, .. } => *what == "context",
            _ => false,
        };
        matches!(self, Self::Invalid(invalid) if invalid.has(missing))
    }

    /// Whether a configuration was read and cannot be used. `clientcmd.IsConfigurationInvalid`.
    #[must_use]
    pub const fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid(_))
    }

    /// Whether this does not run in a Pod.
    #[must_use]
    pub const fn is_not_in_cluster(&self) -> bool {
        matches!(self, Self::NotInCluster(_))
    }

    fn inner(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::NotInCluster(error) => error,
            Self::Mount(error) => error,
            Self::Load(error) => error,
            Self::Invalid(error) => error,
            Self::NothingFound(error) => error,
            Self::Kuberc(error) => error,
            Self::ServerChanged(error) => &**error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner().source()
    }
}

/// One or more files cannot be read as kubeconfig; holds every fault of all of them.
#[derive(Debug)]
pub struct LoadError {
    files: Vec<FileError>,
}

impl LoadError {
    /// The files, in order of precedence.
    #[must_use]
    pub fn files(&self) -> &[FileError] {
        &self.files
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.files)
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.files.iter().find_map(std::error::Error::source)
    }
}

/// A configuration that cannot be used; holds every fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    faults: Vec<Fault>,
}

impl Invalid {
    /// What is wrong.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn has(&self, wanted: impl Fn(&FaultKind) -> bool) -> bool {
        self.faults.iter().any(|fault| wanted(&fault.kind))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid configuration: ")?;
        list(f, &self.faults)
    }
}

impl std::error::Error for Invalid {}

/// One alone, several as `[a, b]`, as `k8s.io/apimachinery`'s aggregates do.
fn list(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    if let [item] = items {
        return item.fmt(f);
    }
    f.write_str("[")?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    f.write_str("]")
}

/// A configuration was read again, and the same context and cluster now name another server.
///
/// A running program does not begin to write to another cluster because a file changed, unless
/// [`Config::follow_current_context`](crate::Config::follow_current_context) allowed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerChanged {
    /// The cluster, by name.
    pub cluster: Option<String>,
    /// The server until now.
    pub from: Uri,
    /// The server it names now.
    pub to: Uri,
}

impl fmt::Display for ServerChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cluster = self.cluster.as_deref().unwrap_or_default();
        write!(
            f,
            "the server of cluster \"{cluster}\" changed from {} to {}, which only a new start or following the current context may use",
            self.from, self.to
        )
    }
}

impl std::error::Error for ServerChanged {}
