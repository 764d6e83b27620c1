//! What a careful reader would say about a kubeconfig that works.

use std::collections::BTreeSet;

use crate::kubeconfig::{AuthInfo, Context, Kubeconfig};
use crate::provenance::Place;
use crate::resolve::parse_server;
use crate::validate;
use crate::warning::{Warning, WarningKind};

impl Kubeconfig {
    /// Everything odd in the files, used or not: unknown and repeated fields, stanzas that no context uses, credentials for plain http,
    /// unverified servers, files beside their data, tokens beside token files, deprecated plugins, files that others may read.
    #[must_use]
    pub fn lint(&self) -> Vec<Warning> {
        let mut warnings = self.warnings.clone();
        self.lint_clusters(&mut warnings);
        self.lint_users(&mut warnings);
        self.lint_files(&mut warnings);
        warnings
    }

    /// What contexts name.
    fn names<'a>(
        &'a self,
        name: impl Fn(&'a Context) -> Option<&'a String>,
    ) -> BTreeSet<&'a String> {
        self.contexts.values().filter_map(name).collect()
    }

    fn lint_clusters(&self, warnings: &mut Vec<Warning>) {
        let used = self.names(|context| context.cluster.as_ref());
        let with_credentials = self.names(|context| {
            let user = self.users.get(context.user.as_ref()?)?;
            context.cluster.as_ref().filter(|_| has_credentials(user))
        });
        for (name, cluster) in &self.clusters {
            let mut warn =
                |field, kind| warnings.push(Warning::new(cluster.origin.place(field), kind));
            let cluster_name = || name.clone();
            if !used.contains(name) {
                warn(
                    "",
                    WarningKind::Unused {
                        what: "cluster",
                        name: cluster_name(),
                    },
                );
            }
            if cluster.insecure_skip_tls_verify {
                warn(
                    "insecure-skip-tls-verify",
                    WarningKind::InsecureSkipTlsVerify {
                        cluster: cluster_name(),
                    },
                );
            }
            if let Some(server) = cluster
                .server
                .as_ref()
                .and_then(|server| parse_server(server.expose()))
            {
                if server.uri.scheme_str() == Some("http") && with_credentials.contains(name) {
                    warn(
                        "server",
                        WarningKind::CredentialsWithoutTls {
                            cluster: cluster_name(),
                        },
                    );
                }
                if server.user.is_some() {
                    warn(
                        "server",
                        WarningKind::CredentialsInServer {
                            cluster: cluster_name(),
                        },
                    );
                }
            }
            // Of what validation finds, only the warnings are wanted here.
            validate::of_use(validate::cluster(name, cluster, &*self.source), warnings);
        }
    }

    fn lint_users(&self, warnings: &mut Vec<Warning>) {
        let used = self.names(|context| context.user.as_ref());
        for (name, user) in &self.users {
            let mut warn =
                |field, kind| warnings.push(Warning::new(user.origin.place(field), kind));
            if !used.contains(name) {
                warn(
                    "",
                    WarningKind::Unused {
                        what: "user",
                        name: name.clone(),
                    },
                );
            }
            if user.token.is_some() && user.token_file.is_some() {
                warn(
                    "tokenFile",
                    WarningKind::TokenAndTokenFile { name: name.clone() },
                );
            }
            if user
                .exec
                .as_ref()
                .is_some_and(|exec| is_deprecated(exec.api_version.as_deref()))
            {
                warn(
                    "exec",
                    WarningKind::DeprecatedExecVersion { user: name.clone() },
                );
            }
            validate::of_use(validate::user(name, user, &*self.source), warnings);
        }
    }

    fn lint_files(&self, warnings: &mut Vec<Warning>) {
        for file in &self.files {
            let open = file
                .stamp
                .and_then(|stamp| stamp.mode())
                .is_some_and(|mode| mode & 0o077 != 0);
            let mut of_file = self
                .users
                .values()
                .filter(|user| user.origin.file() == Some(&file.path));
            if open && of_file.any(has_credentials) {
                let place = Place {
                    file: Some(file.path.clone()),
                    line: None,
                };
                warnings.push(Warning::new(Some(place), WarningKind::ReadableByOthers));
            }
        }
    }
}

pub(crate) fn is_deprecated(api_version: Option<&str>) -> bool {
    api_version == Some("client.authentication.k8s.io/v1alpha1")
}

fn has_credentials(user: &AuthInfo) -> bool {
    user.token.is_some()
        || user.token_file.is_some()
        || user.client_certificate.is_some()
        || user.client_certificate_data.is_some()
        || user.username.is_some()
        || user.password.is_some()
        || user.auth_provider.is_some()
        || user.exec.is_some()
}
