//! What a program's flags say, which goes before what files say: kubectl's `--server`, `--token`, `--context` and so on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use crate::kubeconfig::{AuthInfo, Cluster, UrlText};
use crate::platform;
use crate::source::Source;

mod parse;

pub use parse::{InvalidTimeout, namespace_flag, parse_timeout};

/// What flags say. All empty: nothing, files alone decide. Relative paths in it are relative to the current directory.
///
/// Follows `clientcmd.ConfigOverrides`; as there, what is empty overrides nothing, so a `false` cannot undo a file's `true`.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_config::{LoadingRules, MemorySource};
/// use k8s_config::Overrides;
///
/// let mut flags = Overrides::default();
/// flags.server = Some("https://10.0.0.1".into());
/// flags.namespace = Some("prod".to_owned());
/// # let files = LoadingRules::list(Arc::new(MemorySource::new()), []);
/// let config = files.resolve(&flags)?;
/// assert_eq!(config.server, "https://10.0.0.1/");
/// # Ok::<(), k8s_config::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// `--context`: another context than the current one; it must exist.
    pub context: Option<String>,
    /// `--cluster`: another cluster than the context's; it must exist.
    pub cluster: Option<String>,
    /// `--user`: another user than the context's; it must exist.
    pub user: Option<String>,
    /// `--namespace`: another namespace than the context's.
    pub namespace: Option<String>,
    /// `--server`, also called master URL. The cluster's `tls-server-name` is dropped with it.
    pub server: Option<UrlText>,
    /// `--tls-server-name`.
    pub tls_server_name: Option<String>,
    /// `--insecure-skip-tls-verify`. The cluster's authority is dropped with it.
    pub insecure_skip_tls_verify: bool,
    /// `--certificate-authority`. The cluster's authority and its `insecure-skip-tls-verify` are dropped with it.
    pub certificate_authority: Option<FileOrData>,
    /// `--client-certificate`; takes the place of file and data.
    pub client_certificate: Option<FileOrData>,
    /// `--client-key`; takes the place of file and data.
    pub client_key: Option<FileOrData>,
    /// `--token`. The user's token *and* its token file are dropped with it.
    pub token: Option<SecretString>,
    /// A token file. The user's token *and* its token file are dropped with it.
    pub token_file: Option<PathBuf>,
    /// `--username`.
    pub username: Option<String>,
    /// `--password`.
    pub password: Option<SecretString>,
    /// `--as`.
    pub impersonate: Option<String>,
    /// `--as-uid`.
    pub impersonate_uid: Option<String>,
    /// `--as-group`, replaces the user's groups.
    pub impersonate_groups: Vec<String>,
    /// `--as-user-extra`, added to the user's, key by key.
    pub impersonate_user_extra: BTreeMap<String, Vec<String>>,
    /// `--request-timeout`, see [`parse_timeout`]; zero is none.
    pub request_timeout: Option<Duration>,
    /// `--proxy-url`.
    pub proxy_url: Option<UrlText>,
    /// `--disable-compression`.
    pub disable_compression: bool,
    /// The server of a cluster that names none; kubectl takes it from `KUBERNETES_MASTER`. [`Config::infer`](crate::Config::infer) does so too.
    pub default_server: Option<UrlText>,
    /// Whether credentials may go to a server of plain http on this machine (`localhost`, `127.0.0.0/8`, `[::1]`). kubectl never sends them.
    pub credentials_over_loopback_http: bool,
}

/// A file, or the bytes themselves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FileOrData {
    /// A file; a relative path is relative to the current directory.
    File(PathBuf),
    /// The bytes.
    Data(Arc<SecretSlice<u8>>),
}

impl FileOrData {
    /// The bytes.
    #[must_use]
    pub fn data(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Data(Arc::new(SecretSlice::from(bytes.into())))
    }

    fn normalised(self, source: &dyn Source) -> Option<Self> {
        match self {
            Self::File(path) if path.as_os_str().is_empty() => None,
            Self::File(path) => Some(Self::File(platform::absolute(source, &path))),
            Self::Data(bytes) => (!bytes.expose_secret().is_empty()).then_some(Self::Data(bytes)),
        }
    }

    /// Whether there is a path, or there are bytes.
    pub(crate) fn is_given(&self) -> bool {
        match self {
            Self::File(path) => !path.as_os_str().is_empty(),
            Self::Data(bytes) => !bytes.expose_secret().is_empty(),
        }
    }

    /// Takes the place of what a stanza has; an empty path takes away the path alone. Whether it is a path now.
    pub(crate) fn replace(
        &self,
        path: &mut Option<String>,
        data: &mut Option<Arc<SecretSlice<u8>>>,
    ) -> bool {
        if !self.is_given() {
            *path = None;
            return false;
        }
        (*path, *data) = self.clone().split();
        path.is_some()
    }

    fn split(self) -> (Option<String>, Option<Arc<SecretSlice<u8>>>) {
        match self {
            Self::File(path) => (Some(path.to_string_lossy().into_owned()), None),
            Self::Data(bytes) => (None, Some(bytes)),
        }
    }
}

const CLUSTER_FIELDS: [&str; 7] = [
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "certificate-authority-data",
    "proxy-url",
    "disable-compression",
];

const USER_FIELDS: [&str; 12] = [
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "token",
    "tokenFile",
    "username",
    "password",
    "as",
    "as-uid",
    "as-groups",
    "as-user-extra",
];

/// Takes `new` where there is one, and forgets on which line of a file the old value stood.
fn replace<T: Clone>(value: &mut Option<T>, new: Option<&T>) {
    if let Some(new) = new {
        *value = Some(new.clone());
    }
}

/// An empty string overrides nothing.
fn unset_if_empty(value: &mut Option<String>) {
    if value.as_deref() == Some("") {
        *value = None;
    }
}

impl Overrides {
    /// The same without what is empty, and with relative paths joined to the current directory: they are the caller's, not a kubeconfig's.
    pub(crate) fn normalised(&self, source: &dyn Source) -> Self {
        let mut normal = self.clone();
        let texts = [
            &mut normal.context,
            &mut normal.cluster,
            &mut normal.user,
            &mut normal.namespace,
            &mut normal.tls_server_name,
            &mut normal.username,
            &mut normal.impersonate,
            &mut normal.impersonate_uid,
        ];
        texts.into_iter().for_each(unset_if_empty);
        for url in [
            &mut normal.server,
            &mut normal.proxy_url,
            &mut normal.default_server,
        ] {
            *url = url.take().filter(|url| !url.expose().is_empty());
        }
        for secret in [&mut normal.token, &mut normal.password] {
            *secret = secret
                .take()
                .filter(|secret| !secret.expose_secret().is_empty());
        }
        for given in [
            &mut normal.certificate_authority,
            &mut normal.client_certificate,
            &mut normal.client_key,
        ] {
            *given = given.take().and_then(|given| given.normalised(source));
        }
        let token_file = normal
            .token_file
            .filter(|path| !path.as_os_str().is_empty());
        normal.token_file = token_file.map(|path| platform::absolute(source, &path));
        normal
    }

    /// Changes a cluster's stanza. Follows `DirectClientConfig.getCluster`.
    pub(crate) fn apply_to_cluster(&self, cluster: &mut Cluster) {
        if cluster.server.is_none() {
            replace(&mut cluster.server, self.default_server.as_ref());
        }
        replace(&mut cluster.server, self.server.as_ref());
        replace(&mut cluster.proxy_url, self.proxy_url.as_ref());
        cluster.disable_compression |= self.disable_compression;
        if self.insecure_skip_tls_verify || self.certificate_authority.is_some() {
            cluster.insecure_skip_tls_verify = self.insecure_skip_tls_verify;
            let authority = self.certificate_authority.clone().map(FileOrData::split);
            (
                cluster.certificate_authority,
                cluster.certificate_authority_data,
            ) = authority.unwrap_or_default();
        }
        if self.tls_server_name.is_some() || self.server.is_some() {
            cluster.tls_server_name.clone_from(&self.tls_server_name);
        }
        cluster
            .origin
            .set_overridden(self.overridden(&CLUSTER_FIELDS));
    }

    /// Changes a user's stanza. Follows `DirectClientConfig.getAuthInfo`.
    pub(crate) fn apply_to_user(&self, user: &mut AuthInfo) {
        if let Some(certificate) = self.client_certificate.clone() {
            (user.client_certificate, user.client_certificate_data) = certificate.split();
        }
        if let Some(key) = self.client_key.clone() {
            (user.client_key, user.client_key_data) = key.split();
        }
        if self.token.is_some() || self.token_file.is_some() {
            user.token.clone_from(&self.token);
            user.token_file = self
                .token_file
                .as_ref()
                .map(|path| path.to_string_lossy().into_owned());
        }
        replace(&mut user.username, self.username.as_ref());
        replace(&mut user.password, self.password.as_ref());
        replace(&mut user.impersonate, self.impersonate.as_ref());
        replace(&mut user.impersonate_uid, self.impersonate_uid.as_ref());
        if !self.impersonate_groups.is_empty() {
            user.impersonate_groups.clone_from(&self.impersonate_groups);
        }
        for (key, values) in &self.impersonate_user_extra {
            user.impersonate_user_extra
                .insert(key.clone(), values.clone());
        }
        user.origin.set_overridden(self.overridden(&USER_FIELDS));
    }

    fn overridden(&self, fields: &[&'static str]) -> Vec<&'static str> {
        fields
            .iter()
            .copied()
            .filter(|field| self.flag_for(field).is_some())
            .collect()
    }

    /// The flag that set a field, by the field's name in a kubeconfig.
    pub(crate) fn flag_for(&self, field: &str) -> Option<&'static str> {
        let is_data = |given: &Option<FileOrData>| {
            given
                .as_ref()
                .is_some_and(|given| matches!(given, FileOrData::Data(_)))
        };
        let is_file = |given: &Option<FileOrData>| {
            given
                .as_ref()
                .is_some_and(|given| matches!(given, FileOrData::File(_)))
        };
        let (set, flag) = match field {
            "server" => (self.server.is_some(), "--server"),
            "tls-server-name" => (self.tls_server_name.is_some(), "--tls-server-name"),
            "insecure-skip-tls-verify" => {
                (self.insecure_skip_tls_verify, "--insecure-skip-tls-verify")
            }
            "certificate-authority" => (
                is_file(&self.certificate_authority),
                "--certificate-authority",
            ),
            "certificate-authority-data" => (
                is_data(&self.certificate_authority),
                "--certificate-authority",
            ),
            "proxy-url" => (self.proxy_url.is_some(), "--proxy-url"),
            "disable-compression" => (self.disable_compression, "--disable-compression"),
            "client-certificate" => (is_file(&self.client_certificate), "--client-certificate"),
            "client-certificate-data" => {
                (is_data(&self.client_certificate), "--client-certificate")
            }
            "client-key" => (is_file(&self.client_key), "--client-key"),
            "client-key-data" => (is_data(&self.client_key), "--client-key"),
            "token" => (self.token.is_some(), "--token"),
            "tokenFile" => (self.token_file.is_some(), "--token-file"),
            "username" => (self.username.is_some(), "--username"),
            "password" => (self.password.is_some(), "--password"),
            "as" => (self.impersonate.is_some(), "--as"),
            "as-uid" => (self.impersonate_uid.is_some(), "--as-uid"),
            "as-groups" => (!self.impersonate_groups.is_empty(), "--as-group"),
            "as-user-extra" => (!self.impersonate_user_extra.is_empty(), "--as-user-extra"),
            "namespace" => (self.namespace.is_some(), "--namespace"),
            _ => return None,
        };
        set.then_some(flag)
    }
}
