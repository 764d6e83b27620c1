//! What `kubectl config set-cluster`, `set-credentials` and `set-context` do to a stanza: some fields exclude others.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::identity::{AuthProvider, ExecEnv, InteractiveMode};
use crate::kubeconfig::{AuthInfo, Cluster, Context, UrlText};
use crate::overrides::FileOrData;

/// Changes of a cluster; `None` leaves a field as it is, an empty value takes it away. Follows `kubectl config set-cluster`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SetCluster {
    /// `--server`; the cluster's `tls-server-name` goes.
    pub server: Option<UrlText>,
    /// `--tls-server-name`.
    pub tls_server_name: Option<String>,
    /// `--insecure-skip-tls-verify`; when true, the cluster's authority goes.
    pub insecure_skip_tls_verify: Option<bool>,
    /// `--certificate-authority`, as data with `--embed-certs`; the other of the two goes, and so does `insecure-skip-tls-verify`.
    pub certificate_authority: Option<FileOrData>,
    /// `--proxy-url`.
    pub proxy_url: Option<UrlText>,
}

/// Changes of a user; `None` leaves a field as it is, an empty value takes it away. Follows `kubectl config set-credentials`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SetCredentials {
    /// `--client-certificate`, as data with `--embed-certs`; the other of the two goes.
    pub client_certificate: Option<FileOrData>,
    /// `--client-key`, as the certificate.
    pub client_key: Option<FileOrData>,
    /// `--token`; user name and password go.
    pub token: Option<SecretString>,
    /// `--username`; the token goes.
    pub username: Option<String>,
    /// `--password`; the token goes.
    pub password: Option<SecretString>,
    /// `--auth-provider`; the settings of another one go.
    pub auth_provider: Option<String>,
    /// `--auth-provider-arg key=value`; `None` is `key-`, which takes the setting away. Without an `auth-provider` nothing happens.
    pub auth_provider_args: BTreeMap<String, Option<SecretString>>,
    /// `--exec-command`; the arguments of the one before go.
    pub exec_command: Option<String>,
    /// `--exec-api-version`; like all that follows, only where there is a plugin.
    pub exec_api_version: Option<String>,
    /// `--exec-arg`: all of them.
    pub exec_args: Option<Vec<SecretString>>,
    /// `--exec-env name=value`; `None` is `name-`, which takes the variable away.
    pub exec_env: BTreeMap<String, Option<SecretString>>,
    /// `--exec-interactive-mode`.
    pub exec_interactive_mode: Option<InteractiveMode>,
    /// `--exec-provide-cluster-info`.
    pub exec_provide_cluster_info: Option<bool>,
}

/// Changes of a context; `None` leaves a field as it is, an empty value takes it away. Follows `kubectl config set-context`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SetContext {
    /// `--cluster`.
    pub cluster: Option<String>,
    /// `--user`.
    pub user: Option<String>,
    /// `--namespace`.
    pub namespace: Option<String>,
}

/// Two changes exclude each other. The texts are those of `kubectl config`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetError {
    /// An authority, and no verification.
    AuthorityAndInsecure,
    /// A token, and a user name or password.
    TokenAndBasic,
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AuthorityAndInsecure => "you cannot specify a certificate authority and insecure mode at the same time",
            Self::TokenAndBasic => {
                "you cannot specify more than one authentication method at the same time: --token, --username/--password"
            }
        })
    }
}

impl std::error::Error for SetError {}

// === impl SetCluster ===

impl SetCluster {
    /// Makes the changes.
    ///
    /// # Errors
    /// [`SetError::AuthorityAndInsecure`].
    pub fn apply(&self, cluster: &mut Cluster) -> Result<(), SetError> {
        if self.insecure_skip_tls_verify == Some(true)
            && self
                .certificate_authority
                .as_ref()
                .is_some_and(FileOrData::is_given)
        {
            return Err(SetError::AuthorityAndInsecure);
        }
        if let Some(server) = &self.server {
            cluster.server = given_url(server);
            cluster.tls_server_name = None;
        }
        if let Some(name) = &self.tls_server_name {
            cluster.tls_server_name = given(name);
        }
        if let Some(insecure) = self.insecure_skip_tls_verify {
            cluster.insecure_skip_tls_verify = insecure;
            if insecure {
                (
                    cluster.certificate_authority,
                    cluster.certificate_authority_data,
                ) = (None, None);
            }
        }
        if let Some(authority) = &self.certificate_authority {
            if authority.is_given() {
                cluster.insecure_skip_tls_verify = false;
            }
            let (file, data) = (
                &mut cluster.certificate_authority,
                &mut cluster.certificate_authority_data,
            );
            if authority.replace(file, data) {
                cluster.origin.make_relative("certificate-authority");
            }
        }
        if let Some(url) = &self.proxy_url {
            cluster.proxy_url = given_url(url);
        }
        Ok(())
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn given_url(url: &UrlText) -> Option<UrlText> {
    (!url.expose().is_empty()).then(|| url.clone())
}

fn given_secret(secret: &SecretString) -> Option<SecretString> {
    (!secret.expose_secret().is_empty()).then(|| secret.clone())
}

// === impl SetCredentials ===

impl SetCredentials {
    /// Makes the changes.
    ///
    /// # Errors
    /// [`SetError::TokenAndBasic`].
    pub fn apply(&self, user: &mut AuthInfo) -> Result<(), SetError> {
        let token = self.token.as_ref().and_then(given_secret);
        let username = self.username.as_deref().and_then(given);
        let password = self.password.as_ref().and_then(given_secret);
        let basic = username.is_some() || password.is_some();
        if token.is_some() && basic {
            return Err(SetError::TokenAndBasic);
        }
        if let Some(certificate) = &self.client_certificate
            && certificate.replace(
                &mut user.client_certificate,
                &mut user.client_certificate_data,
            )
        {
            user.origin.make_relative("client-certificate");
        }
        if let Some(key) = &self.client_key
            && key.replace(&mut user.client_key, &mut user.client_key_data)
        {
            user.origin.make_relative("client-key");
        }
        if self.token.is_some() || basic {
            user.token.clone_from(&token);
        }
        if self.username.is_some() || token.is_some() {
            user.username = username;
        }
        if self.password.is_some() || token.is_some() {
            user.password = password;
        }
        self.apply_to_provider(user);
        self.apply_to_plugin(user);
        Ok(())
    }

    fn apply_to_provider(&self, user: &mut AuthInfo) {
        if let Some(name) = &self.auth_provider {
            let same = user
                .auth_provider
                .as_ref()
                .is_some_and(|provider| provider.name == *name);
            if !same {
                user.auth_provider = Some(AuthProvider::new(name, BTreeMap::new()));
            }
        }
        let Some(provider) = &mut user.auth_provider else {
            return;
        };
        for (key, value) in &self.auth_provider_args {
            match value {
                Some(value) => provider.config.insert(key.clone(), value.clone()),
                None => provider.config.remove(key),
            };
        }
    }

    fn apply_to_plugin(&self, user: &mut AuthInfo) {
        if let Some(command) = &self.exec_command {
            let exec = user.exec.get_or_insert_default();
            exec.command = given(command);
            exec.args.clear();
        }
        let Some(exec) = &mut user.exec else {
            return;
        };
        if let Some(version) = &self.exec_api_version {
            exec.api_version = given(version);
        }
        if let Some(args) = &self.exec_args {
            exec.args.clone_from(args);
        }
        if let Some(mode) = self.exec_interactive_mode {
            exec.interactive_mode = Some(mode);
            exec.unknown.retain(|field| field.name != "interactiveMode");
            exec.unknown_mode = false;
        }
        if let Some(flag) = self.exec_provide_cluster_info {
            exec.provide_cluster_info = flag;
        }
        for (name, value) in &self.exec_env {
            let there = exec.env.iter_mut().find(|env| env.name == *name);
            match (value, there) {
                (Some(value), Some(env)) => env.value = value.clone(),
                (Some(value), None) => exec.env.push(ExecEnv::new(name, value.clone())),
                (None, _) => exec.env.retain(|env| env.name != *name),
            }
        }
    }
}

// === impl SetContext ===

impl SetContext {
    /// Makes the changes.
    pub fn apply(&self, context: &mut Context) {
        for (new, field) in [
            (&self.cluster, &mut context.cluster),
            (&self.user, &mut context.user),
            (&self.namespace, &mut context.namespace),
        ] {
            if let Some(new) = new {
                *field = given(new);
            }
        }
    }
}
