//! A kubeconfig as people look at it: `kubectl config view`, with what must not be seen left out.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{SecretSlice, SecretString};

use crate::kubeconfig::{Kubeconfig, Stanza};
use crate::source::Source;
use crate::yaml;

mod redact;

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secrets {
    /// Not at all: `REDACTED` and `DATA+OMITTED` stand in their places.
    Redacted,
    /// As they are.
    Raw,
}

/// What `kubectl config view` shows: known fields alone, sorted, in kubectl's words.
///
/// ```
/// use k8s_config::{Kubeconfig, Secrets};
/// use secrecy::ExposeSecret as _;
///
/// let text = b"users: [{name: u, user: {token: t}}]\ncontexts: [{name: c, context: {user: u}}, {name: d}]\n";
/// let kubeconfig = Kubeconfig::from_slice(text, "/")?;
/// let view = kubeconfig.view(Secrets::Redacted).minify(Some("c"))?.to_yaml();
/// assert!(view.expose_secret().contains("    token: REDACTED\n") && !view.expose_secret().contains("name: d"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct View {
    kubeconfig: Kubeconfig,
    secrets: Secrets,
}

impl Kubeconfig {
    /// The whole as kubectl shows it, fields of unknown meaning left out.
    ///
    /// Redacted is what kubectl redacts (`token`, `password`, `…-data`), and more: arguments and variables of plugins, settings of an
    /// `auth-provider` but for those that name issuer and client, user name and password in URLs, strings in extensions.
    #[must_use]
    pub fn view(&self, secrets: Secrets) -> View {
        let mut kubeconfig = self.clone();
        redact::unknown(&mut kubeconfig);
        View {
            kubeconfig,
            secrets,
        }
    }
}

impl View {
    /// Only what `context` needs, or the current one: that context, its cluster and its user. It is the current one then.
    ///
    /// Follows `clientcmd/api.MinifyConfig`.
    ///
    /// # Errors
    /// [`ViewError::NoContext`], [`ViewError::NotFound`].
    pub fn minify(mut self, context: Option<&str>) -> Result<Self, ViewError> {
        let kubeconfig = &mut self.kubeconfig;
        if let Some(name) = context.filter(|name| !name.is_empty()) {
            kubeconfig.current_context = Some(name.to_owned());
        }
        let name = kubeconfig
            .current_context
            .clone()
            .ok_or(ViewError::NoContext)?;
        let Some(context) = kubeconfig.contexts.remove(&name) else {
            return Err(not_found("context", &name));
        };
        for (what, wanted, there) in [
            (
                "cluster",
                &context.cluster,
                context
                    .cluster
                    .as_ref()
                    .is_some_and(|name| kubeconfig.clusters.contains_key(name)),
            ),
            (
                "user",
                &context.user,
                context
                    .user
                    .as_ref()
                    .is_some_and(|name| kubeconfig.users.contains_key(name)),
            ),
        ] {
            if let (Some(name), false) = (wanted, there) {
                return Err(not_found(what, name));
            }
        }
        kubeconfig
            .clusters
            .retain(|name, _| Some(name) == context.cluster.as_ref());
        kubeconfig
            .users
            .retain(|name, _| Some(name) == context.user.as_ref());
        kubeconfig.contexts.clear();
        kubeconfig.contexts.insert(name, context);
        Ok(self)
    }

    /// Files of certificates and keys replaced by what they hold, so that the text can be used elsewhere; redacted, it says that there is something.
    ///
    /// Token files stay files. Follows `clientcmd/api.FlattenConfig`; with kubectl, to flatten is to show secrets.
    ///
    /// # Errors
    /// [`ViewError::PathAndData`], [`ViewError::Unreadable`].
    pub fn flatten(mut self) -> Result<Self, ViewError> {
        let source = Arc::clone(&self.kubeconfig.source);
        for user in self.kubeconfig.users.values_mut() {
            let origin = &user.origin;
            inline(
                &*source,
                origin,
                &mut user.client_certificate,
                &mut user.client_certificate_data,
            )?;
            inline(
                &*source,
                origin,
                &mut user.client_key,
                &mut user.client_key_data,
            )?;
        }
        for cluster in self.kubeconfig.clusters.values_mut() {
            let (path, data) = (
                &mut cluster.certificate_authority,
                &mut cluster.certificate_authority_data,
            );
            inline(&*source, &cluster.origin, path, data)?;
        }
        Ok(self)
    }

    /// As YAML: `kubectl config view`.
    #[must_use]
    pub fn to_yaml(&self) -> SecretString {
        self.shown().to_yaml()
    }

    /// As JSON, fields in the order of Go's types, indented by four: `kubectl config view -o json`.
    #[must_use]
    pub fn to_json(&self) -> SecretString {
        SecretString::from(yaml::json_document(&self.shown().out()))
    }

    fn shown(&self) -> Kubeconfig {
        let mut kubeconfig = self.kubeconfig.clone();
        if self.secrets == Secrets::Redacted {
            redact::secrets(&mut kubeconfig);
        }
        kubeconfig
    }
}

fn not_found(what: &'static str, name: &str) -> ViewError {
    let name = name.to_owned();
    ViewError::NotFound { what, name }
}

fn inline(
    source: &dyn Source,
    origin: &Stanza,
    path: &mut Option<String>,
    data: &mut Option<Arc<SecretSlice<u8>>>,
) -> Result<(), ViewError> {
    let Some(name) = path else {
        return Ok(());
    };
    let file = origin.locate(name);
    if data.is_some() {
        return Err(ViewError::PathAndData { path: file });
    }
    let bytes = source
        .read(&file)
        .map_err(|cause| ViewError::Unreadable { path: file, cause })?;
    *data = (!bytes.is_empty()).then(|| Arc::new(SecretSlice::from(bytes)));
    *path = None;
    Ok(())
}

/// There is no such view. The texts are those of `clientcmd/api`.
#[derive(Debug)]
#[non_exhaustive]
pub enum ViewError {
    /// To minify takes a context, and none is current.
    NoContext,
    /// A context, or the cluster or user that it names, does not exist.
    #[non_exhaustive]
    NotFound {
        /// `context`, `cluster` or `user`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// To flatten takes a file or its data, not both.
    #[non_exhaustive]
    PathAndData {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[non_exhaustive]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoContext => f.write_str("current-context must exist in order to minify"),
            Self::NotFound { what, name } => write!(f, "cannot locate {what} {name}"),
            Self::PathAndData { path } => write!(
                f,
                "cannot have values for both path and contents: {}",
                path.display()
            ),
            Self::Unreadable { path, .. } => write!(f, "reading {}", path.display()),
        }
    }
}

impl std::error::Error for ViewError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
