//! Where the cluster is and who you are, as plain values: kubeconfig files and the service-account mount.
//!
//! [`Config::infer`] does what kubectl does; nothing here opens a connection, runs a program or needs a runtime.
//!
//! ```no_run
//! let config = k8s_config::Config::infer()?;
//! println!("{} as {:?}, namespace {}", config.server, config.user, config.namespace);
//! # Ok::<(), k8s_config::Error>(())
//! ```
//!
//! # The way of the data
//!
//! ```text
//! environment ▸ LoadingRules ▸ paths
//! path ▸ Source::read ▸ bytes ▸ yaml (parts, each a tree with lines) ▸ decode ▸ Kubeconfig of one file    every fault of the text at once
//! Kubeconfig, Kubeconfig… ▸ absorb ▸ one Kubeconfig                                            the first that defines a name has it
//! Kubeconfig ▸ resolve(Overrides) ▸ select names ▸ override stanzas ▸ validate ▸ build ▸ Config  every fault of what was chosen at once
//! Kubeconfig ▸ to_yaml ▸ text as kubectl writes it
//! Kubeconfig ▸ view ▸ minify, flatten, redact ▸ YAML or JSON as `kubectl config view` shows it
//! text ▸ Yaml::documents ▸ values; a value ▸ text as kubectl writes it
//! bytes ▸ edit(change) ▸ what differs ▸ spliced into the text ▸ read again, compared ▸ bytes
//! LoadingRules ▸ edit ▸ each difference to its file ▸ Store::try_lock ▸ bytes ▸ edit ▸ bytes ▸ replace
//! variables ▸ Kuberc ▸ the policy on the user's plugin
//! variables + mount ▸ InCluster ▸ the same two stanzas ▸ build ▸ Config
//! Config ▸ sources_changed? ▸ reload ▸ Config                                                  same names, new content
//! ```
//!
//! A text as kubectl writes it is looked through once, for where it can be cut; then each part is read, decoded and let go, so that the text, its tree
//! and the kubeconfig never are in memory at once. Any other YAML and JSON is read whole, and its map decoded field by field.
//!
//! Files that a configuration points at (tokens, certificates, authorities) are not read into it: they are kept as [`Material`], read when needed
//! and again when they change. Environment and disk are reached through [`Source`] alone, so all of this runs in memory, too.
//!
//! # Where it differs from kubectl
//!
//! - In a Pod, a `ca.crt` that is missing, empty or no bundle is an error, never system roots.
//! - A kubeconfig that exists and is broken, or has no context chosen, is an error, never the Pod's identity.
//! - A context whose user does not exist is an error, never anonymous access.
//! - A file beside its data is a warning, and the data is used; kubectl says "will override" and refuses.
//! - Where only `~/.kube/.kubeconfig` of old exists, it is read in place; kubectl copies it to `~/.kube/config` first.
//! - A token flag takes the place of a token file, too; kubectl goes back to the file when it is next read.
//! - A server is a URL of http or https, or `host:port`, and a proxy has a host; kubectl finds out when it connects. Hosts are ASCII; kubectl
//!   writes others as `xn--…`.
//! - An empty name is no name, a directory is no certificate, a timeout is not negative; kubectl minds none of them.
//! - User name and password in a `server` URL are taken out of it, as basic authentication, with a warning.
//! - A second YAML document is refused, not ignored. Unknown fields are kept, with a warning.
//! - A kuberc that cannot be used is an error for a user with a plugin; kubectl warns, and runs every plugin.
//! - No message repeats a value, but for names and paths.
//!
//! Limits, against hostile files: 64 MiB a file, 1,000,000 values, 128 levels, aliases that add at most 100,000 values or 4 MiB.

mod config;
mod identity;
mod material;
mod proxy;

mod in_cluster;
mod infer;
mod kubeconfig;
mod kuberc;
mod loading;
mod overrides;
mod resolve;
mod validate;

mod lint;

mod edit;
mod view;

mod live;
mod provenance;

mod error;
mod fault;
mod warning;

mod kubectl_yaml;
mod platform;
mod raw;
mod safe_text;
mod source;
mod yaml;

pub use config::{Config, Roots, Tls};
pub use edit::{
    ChangeError, EditError, EditFault, PropertyError, Refusal, SetCluster, SetContext,
    SetCredentials, SetError, edit,
};
pub use error::{Error, Invalid, LoadError, ServerChanged};
pub use fault::{ExecFault, Fault, FaultKind};
pub use identity::{
    AuthProvider, Basic, ClientCertificate, Exec, ExecEnv, Impersonate, InteractiveMode,
    UnknownMode, User,
};
pub use in_cluster::{InCluster, MountError, MountFault, NotInCluster, SERVICE_ACCOUNT_DIRECTORY};
pub use infer::NothingFound;
pub use kubeconfig::{
    AuthInfo, Cluster, Context, ExecConfig, FileError, FileFault, FileFaultKind, Kubeconfig,
    UrlText,
};
pub use kubectl_yaml::{Yaml, YamlTextError};
pub use kuberc::{AllowlistEntry, Kuberc, KubercError, KubercFault, PluginPolicy};
pub use loading::{LoadingRules, RulesKind};
pub use material::{Material, ReadError};
pub use overrides::{FileOrData, InvalidTimeout, Overrides, namespace_flag, parse_timeout};
pub use platform::{Backsteps, Platform};
pub use provenance::{FieldOrigin, Origin, Place, Provenance};
pub use proxy::{InvalidProxyUrl, ProxyScheme, ProxyUrl};
pub use raw::{RawJson, UnknownField};
pub use safe_text::safe_for_terminals;
pub use source::{
    FileLock, LockError, Locked, MAX_FILE_BYTES, MemorySource, Source, Stamp, Store, SystemSource,
};
pub use view::{Secrets, View, ViewError};
pub use warning::{Warning, WarningKind};
