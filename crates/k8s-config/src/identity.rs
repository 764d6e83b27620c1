//! Who is asking: the credentials a kubeconfig user or a Pod has, none of them used yet.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;

use crate::kuberc::PluginPolicy;
use crate::material::Material;
use crate::raw::RawJson;

/// Everything that says who a request comes from. All `None`: anonymous.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct User {
    /// A bearer token that stood in the configuration.
    pub token: Option<Material>,
    /// A file with a bearer token, which may be replaced at any time. With [`token`](Self::token) too, that one is used until this one can be read.
    pub token_file: Option<Material>,
    /// A certificate for TLS and its key.
    pub certificate: Option<ClientCertificate>,
    /// User name and password.
    pub basic: Option<Basic>,
    /// A program that prints credentials.
    pub exec: Option<Exec>,
    /// The older mechanism for `oidc`; other names are gone from Kubernetes.
    pub auth_provider: Option<AuthProvider>,
    /// Somebody else to act as.
    pub impersonate: Option<Impersonate>,
}

impl User {
    /// Whether a request says nothing about who sends it, but perhaps whom it impersonates.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.token.is_none()
            && self.token_file.is_none()
            && self.certificate.is_none()
            && self.basic.is_none()
            && self.exec.is_none()
            && self.auth_provider.is_none()
    }
}

/// A certificate for TLS and its key, both PEM.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientCertificate {
    /// The certificate, perhaps with intermediates after it.
    pub certificate: Material,
    /// Its private key.
    pub key: Material,
}

impl ClientCertificate {
    /// A certificate and its key.
    #[must_use]
    pub const fn new(certificate: Material, key: Material) -> Self {
        Self { certificate, key }
    }
}

/// User name and password for HTTP basic authentication.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Basic {
    /// The user name, may be empty.
    pub username: String,
    /// The password, may be empty.
    pub password: Material,
}

impl Basic {
    /// A user name and its password.
    #[must_use]
    pub fn new(username: impl Into<String>, password: Material) -> Self {
        Self {
            username: username.into(),
            password,
        }
    }
}

/// A credential plugin: a program that prints an `ExecCredential`.
///
/// Follows `k8s.io/client-go/tools/clientcmd/api/v1.ExecConfig`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exec {
    /// The program: a bare name is looked for in `PATH`; a path is absolute (a relative one was joined to its kubeconfig's directory).
    pub command: String,
    /// Its arguments; they may hold secrets.
    pub args: Vec<SecretString>,
    /// Variables to add to its environment; their values may be secrets.
    pub env: Vec<ExecEnv>,
    /// The version of `ExecCredential` to speak, such as `client.authentication.k8s.io/v1`.
    pub api_version: String,
    /// What to tell the user when the program is not installed, made safe for terminals.
    pub install_hint: Option<String>,
    /// Whether the program is told about the cluster.
    pub provide_cluster_info: bool,
    /// When the program may use standard input.
    pub interactive_mode: InteractiveMode,
    /// The cluster extension `client.authentication.k8s.io/exec`, which the plugin gets as `spec.cluster.config`.
    pub cluster_config: Option<RawJson>,
    /// Whether it may be run at all, by kubectl's kuberc. Whoever runs it must ask. Default: any plugin may.
    pub policy: PluginPolicy,
}

impl Exec {
    /// A plugin without arguments that never uses standard input.
    #[must_use]
    pub fn new(command: impl Into<String>, api_version: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            args: Vec::new(),
            env: Vec::new(),
            api_version: api_version.into(),
            install_hint: None,
            provide_cluster_info: false,
            interactive_mode: InteractiveMode::Never,
            cluster_config: None,
            policy: PluginPolicy::AllowAll,
        }
    }
}

/// One variable of a plugin's environment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExecEnv {
    /// Its name, not empty.
    pub name: String,
    /// Its value, may be empty.
    pub value: SecretString,
}

impl ExecEnv {
    /// A variable and its value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// When a credential plugin may use standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InteractiveMode {
    /// The plugin never needs it.
    Never,
    /// The plugin uses it when it is a terminal, and works without.
    IfAvailable,
    /// The plugin does not work without.
    Always,
}

impl InteractiveMode {
    /// As written in a kubeconfig.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::IfAvailable => "IfAvailable",
            Self::Always => "Always",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Never, Self::IfAvailable, Self::Always]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

impl std::str::FromStr for InteractiveMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        Self::parse(text).ok_or(UnknownMode(()))
    }
}

/// None of the three modes of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownMode(());

impl fmt::Display for UnknownMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid interactive mode type, can be only IfAvailable, Never, Always")
    }
}

impl std::error::Error for UnknownMode {}

/// The older mechanism that `exec` replaced: a name and its settings, some of them secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthProvider {
    /// `oidc`; others have been removed from Kubernetes.
    pub name: String,
    /// Its settings, such as `idp-issuer-url` and `refresh-token`.
    pub config: BTreeMap<String, SecretString>,
}

impl AuthProvider {
    /// A provider and its settings.
    #[must_use]
    pub fn new(name: impl Into<String>, config: BTreeMap<String, SecretString>) -> Self {
        Self {
            name: name.into(),
            config,
        }
    }
}

/// Somebody else to act as; the user proper needs the right to impersonate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Impersonate {
    /// `Impersonate-User`.
    pub user: String,
    /// `Impersonate-Uid`.
    pub uid: Option<String>,
    /// `Impersonate-Group`, once for each.
    pub groups: Vec<String>,
    /// `Impersonate-Extra-<key>`, once for each value.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Impersonate {
    /// Acts as `user`, in no groups.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            uid: None,
            groups: Vec::new(),
            extra: BTreeMap::new(),
        }
    }
}
