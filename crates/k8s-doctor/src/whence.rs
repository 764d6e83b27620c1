//! Where a setting comes from, and the command that changes it there.

use std::path::Path;

use k8s_config::{Config, Origin, Provenance};

use crate::fix::quoted;

/// Where a configuration came from, as far as a fix needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whence<'a>(pub(crate) &'a Config);

impl<'a> Whence<'a> {
    /// `/home/u/.kube/config:12`, `the variable …`; what set a field, in words.
    pub(crate) fn of(self, field: &str) -> String {
        match self.0.origin_of(field) {
            Some(Origin::Variable(name)) => format!("the variable {name}"),
            Some(Origin::Flag(name)) => format!("the flag {name}"),
            Some(origin) => origin.to_string(),
            None => "the configuration".to_owned(),
        }
    }

    /// What set the first of these fields that is set.
    pub(crate) fn of_any(self, fields: &[&str]) -> String {
        let set = fields
            .iter()
            .find(|field| self.0.origin_of(field).is_some());
        self.of(set.or_else(|| fields.first()).copied().unwrap_or_default())
    }

    /// The mounted directory, where this is a Pod.
    pub(crate) fn mount(self) -> Option<&'a Path> {
        match &self.0.provenance {
            Provenance::InCluster { directory, .. } => Some(directory),
            _ => None,
        }
    }

    pub(crate) fn user(self) -> Option<&'a str> {
        match &self.0.provenance {
            Provenance::Kubeconfig { user, .. } => user.as_deref(),
            _ => None,
        }
    }

    /// `kubectl config set-cluster …`, where the cluster's entry of a kubeconfig is what counts.
    pub(crate) fn set_cluster(self, flags: &[&str]) -> Option<String> {
        let Provenance::Kubeconfig { cluster, .. } = &self.0.provenance else {
            return None;
        };
        Some(command(
            "set-cluster",
            cluster.as_deref()?,
            flags,
            self.file()?,
        ))
    }

    /// `kubectl config set-credentials …`; a word that has to stay as it is for the shell goes into `raw`.
    pub(crate) fn set_credentials(self, flags: &[&str], raw: &str) -> Option<String> {
        let line = command("set-credentials", self.user()?, flags, self.file()?);
        Some(if raw.is_empty() {
            line
        } else {
            format!("{line} {raw}")
        })
    }

    /// The kubeconfig that is to be changed: where the server's address stands, else the first.
    pub(crate) fn file(self) -> Option<&'a Path> {
        match (self.0.origin_of("server"), &self.0.provenance) {
            (Some(Origin::Kubeconfig(place)), _) if place.file.is_some() => place.file.as_deref(),
            (_, Provenance::Kubeconfig { files, .. }) => files.first().map(|file| &**file),
            _ => None,
        }
    }
}

/// One line of `kubectl config`.
pub(crate) fn command(verb: &str, name: &str, flags: &[&str], file: &Path) -> String {
    let mut line = format!("kubectl config {verb} {}", quoted(name));
    for flag in flags {
        line.push(' ');
        line.push_str(&quoted(flag));
    }
    let file = quoted(&format!("--kubeconfig={}", file.display()));
    format!("{line} {file}")
}
