//! One cluster stanza and one user stanza, already chosen and overridden, become a [`Config`].

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::{is_loopback, parse_server};
use crate::config::{Config, Roots, Tls};
use crate::fault::{Fault, FaultKind};
use crate::identity::{Basic, ClientCertificate, Exec, Impersonate, InteractiveMode, User};
use crate::kubeconfig::{AuthInfo, Cluster, ExecConfig, Stanza};
use crate::lint::is_deprecated;
use crate::material::Material;
use crate::overrides::Overrides;
use crate::provenance::{FieldOrigin, Origin};
use crate::proxy::ProxyUrl;
use crate::safe_text::safe_for_terminals;
use crate::source::Source;
use crate::warning::{Warning, WarningKind};

/// What is put together.
pub(crate) struct Stanzas<'a> {
    pub(crate) cluster_name: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) cluster: &'a Cluster,
    pub(crate) user: &'a AuthInfo,
    pub(crate) source: &'a Arc<dyn Source>,
    pub(crate) overrides: &'a Overrides,
    /// What set a field when no override did.
    pub(crate) origin: &'a dyn Fn(&'static str) -> Origin,
}

/// `None` when there is no usable server; the reason is among the faults then.
pub(crate) fn build(stanzas: &Stanzas<'_>, faults: &mut Vec<Fault>) -> Option<Config> {
    let cluster = stanzas.cluster;
    let text = cluster.server.as_ref()?;
    let Some(server) = parse_server(text.expose()) else {
        let kind = FaultKind::InvalidServer {
            cluster: stanzas.cluster_name.to_owned(),
        };
        faults.push(Fault::new(stanzas.cluster.origin.place("server"), kind));
        return None;
    };
    let mut config = Config::new(server.uri);
    stanzas.note(&mut config, "server", true);
    if config.server.scheme_str() == Some("https") {
        config.tls = stanzas.tls(&mut config, faults);
    }
    if let Some(url) = &cluster.proxy_url {
        // One that cannot be read is among the faults of validation.
        config.proxy = ProxyUrl::parse(url.expose()).ok();
        stanzas.note(&mut config, "proxy-url", true);
    }
    config.disable_compression = cluster.disable_compression;
    stanzas.note(
        &mut config,
        "disable-compression",
        cluster.disable_compression,
    );
    let mut user = stanzas.user(&mut config);
    stanzas.take_user_info(server.user, &mut user, &mut config);
    stanzas.keep_off_plain_http(&mut user, &mut config);
    stanzas.check_token_file(&user, faults);
    stanzas.check_methods(&user, faults);
    user.impersonate = stanzas.impersonate(&mut config);
    config.user = user;
    Some(config)
}

impl Stanzas<'_> {
    fn note(&self, config: &mut Config, field: &'static str, set: bool) {
        if set {
            let flag = self.overrides.flag_for(field).map(Origin::Flag);
            let origin = flag.unwrap_or_else(|| (self.origin)(field));
            config.origins.push(FieldOrigin { field, origin });
        }
    }

    fn warn(&self, config: &mut Config, stanza: &Stanza, field: &str, kind: WarningKind) {
        config
            .warnings
            .push(Warning::new(stanza.place(field), kind));
    }

    /// Data where there is some, else the file.
    fn material(
        &self,
        config: &mut Config,
        (data_field, data): (&'static str, Option<&Arc<SecretSlice<u8>>>),
        (file_field, file): (&'static str, Option<&String>),
        stanza: &Stanza,
    ) -> Option<Material> {
        if let Some(data) = data {
            self.note(config, data_field, true);
            return Some(self.inline(data_field, data.expose_secret(), stanza));
        }
        let file = file?;
        self.note(config, file_field, true);
        Some(Material::file(Arc::clone(self.source), stanza.locate(file)))
    }

    fn inline(&self, field: &str, bytes: &[u8], stanza: &Stanza) -> Material {
        let of_cluster = matches!(field, "certificate-authority-data" | "server");
        let (what, name) = if of_cluster {
            ("cluster", self.cluster_name)
        } else {
            ("user", self.user_name)
        };
        let place = match (self.overrides.flag_for(field), stanza.file()) {
            (Some(flag), _) => flag.to_owned(),
            (None, Some(file)) => format!("{field} of {what} \"{name}\" in {}", file.display()),
            (None, None) => format!("{field} of {what} \"{name}\""),
        };
        Material::inline(bytes, place)
    }

    fn tls(&self, config: &mut Config, faults: &mut Vec<Fault>) -> Tls {
        let cluster = self.cluster;
        let bundle = self.material(
            config,
            (
                "certificate-authority-data",
                cluster.certificate_authority_data.as_ref(),
            ),
            (
                "certificate-authority",
                cluster.certificate_authority.as_ref(),
            ),
            &cluster.origin,
        );
        let name = || self.cluster_name.to_owned();
        let insecure = cluster.insecure_skip_tls_verify;
        self.note(config, "insecure-skip-tls-verify", insecure);
        if insecure && bundle.is_some() {
            let place = cluster.origin.place("insecure-skip-tls-verify");
            faults.push(Fault::new(
                place,
                FaultKind::AuthorityAndInsecure { cluster: name() },
            ));
        }
        let roots = match bundle {
            Some(bundle) => Roots::Bundle(bundle),
            None if insecure => {
                let kind = WarningKind::InsecureSkipTlsVerify { cluster: name() };
                self.warn(config, &cluster.origin, "insecure-skip-tls-verify", kind);
                Roots::Unverified
            }
            None => Roots::System,
        };
        self.note(config, "tls-server-name", cluster.tls_server_name.is_some());
        Tls {
            roots,
            server_name: cluster.tls_server_name.clone(),
        }
    }

    fn user(&self, config: &mut Config) -> User {
        let mut user = User::default();
        if let Some(token) = &self.user.token {
            self.note(config, "token", true);
            user.token =
                Some(self.inline("token", token.expose_secret().as_bytes(), &self.user.origin));
        }
        user.token_file = self.material(
            config,
            ("token", None),
            ("tokenFile", self.user.token_file.as_ref()),
            &self.user.origin,
        );
        if user.token.is_some() && user.token_file.is_some() {
            let kind = WarningKind::TokenAndTokenFile {
                name: self.user_name.to_owned(),
            };
            self.warn(config, &self.user.origin, "tokenFile", kind);
        }
        user.certificate = self.certificate(config);
        if self.user.username.is_some() || self.user.password.is_some() {
            self.note(config, "username", self.user.username.is_some());
            self.note(config, "password", self.user.password.is_some());
            let password = self
                .user
                .password
                .as_ref()
                .map_or("", |password| password.expose_secret());
            let password = self.inline("password", password.as_bytes(), &self.user.origin);
            user.basic = Some(Basic::new(
                self.user.username.clone().unwrap_or_default(),
                password,
            ));
        }
        user.exec = self.user.exec.as_ref().map(|exec| self.exec(exec, config));
        if let Some(provider) = &self.user.auth_provider {
            self.note(config, "auth-provider", true);
            user.auth_provider = Some(provider.clone());
        }
        user
    }

    fn certificate(&self, config: &mut Config) -> Option<ClientCertificate> {
        let stanza = &self.user.origin;
        let certificate = self.material(
            config,
            (
                "client-certificate-data",
                self.user.client_certificate_data.as_ref(),
            ),
            ("client-certificate", self.user.client_certificate.as_ref()),
            stanza,
        )?;
        // A certificate without key is among the faults of validation.
        let key = self.material(
            config,
            ("client-key-data", self.user.client_key_data.as_ref()),
            ("client-key", self.user.client_key.as_ref()),
            stanza,
        )?;
        Some(ClientCertificate::new(certificate, key))
    }

    fn exec(&self, exec: &ExecConfig, config: &mut Config) -> Exec {
        self.note(config, "exec", true);
        let version = exec.api_version.clone().unwrap_or_default();
        if is_deprecated(Some(&version)) {
            let kind = WarningKind::DeprecatedExecVersion {
                user: self.user_name.to_owned(),
            };
            self.warn(config, &self.user.origin, "exec", kind);
        }
        let command = exec.command.as_deref().unwrap_or_default();
        let mut resolved = Exec::new(self.user.origin.locate_command(command), version);
        resolved.args.clone_from(&exec.args);
        resolved.env.clone_from(&exec.env);
        resolved.install_hint = exec.install_hint.as_deref().map(safe_for_terminals);
        resolved.provide_cluster_info = exec.provide_cluster_info;
        resolved.interactive_mode = exec.interactive_mode.unwrap_or(InteractiveMode::Never);
        let extension = self
            .cluster
            .extensions
            .get("client.authentication.k8s.io/exec");
        resolved.cluster_config = extension.cloned();
        resolved
    }

    fn impersonate(&self, config: &mut Config) -> Option<Impersonate> {
        let user = self.user;
        let impersonate = Impersonate {
            user: user.impersonate.clone()?,
            uid: user.impersonate_uid.clone(),
            groups: user.impersonate_groups.clone(),
            extra: user.impersonate_user_extra.clone(),
        };
        self.note(config, "as", true);
        self.note(config, "as-uid", impersonate.uid.is_some());
        self.note(config, "as-groups", !impersonate.groups.is_empty());
        self.note(config, "as-user-extra", !impersonate.extra.is_empty());
        Some(impersonate)
    }

    /// Go's HTTP client turns user info of a URL into basic authentication, unless there is another `Authorization`.
    fn take_user_info(&self, info: Option<(String, String)>, user: &mut User, config: &mut Config) {
        let Some((name, password)) = info else {
            return;
        };
        let kind = WarningKind::CredentialsInServer {
            cluster: self.cluster_name.to_owned(),
        };
        self.warn(config, &self.cluster.origin, "server", kind);
        if user.is_anonymous() {
            let password = SecretString::from(password);
            let stanza = &self.cluster.origin;
            user.basic = Some(Basic::new(
                name,
                self.inline("server", password.expose_secret().as_bytes(), stanza),
            ));
        }
    }

    /// A token file must be there from the start, unless a token goes before it. Follows `getUserIdentificationPartialConfig`.
    fn check_token_file(&self, user: &User, faults: &mut Vec<Fault>) {
        let file = user.token_file.as_ref().filter(|_| user.token.is_none());
        if let Some(Err(error)) = file.map(Material::read) {
            let kind = FaultKind::Unreadable {
                what: "tokenFile",
                path: error.path().to_path_buf(),
                name: self.user_name.to_owned(),
                cause: error.kind(),
            };
            faults.push(Fault::new(self.user.origin.place("tokenFile"), kind));
        }
    }

    /// A token beside a user name is found by validation, a token file here: client-go refuses it when it makes a client.
    /// Follows `transport.HTTPWrappersForConfig`.
    fn check_methods(&self, user: &User, faults: &mut Vec<Fault>) {
        let named = |basic: &Basic| !basic.username.is_empty();
        if user.token.is_none()
            && user.token_file.is_some()
            && user.basic.as_ref().is_some_and(named)
        {
            let kind = FaultKind::ManyMethods {
                user: self.user_name.to_owned(),
            };
            faults.push(Fault::new(self.user.origin.place("tokenFile"), kind));
        }
    }

    /// Credentials go to https servers only; see `rest.IsConfigTransportTLS`.
    fn keep_off_plain_http(&self, user: &mut User, config: &mut Config) {
        let https = config.server.scheme_str() == Some("https");
        let allowed = self.overrides.credentials_over_loopback_http && is_loopback(&config.server);
        if https || allowed || user.is_anonymous() {
            return;
        }
        *user = User::default();
        config
            .origins
            .retain(|entry| !CREDENTIAL_FIELDS.contains(&entry.field));
        let kind = WarningKind::CredentialsWithoutTls {
            cluster: self.cluster_name.to_owned(),
        };
        self.warn(config, &self.cluster.origin, "server", kind);
    }
}

const CREDENTIAL_FIELDS: [&str; 10] = [
    "token",
    "tokenFile",
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "username",
    "password",
    "exec",
    "auth-provider",
];
