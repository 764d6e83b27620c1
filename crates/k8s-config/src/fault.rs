//! What can be wrong with a configuration that reads well: names without stanza, files that are not there, contradictions.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::provenance::Place;
use crate::proxy::InvalidProxyUrl;

/// One fault of a configuration, and where it stands. Never repeats a value, but for names and paths.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// File and line, `None` when it stands in no file.
    pub place: Option<Place>,
    /// What is wrong.
    pub kind: FaultKind,
}

impl Fault {
    pub(crate) const fn new(place: Option<Place>, kind: FaultKind) -> Self {
        Self { place, kind }
    }
}

/// What is wrong. The texts are those of `clientcmd`, so that what is known about them on the web helps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// There is nothing: no cluster, user, context.
    NoConfiguration,
    /// No context is current, none was asked for.
    NoContext {
        /// The contexts there are.
        available: Vec<String>,
    },
    /// `current-context` names a context that does not exist.
    ContextNotFound {
        /// The name.
        context: String,
        /// The contexts there are.
        available: Vec<String>,
    },
    /// An override names a context, cluster or user that does not exist.
    DoesNotExist {
        /// `context`, `cluster` or `auth info`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A context has an empty name.
    EmptyContextName,
    /// A context names no cluster or user.
    NotSpecified {
        /// `cluster` or `user`.
        what: &'static str,
        /// The context.
        context: String,
    },
    /// A context names a cluster or user that does not exist.
    NotFound {
        /// `cluster` or `user`.
        what: &'static str,
        /// The name.
        name: String,
        /// The context.
        context: String,
    },
    /// A context's namespace is no DNS label.
    Namespace {
        /// The context.
        context: String,
    },
    /// A cluster is entirely empty.
    EmptyCluster,
    /// A cluster has no server; the name may be empty.
    NoServer {
        /// The cluster.
        cluster: String,
    },
    /// A `server` is no URL of http or https, nor `host:port`.
    InvalidServer {
        /// The cluster.
        cluster: String,
    },
    /// A `proxy-url` cannot be used.
    ProxyUrl {
        /// The cluster.
        cluster: String,
        /// Why.
        cause: InvalidProxyUrl,
    },
    /// An authority is given, and `insecure-skip-tls-verify`.
    AuthorityAndInsecure {
        /// The cluster.
        cluster: String,
    },
    /// Both a file and the data are given. kubectl refuses this; a [`Config`](crate::Config) takes the data, with a warning.
    BothSpecified {
        /// The data: `client-key-data`.
        data: &'static str,
        /// The file: `client-key`.
        file: &'static str,
        /// The cluster or user.
        name: String,
    },
    /// A file cannot be read.
    Unreadable {
        /// What it holds: `certificate-authority`, `client-cert`, `client-key`, `tokenFile`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The cluster or user.
        name: String,
        /// Why.
        cause: io::ErrorKind,
    },
    /// A client certificate without a key.
    NoKey {
        /// The user.
        user: String,
    },
    /// A user name, and a token or token file.
    ManyMethods {
        /// The user.
        user: String,
    },
    /// `as-uid`, `as-groups` or `as-user-extra` without `as`.
    ImpersonatesNobody {
        /// The user.
        user: String,
    },
    /// Something is wrong with a user's `exec`.
    Exec {
        /// The user.
        user: String,
        /// What.
        fault: ExecFault,
    },
}

/// What is wrong with an `exec` stanza.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecFault {
    /// There is an `auth-provider`, too.
    AuthProvider,
    /// No `command`.
    Command,
    /// No `apiVersion`.
    ApiVersion,
    /// A variable without name.
    EnvName,
    /// No `interactiveMode`, which `client.authentication.k8s.io/v1` requires.
    NoMode,
    /// An `interactiveMode` that does not exist.
    UnknownMode,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConfiguration => {
                f.write_str("no configuration has been provided, try setting KUBERNETES_MASTER environment variable")
            }
            Self::NoContext { available } if available.is_empty() => f.write_str("no context chosen"),
            Self::NoContext { available } => {
                write!(f, "no context chosen, current-context is not set; there are: {}", available.join(", "))
            }
            Self::ContextNotFound { context, .. } => write!(f, "context was not found for specified context: {context}"),
            Self::DoesNotExist { what, name } => write!(f, "{what} \"{name}\" does not exist"),
            Self::EmptyContextName => f.write_str("empty context name is not allowed"),
            Self::NotSpecified { what, context } => write!(f, "{what} was not specified for context \"{context}\""),
            Self::NotFound { what, name, context } => {
                write!(f, "{what} \"{name}\" was not found for context \"{context}\"")
            }
            Self::Namespace { context } => {
                write!(f, "namespace for context \"{context}\" does not conform to the kubernetes DNS_LABEL rules")
            }
            _ => self.fmt_stanza(f),
        }
    }
}

impl FaultKind {
    /// The faults of one cluster or user.
    fn fmt_stanza(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServer { cluster } if cluster.is_empty() => {
                f.write_str("default cluster has no server defined")
            }
            Self::NoServer { cluster } => write!(f, "no server found for cluster \"{cluster}\""),
            Self::InvalidServer { cluster } => {
                write!(
                    f,
                    "invalid 'server' for cluster \"{cluster}\": host must be a URL of http or https, or a host:port pair"
                )
            }
            Self::ProxyUrl { cluster, cause } => {
                write!(f, "invalid 'proxy-url' for cluster \"{cluster}\": {cause}")
            }
            Self::AuthorityAndInsecure { cluster } => {
                write!(
                    f,
                    "specifying a root certificates file with the insecure flag is not allowed, as cluster \"{cluster}\" does"
                )
            }
            Self::BothSpecified { data, file, name } => {
                write!(
                    f,
                    "{data} and {file} are both specified for {name}, {data} will override"
                )
            }
            Self::Unreadable {
                what,
                path,
                name,
                cause,
            } => {
                write!(
                    f,
                    "unable to read {what} {} for {name} due to {cause}",
                    path.display()
                )
            }
            Self::NoKey { user } => {
                write!(
                    f,
                    "client-key-data or client-key must be specified for {user} to use the clientCert authentication method"
                )
            }
            Self::ManyMethods { user } => {
                write!(
                    f,
                    "more than one authentication method found for {user}; found [token basicAuth], only one is allowed"
                )
            }
            Self::ImpersonatesNobody { user } => {
                write!(
                    f,
                    "requesting uid, groups or user-extra for {user} without impersonating a user"
                )
            }
            Self::Exec { user, fault } => fault.fmt(user, f),
            _ => f.write_str("cluster has no server defined"),
        }
    }
}

impl ExecFault {
    fn fmt(self, user: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = match self {
            Self::AuthProvider => {
                return write!(
                    f,
                    "authProvider cannot be provided in combination with an exec plugin for {user}"
                );
            }
            Self::UnknownMode => {
                return write!(
                    f,
                    "invalid interactiveMode for {user}: must be Never, IfAvailable or Always"
                );
            }
            Self::Command => "command",
            Self::ApiVersion => "apiVersion",
            Self::EnvName => "env variable name",
            Self::NoMode => "interactiveMode",
        };
        write!(
            f,
            "{missing} must be specified for {user} to use exec authentication plugin"
        )
    }
}
