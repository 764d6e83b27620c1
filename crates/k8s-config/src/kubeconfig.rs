//! Kubeconfig files as they are written: stanzas by name, each knowing its file and lines, nothing resolved yet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{SecretSlice, SecretString};

use crate::error::Error;
use crate::identity::{AuthProvider, ExecEnv, InteractiveMode};
use crate::platform::absolute;
use crate::provenance::Place;
use crate::raw::{RawJson, UnknownField};
use crate::source::{MAX_FILE_BYTES, Source, Stamp, SystemSource};
use crate::warning::Warning;

mod decode;
mod encode;
mod file;
mod stanza;
mod text;
mod url;

pub(crate) use decode::decode;
pub(crate) use encode::Entry;
pub use file::{FileError, FileFault, FileFaultKind};
pub(crate) use stanza::{Base, Stanza};
use stanza::{Home, Layout};
pub(crate) use text::read as read_text;
pub use url::UrlText;

/// One kubeconfig file, or several merged: `k8s.io/client-go/tools/clientcmd/api/v1.Config`.
///
/// An empty string in the file is `None` here. Two things are not as kubectl has them: unknown fields are kept, and every stanza knows its lines.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Kubeconfig {
    /// The context to use when none is asked for.
    pub current_context: Option<String>,
    /// Clusters by name.
    pub clusters: BTreeMap<String, Cluster>,
    /// Users by name.
    pub users: BTreeMap<String, AuthInfo>,
    /// Contexts by name.
    pub contexts: BTreeMap<String, Context>,
    /// `preferences.colors`; kubectl deprecates it.
    pub colors: bool,
    /// `preferences.extensions` by name; deprecated, too.
    pub preference_extensions: BTreeMap<String, RawJson>,
    /// Extensions of the file by name.
    pub extensions: BTreeMap<String, RawJson>,
    /// Fields of the file that are not known, first file first.
    pub unknown: Vec<UnknownField>,
    pub(crate) current_context_place: Option<Place>,
    pub(crate) files: Vec<LoadedFile>,
    pub(crate) missing: Vec<PathBuf>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) source: Arc<dyn Source>,
}

/// A file that was read, and its state just before.
#[derive(Clone, Debug)]
pub(crate) struct LoadedFile {
    pub(crate) path: Arc<Path>,
    pub(crate) stamp: Option<Stamp>,
}

/// How to reach a cluster and know it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Cluster {
    /// The API server, exactly as written.
    pub server: Option<UrlText>,
    /// The name its certificate must carry.
    pub tls_server_name: Option<String>,
    /// Whether to trust any certificate.
    pub insecure_skip_tls_verify: bool,
    /// Path of a PEM bundle, as written.
    pub certificate_authority: Option<String>,
    /// A PEM bundle, decoded from base64.
    pub certificate_authority_data: Option<Arc<SecretSlice<u8>>>,
    /// A proxy, exactly as written.
    pub proxy_url: Option<UrlText>,
    /// Whether the server should not compress.
    pub disable_compression: bool,
    /// Extensions by name.
    pub extensions: BTreeMap<String, RawJson>,
    /// Fields that are not known.
    pub unknown: Vec<UnknownField>,
    pub(crate) origin: Stanza,
}

/// Who to be; the `user` of a kubeconfig.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AuthInfo {
    /// Path of a PEM certificate, as written.
    pub client_certificate: Option<String>,
    /// A PEM certificate, decoded from base64.
    pub client_certificate_data: Option<Arc<SecretSlice<u8>>>,
    /// Path of a PEM key, as written.
    pub client_key: Option<String>,
    /// A PEM key, decoded from base64.
    pub client_key_data: Option<Arc<SecretSlice<u8>>>,
    /// A bearer token.
    pub token: Option<SecretString>,
    /// Path of a file that holds a bearer token, as written.
    pub token_file: Option<String>,
    /// `as`: the user to impersonate.
    pub impersonate: Option<String>,
    /// `as-uid`.
    pub impersonate_uid: Option<String>,
    /// `as-groups`.
    pub impersonate_groups: Vec<String>,
    /// `as-user-extra`.
    pub impersonate_user_extra: BTreeMap<String, Vec<String>>,
    /// A user name for basic authentication.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<SecretString>,
    /// The older mechanism for `oidc`.
    pub auth_provider: Option<AuthProvider>,
    /// A credential plugin; boxed, since few users have one and it is large.
    pub exec: Option<Box<ExecConfig>>,
    /// Extensions by name.
    pub extensions: BTreeMap<String, RawJson>,
    /// Fields that are not known.
    pub unknown: Vec<UnknownField>,
    pub(crate) origin: Stanza,
}

/// A credential plugin, as written; see [`Exec`](crate::Exec) for what the fields mean.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExecConfig {
    /// The program, as written.
    pub command: Option<String>,
    /// Its arguments.
    pub args: Vec<SecretString>,
    /// Additions to its environment.
    pub env: Vec<ExecEnv>,
    /// The version of `ExecCredential` to speak.
    pub api_version: Option<String>,
    /// What to say when the program is missing, as written.
    pub install_hint: Option<String>,
    /// Whether the program is told about the cluster.
    pub provide_cluster_info: bool,
    /// When the program may use standard input. `IfAvailable` where the file says nothing and `api_version` is v1alpha1 or v1beta1.
    pub interactive_mode: Option<InteractiveMode>,
    /// Fields that are not known.
    pub unknown: Vec<UnknownField>,
    /// Whether the file names a mode that does not exist.
    pub(crate) unknown_mode: bool,
}

/// A cluster, a user and a namespace that belong together.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Context {
    /// Name of the cluster.
    pub cluster: Option<String>,
    /// Name of the user; `None` is anonymous.
    pub user: Option<String>,
    /// The namespace to use when a request names none.
    pub namespace: Option<String>,
    /// Extensions by name.
    pub extensions: BTreeMap<String, RawJson>,
    /// Fields that are not known.
    pub unknown: Vec<UnknownField>,
    pub(crate) origin: Stanza,
}

impl Kubeconfig {
    /// Nothing at all, whose files will be read through `source`.
    #[must_use]
    pub fn empty(source: Arc<dyn Source>) -> Self {
        Self {
            current_context: None,
            clusters: BTreeMap::new(),
            users: BTreeMap::new(),
            contexts: BTreeMap::new(),
            colors: false,
            preference_extensions: BTreeMap::new(),
            extensions: BTreeMap::new(),
            unknown: Vec::new(),
            current_context_place: None,
            files: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            source,
        }
    }

    /// Reads YAML or JSON; relative paths in it are relative to `base_dir`. Files it names will be read from disk.
    ///
    /// # Errors
    /// [`Error::Load`] with every fault of the text.
    pub fn from_slice(bytes: &[u8], base_dir: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_slice_with(Arc::new(SystemSource), bytes, base_dir)
    }

    /// As [`from_slice`](Self::from_slice); files it names will be read through `source`.
    ///
    /// # Errors
    /// As [`from_slice`](Self::from_slice).
    pub fn from_slice_with(
        source: Arc<dyn Source>,
        bytes: &[u8],
        base_dir: impl AsRef<Path>,
    ) -> Result<Self, Error> {
        Self::from_bytes(source, bytes.into(), base_dir.as_ref())
    }

    fn from_bytes(
        source: Arc<dyn Source>,
        bytes: Cow<'_, [u8]>,
        base_dir: &Path,
    ) -> Result<Self, Error> {
        let base = Base {
            dir: absolute(&*source, base_dir).to_string_lossy().into(),
            platform: source.platform(),
        };
        decode(source, bytes, None, base).map_err(|error| Error::load(vec![error]))
    }

    /// As [`from_slice`](Self::from_slice), reading until the end, at most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// As [`from_slice`](Self::from_slice), and what `reader` reports.
    pub fn from_reader(reader: impl Read, base_dir: impl AsRef<Path>) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        match reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
            Ok(_) => Self::from_bytes(Arc::new(SystemSource), bytes.into(), base_dir.as_ref()),
            Err(cause) => Err(Error::load(vec![FileError::unreadable(None, cause)])),
        }
    }

    /// Reads one file through `source`.
    ///
    /// # Errors
    /// [`FileError`] when it cannot be read, or with every fault of its text.
    pub(crate) fn read(source: Arc<dyn Source>, path: &Path) -> Result<Self, FileError> {
        let file: Arc<Path> = path.into();
        let platform = source.platform();
        let unreadable = |cause| FileError::unreadable(Some(Arc::clone(&file)), cause);
        // Looked at before it is read: a change in between shows as a change, not as nothing.
        let stamp = source.stat(path).ok();
        let bytes = source.read(path).map_err(unreadable)?;
        let base = Base {
            dir: platform.parent(path).into(),
            platform,
        };
        let mut kubeconfig = decode(source, bytes.into(), Some(Arc::clone(&file)), base)?;
        kubeconfig.files.push(LoadedFile { path: file, stamp });
        Ok(kubeconfig)
    }

    /// Whether nothing is defined: no stanza and no current context.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.current_context.is_none()
            && self.clusters.is_empty()
            && self.users.is_empty()
            && self.contexts.is_empty()
    }

    /// The files that were read, first in precedence first.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| &*file.path)
    }

    /// The files that were named and do not exist.
    #[must_use]
    pub fn missing(&self) -> &[PathBuf] {
        &self.missing
    }
}
