//! What is wrong with a kubeconfig that reads well: the checks of `clientcmd/validation.go`, each with file and line.

use std::path::Path;

use crate::error::Error;
use crate::fault::{ExecFault, Fault, FaultKind};
use crate::kubeconfig::{AuthInfo, Cluster, Context, ExecConfig, Kubeconfig, Stanza};
use crate::proxy::ProxyUrl;
use crate::source::Source;
use crate::warning::{Warning, WarningKind};

impl Kubeconfig {
    /// Checks everything in the file, used or not, as strictly as kubectl does.
    ///
    /// Files it names are opened, not understood. Follows `clientcmd.Validate`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn validate(&self) -> Result<(), Error> {
        if self.is_empty() {
            return Err(Error::invalid(vec![Fault::new(
                None,
                FaultKind::NoConfiguration,
            )]));
        }
        let mut faults = Vec::new();
        if let Some(name) = &self.current_context {
            self.check_current(name, &mut faults);
        }
        for (name, context) in &self.contexts {
            faults.extend(self.check_context(name, context));
        }
        for (name, user_stanza) in &self.users {
            faults.extend(user(name, user_stanza, &*self.source));
        }
        for (name, cluster_stanza) in &self.clusters {
            faults.extend(cluster(name, cluster_stanza, &*self.source));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(faults))
        }
    }

    /// Checks one context (the current one if `None`) and what it names, as strictly as kubectl does; faults elsewhere do not matter.
    ///
    /// Follows `clientcmd.ConfirmUsable`. [`resolve`](Self::resolve) is more lenient: it takes a context without user.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault.
    pub fn check(&self, context: Option<&str>) -> Result<(), Error> {
        let invalid = |kind| Err(Error::invalid(vec![Fault::new(None, kind)]));
        if self.is_empty() {
            return invalid(FaultKind::NoConfiguration);
        }
        let Some(name) = context.or(self.current_context.as_deref()) else {
            return invalid(FaultKind::NoContext {
                available: self.contexts.keys().cloned().collect(),
            });
        };
        let mut faults = Vec::new();
        self.check_current(name, &mut faults);
        if let Some(context) = self.contexts.get(name) {
            faults.extend(self.check_context(name, context));
            if let Some((name, stanza)) = context
                .user
                .as_ref()
                .and_then(|name| self.users.get_key_value(name))
            {
                faults.extend(user(name, stanza, &*self.source));
            }
            if let Some((name, stanza)) = context
                .cluster
                .as_ref()
                .and_then(|name| self.clusters.get_key_value(name))
            {
                faults.extend(cluster(name, stanza, &*self.source));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(faults))
        }
    }

    fn check_current(&self, name: &str, faults: &mut Vec<Fault>) {
        if !self.contexts.contains_key(name) {
            let kind = self.context_not_found(name.to_owned());
            faults.push(Fault::new(self.current_context_place.clone(), kind));
        }
    }

    fn check_context(&self, name: &str, stanza: &Context) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |field, kind| faults.push(Fault::new(stanza.origin.place(field), kind));
        let context = || name.to_owned();
        if name.is_empty() {
            fault("", FaultKind::EmptyContextName);
        }
        let has_user = stanza
            .user
            .as_ref()
            .is_some_and(|name| self.users.contains_key(name));
        let has_cluster = stanza
            .cluster
            .as_ref()
            .is_some_and(|name| self.clusters.contains_key(name));
        for (what, wanted, found) in [
            ("user", &stanza.user, has_user),
            ("cluster", &stanza.cluster, has_cluster),
        ] {
            match wanted {
                None => fault(
                    what,
                    FaultKind::NotSpecified {
                        what,
                        context: context(),
                    },
                ),
                Some(_) if found => {}
                Some(name) => fault(
                    what,
                    FaultKind::NotFound {
                        what,
                        name: name.clone(),
                        context: context(),
                    },
                ),
            }
        }
        if stanza
            .namespace
            .as_deref()
            .is_some_and(|namespace| !is_dns_label(namespace))
        {
            fault("namespace", FaultKind::Namespace { context: context() });
        }
        faults
    }
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63 bytes.
fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Faults of one cluster. Follows `validateClusterInfo`.
pub(crate) fn cluster(name: &str, stanza: &Cluster, source: &dyn Source) -> Vec<Fault> {
    if is_empty_cluster(stanza) {
        return vec![Fault::new(stanza.origin.place(""), FaultKind::EmptyCluster)];
    }
    let mut faults = Vec::new();
    let mut fault = |field, kind| faults.push(Fault::new(stanza.origin.place(field), kind));
    let owned = || name.to_owned();
    if stanza.server.is_none() {
        fault("server", FaultKind::NoServer { cluster: owned() });
    }
    if let Some(Err(cause)) = stanza
        .proxy_url
        .as_ref()
        .map(|url| ProxyUrl::parse(url.expose()))
    {
        fault(
            "proxy-url",
            FaultKind::ProxyUrl {
                cluster: owned(),
                cause,
            },
        );
    }
    let (data, file) = ("certificate-authority-data", "certificate-authority");
    if stanza.certificate_authority.is_some() && stanza.certificate_authority_data.is_some() {
        fault(
            file,
            FaultKind::BothSpecified {
                data,
                file,
                name: owned(),
            },
        );
    }
    let path = stanza.certificate_authority.as_deref();
    if let Some(kind) = unreadable("certificate-authority", path, &stanza.origin, name, source) {
        fault(file, kind);
    }
    faults
}

/// As Go compares: one that stands in a file is not empty, since it knows its place, and is told by name.
fn is_empty_cluster(stanza: &Cluster) -> bool {
    stanza.place("").is_none()
        && stanza.server.is_none()
        && stanza.tls_server_name.is_none()
        && !stanza.insecure_skip_tls_verify
        && stanza.certificate_authority.is_none()
        && stanza.certificate_authority_data.is_none()
        && stanza.proxy_url.is_none()
        && !stanza.disable_compression
        && stanza.extensions.is_empty()
}

fn unreadable(
    what: &'static str,
    path: Option<&str>,
    stanza: &Stanza,
    name: &str,
    source: &dyn Source,
) -> Option<FaultKind> {
    let path = stanza.locate(path?);
    let cause = source.read(Path::new(&path)).err()?.kind();
    Some(FaultKind::Unreadable {
        what,
        path,
        name: name.to_owned(),
        cause,
    })
}

/// Faults of one user. Follows `validateAuthInfo`; `tokenFile` is looked at when it is used, as in Go.
pub(crate) fn user(name: &str, stanza: &AuthInfo, source: &dyn Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |field, kind| faults.push(Fault::new(stanza.origin.place(field), kind));
    let owned = || name.to_owned();
    if stanza.client_certificate.is_some() || stanza.client_certificate_data.is_some() {
        certificate(name, stanza, source, &mut fault);
    }
    if let Some(exec) = &stanza.exec {
        for exec_fault in exec_faults(exec, stanza.auth_provider.is_some()) {
            fault(
                "exec",
                FaultKind::Exec {
                    user: owned(),
                    fault: exec_fault,
                },
            );
        }
    }
    if stanza.token.is_some() && (stanza.username.is_some() || stanza.password.is_some()) {
        fault("username", FaultKind::ManyMethods { user: owned() });
    }
    let more = stanza.impersonate_uid.is_some()
        || !stanza.impersonate_groups.is_empty()
        || !stanza.impersonate_user_extra.is_empty();
    if more && stanza.impersonate.is_none() {
        fault("as", FaultKind::ImpersonatesNobody { user: owned() });
    }
    faults
}

fn certificate(
    name: &str,
    stanza: &AuthInfo,
    source: &dyn Source,
    fault: &mut impl FnMut(&'static str, FaultKind),
) {
    let owned = || name.to_owned();
    if stanza.client_certificate.is_some() && stanza.client_certificate_data.is_some() {
        let (data, file) = ("client-cert-data", "client-cert");
        fault(
            "client-certificate",
            FaultKind::BothSpecified {
                data,
                file,
                name: owned(),
            },
        );
    }
    if stanza.client_key.is_some() && stanza.client_key_data.is_some() {
        let (data, file) = ("client-key-data", "client-key");
        fault(
            "client-key",
            FaultKind::BothSpecified {
                data,
                file,
                name: owned(),
            },
        );
    }
    if stanza.client_key.is_none() && stanza.client_key_data.is_none() {
        fault("client-certificate", FaultKind::NoKey { user: owned() });
    }
    let files = [
        (
            "client-cert",
            "client-certificate",
            &stanza.client_certificate,
        ),
        ("client-key", "client-key", &stanza.client_key),
    ];
    for (what, field, path) in files {
        if let Some(kind) = unreadable(what, path.as_deref(), &stanza.origin, name, source) {
            fault(field, kind);
        }
    }
}

fn exec_faults(exec: &ExecConfig, has_provider: bool) -> Vec<ExecFault> {
    let no_name = exec.env.iter().filter(|env| env.name.is_empty());
    let checks = [
        (has_provider, ExecFault::AuthProvider),
        (exec.command.is_none(), ExecFault::Command),
        (exec.api_version.is_none(), ExecFault::ApiVersion),
        (exec.unknown_mode, ExecFault::UnknownMode),
        (
            exec.interactive_mode.is_none() && !exec.unknown_mode,
            ExecFault::NoMode,
        ),
    ];
    let found = checks
        .into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, fault)| fault);
    found.chain(no_name.map(|_| ExecFault::EnvName)).collect()
}

/// Leaves the faults that stop a configuration from being used. A file beside its data does not, readable or not: it becomes a warning.
pub(crate) fn of_use(faults: Vec<Fault>, warnings: &mut Vec<Warning>) -> Vec<Fault> {
    let mut overridden = Vec::new();
    for fault in &faults {
        if let FaultKind::BothSpecified { data, file, name } = &fault.kind {
            overridden.push(*file);
            let kind = WarningKind::DataBeatsFile {
                data,
                file,
                name: name.clone(),
            };
            warnings.push(Warning::new(fault.place.clone(), kind));
        }
    }
    let stops = |fault: &Fault| match &fault.kind {
        FaultKind::BothSpecified { .. } => false,
        FaultKind::Unreadable { what, .. } => !overridden.contains(what),
        _ => true,
    };
    faults.into_iter().filter(stops).collect()
}
