//! What is odd in a configuration but not wrong.

use std::fmt;
use std::path::PathBuf;

use crate::provenance::Place;

/// Something to tell a person about, that stops nothing. Never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Where it stands; `None` when it is in no file.
    pub place: Option<Place>,
    /// What it is.
    pub kind: WarningKind,
}

impl Warning {
    pub(crate) const fn new(place: Option<Place>, kind: WarningKind) -> Self {
        Self { place, kind }
    }
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// A field that kubectl does not know and drops; perhaps misspelt.
    UnknownField {
        /// Its name, with the fields it stands in.
        field: String,
    },
    /// A key comes again later in its map, and the last one holds.
    DuplicateKey {
        /// Its name, with the fields it stands in.
        field: String,
    },
    /// A cluster, user or context that no context, or nobody, uses.
    Unused {
        /// `cluster` or `user`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Both a file and the data itself are given; the data is used.
    DataBeatsFile {
        /// The field with the data, in kubectl's words: `client-key-data`.
        data: &'static str,
        /// The field with the file, in kubectl's words: `client-key`.
        file: &'static str,
        /// The cluster or user.
        name: String,
    },
    /// Both `token` and `tokenFile` are given; the token is used until the file can be read.
    TokenAndTokenFile {
        /// The user.
        name: String,
    },
    /// The server is plain http, so the user's credentials are left out.
    CredentialsWithoutTls {
        /// The cluster.
        cluster: String,
    },
    /// Anybody may pose as the server.
    InsecureSkipTlsVerify {
        /// The cluster.
        cluster: String,
    },
    /// The plugin speaks a version that Kubernetes has removed or will.
    DeprecatedExecVersion {
        /// The user.
        user: String,
    },
    /// `KUBECONFIG` names files that do not exist, and so it went on without them.
    ConfigNotFound {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// Others than the owner may read a file that holds credentials.
    ReadableByOthers,
    /// User name and password stand in the `server` URL.
    CredentialsInServer {
        /// The cluster.
        cluster: String,
    },
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { field } => write!(f, "unknown field \"{field}\""),
            Self::DuplicateKey { field } => {
                write!(
                    f,
                    "\"{field}\" is given again later, and the last one is used"
                )
            }
            Self::Unused { what, name } => write!(f, "no context uses {what} \"{name}\""),
            Self::DataBeatsFile { data, file, name } => {
                write!(
                    f,
                    "{data} and {file} are both specified for {name}, {data} will override"
                )
            }
            Self::TokenAndTokenFile { name } => {
                write!(
                    f,
                    "token and tokenFile are both specified for {name}, the token is used until the file can be read"
                )
            }
            Self::CredentialsWithoutTls { cluster } => {
                write!(
                    f,
                    "credentials are not sent to cluster \"{cluster}\", whose server is plain http"
                )
            }
            Self::InsecureSkipTlsVerify { cluster } => {
                write!(
                    f,
                    "the certificate of cluster \"{cluster}\" is not verified, anybody may pose as its server"
                )
            }
            Self::DeprecatedExecVersion { user } => {
                write!(
                    f,
                    "the exec plugin of user \"{user}\" speaks a deprecated version, client.authentication.k8s.io/v1 is the current one"
                )
            }
            Self::ConfigNotFound { paths } => {
                let paths: Vec<String> = paths
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                write!(
                    f,
                    "KUBECONFIG names files that do not exist, config not found: {}",
                    paths.join(", ")
                )
            }
            Self::ReadableByOthers => f.write_str("the file may be read by others than its owner"),
            Self::CredentialsInServer { cluster } => {
                write!(
                    f,
                    "the server of cluster \"{cluster}\" holds a user name or password, which belongs under users"
                )
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        self.kind.fmt(f)
    }
}
