//! From stanzas by name to one [`Config`]: which context, cluster and user, and what overrides change.

use crate::config::Config;
use crate::error::Error;
use crate::fault::{Fault, FaultKind};
use crate::kubeconfig::{AuthInfo, Cluster, Context, Kubeconfig};
use crate::live::Live;
use crate::overrides::Overrides;
use crate::provenance::{Origin, Place, Provenance};
use crate::validate;

mod build;
mod server;

pub(crate) use build::{Stanzas, build};
pub(crate) use server::{is_loopback, parse_server};

/// What was chosen, by name. A running client keeps to it when files change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) context: Option<String>,
    pub(crate) cluster: Option<String>,
    pub(crate) user: Option<String>,
}

impl Kubeconfig {
    /// Chooses a context, its cluster and its user, lets `overrides` change them, and checks what was chosen, and only that.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault: nothing to choose from, names without stanza, no server, files that cannot be read, contradictions.
    /// Two things that `kubectl` refuses are warnings here: a file beside its data, and nothing else. Three things that it lets pass are errors:
    /// a context whose user or cluster does not exist (kubectl goes on as nobody), and a file without any context chosen.
    pub fn resolve(&self, overrides: &Overrides) -> Result<Config, Error> {
        let mut faults = Vec::new();
        match self.select(overrides, &mut faults) {
            Some(selection) => self.assemble(selection, overrides, faults),
            None => Err(Error::invalid(faults)),
        }
    }

    /// As [`resolve`](Self::resolve) with names that were chosen before.
    pub(crate) fn resolve_selection(
        &self,
        selection: Selection,
        overrides: &Overrides,
    ) -> Result<Config, Error> {
        let mut faults = Vec::new();
        let known = |name: &String| self.contexts.contains_key(name);
        if let Some(context) = selection.context.clone().filter(|name| !known(name)) {
            faults.push(Fault::new(
                self.whole(),
                FaultKind::ContextNotFound { context },
            ));
        }
        let context = selection.context.as_deref().unwrap_or_default();
        self.check_names(&selection, context, overrides, &mut faults);
        self.assemble(selection, overrides, faults)
    }

    /// The names to use; `None` when nothing can be chosen, with the reason among the faults.
    fn select(&self, overrides: &Overrides, faults: &mut Vec<Fault>) -> Option<Selection> {
        let server_given = overrides.server.is_some() || overrides.default_server.is_some();
        if self.is_empty() && !server_given {
            faults.push(Fault::new(None, FaultKind::NoConfiguration));
            return None;
        }
        let context = self.select_context(overrides, faults)?;
        let stanza = context.as_deref().and_then(|name| self.contexts.get(name));
        let selection = Selection {
            cluster: overrides
                .cluster
                .clone()
                .or_else(|| stanza?.cluster.clone()),
            user: overrides.user.clone().or_else(|| stanza?.user.clone()),
            context,
        };
        let name = selection.context.as_deref().unwrap_or_default();
        if selection.cluster.is_none() && !server_given {
            let place = stanza.and_then(|stanza| stanza.origin.place("cluster"));
            let kind = FaultKind::NotSpecified {
                what: "cluster",
                context: name.to_owned(),
            };
            faults.push(Fault::new(place, kind));
        }
        self.check_names(&selection, name, overrides, faults);
        Some(selection)
    }

    fn select_context(
        &self,
        overrides: &Overrides,
        faults: &mut Vec<Fault>,
    ) -> Option<Option<String>> {
        if let Some(name) = &overrides.context {
            if self.contexts.contains_key(name) {
                return Some(Some(name.clone()));
            }
            let kind = FaultKind::DoesNotExist {
                what: "context",
                name: name.clone(),
            };
            faults.push(Fault::new(self.whole(), kind));
            return None;
        }
        match &self.current_context {
            Some(name) if self.contexts.contains_key(name) => Some(Some(name.clone())),
            Some(name) => {
                let kind = FaultKind::ContextNotFound {
                    context: name.clone(),
                };
                faults.push(Fault::new(self.current_context_place.clone(), kind));
                None
            }
            None if overrides.cluster.is_some()
                || overrides.server.is_some()
                || self.is_empty() =>
            {
                Some(None)
            }
            None => {
                let available = self.contexts.keys().cloned().collect();
                faults.push(Fault::new(self.whole(), FaultKind::NoContext { available }));
                None
            }
        }
    }

    /// That cluster and user exist.
    fn check_names(
        &self,
        chosen: &Selection,
        context: &str,
        overrides: &Overrides,
        faults: &mut Vec<Fault>,
    ) {
        let stanza = self.contexts.get(context);
        let mut check = |what: &'static str,
                         flag: &'static str,
                         name: &Option<String>,
                         overridden: bool,
                         found: bool| {
            let Some(name) = name.clone().filter(|_| !found) else {
                return;
            };
            let kind = if overridden {
                FaultKind::DoesNotExist { what: flag, name }
            } else {
                FaultKind::NotFound {
                    what,
                    name,
                    context: context.to_owned(),
                }
            };
            let place = stanza
                .and_then(|stanza| stanza.origin.place(what))
                .or_else(|| self.whole());
            faults.push(Fault::new(place, kind));
        };
        let has_cluster = chosen
            .cluster
            .as_ref()
            .is_some_and(|name| self.clusters.contains_key(name));
        let has_user = chosen
            .user
            .as_ref()
            .is_some_and(|name| self.users.contains_key(name));
        check(
            "cluster",
            "cluster",
            &chosen.cluster,
            overrides.cluster.is_some(),
            has_cluster,
        );
        check(
            "user",
            "auth info",
            &chosen.user,
            overrides.user.is_some(),
            has_user,
        );
    }

    /// Where a fault of all files together stands: in the file, if there is only one.
    fn whole(&self) -> Option<Place> {
        match &self.files[..] {
            [file] => Some(Place {
                file: Some(file.path.clone()),
                line: None,
            }),
            _ => None,
        }
    }

    fn assemble(
        &self,
        chosen: Selection,
        overrides: &Overrides,
        mut faults: Vec<Fault>,
    ) -> Result<Config, Error> {
        let (mut cluster, mut user) = self.chosen_stanzas(&chosen);
        overrides.apply_to_cluster(&mut cluster);
        overrides.apply_to_user(&mut user);
        let cluster_name = chosen.cluster.as_deref().unwrap_or_default();
        let user_name = chosen.user.as_deref().unwrap_or_default();
        // A stanza that does not exist was reported by name; an empty one in its place would only be noise.
        let missing = chosen
            .cluster
            .as_ref()
            .is_some_and(|name| !self.clusters.contains_key(name));
        if !missing && !(chosen.cluster.is_none() && !faults.is_empty()) {
            faults.extend(validate::cluster(cluster_name, &cluster, &*self.source));
        }
        faults.extend(validate::user(user_name, &user, &*self.source));
        let mut warnings = Vec::new();
        faults.retain(|fault| validate::is_error_in_use(fault, &mut warnings));
        let origin = |field: &'static str| {
            let place = cluster.origin.fields.iter().any(|(name, _)| *name == field);
            let place = if place {
                cluster.origin.place(field)
            } else {
                user.origin.place(field)
            };
            place.map_or(Origin::Default, Origin::Kubeconfig)
        };
        let stanzas = Stanzas {
            cluster_name,
            user_name,
            cluster: &cluster,
            user: &user,
            source: &self.source,
            overrides,
            origin: &origin,
        };
        let built = build(&stanzas, &mut faults);
        let Some(mut config) = built.filter(|_| faults.is_empty()) else {
            return Err(Error::invalid(faults));
        };
        config
            .warnings
            .splice(0..0, self.warnings.iter().cloned().chain(warnings));
        let context = chosen
            .context
            .as_deref()
            .and_then(|name| self.contexts.get(name));
        self.finish(&mut config, context, overrides);
        config.provenance = Provenance::Kubeconfig {
            files: self.files().map(Into::into).collect(),
            missing: self.missing.clone(),
            context: chosen.context.clone(),
            cluster: chosen.cluster.clone(),
            user: chosen.user.clone(),
        };
        config.live = Live::kubeconfig(self, chosen, overrides.clone());
        Ok(config)
    }

    fn chosen_stanzas(&self, chosen: &Selection) -> (Cluster, AuthInfo) {
        let cluster = chosen
            .cluster
            .as_ref()
            .and_then(|name| self.clusters.get(name));
        let user = chosen.user.as_ref().and_then(|name| self.users.get(name));
        (
            cluster.cloned().unwrap_or_default(),
            user.cloned().unwrap_or_default(),
        )
    }

    fn finish(&self, config: &mut Config, context: Option<&Context>, overrides: &Overrides) {
        let (namespace, origin) = namespace(context, overrides);
        config.set_namespace(namespace, origin);
        config.request_timeout = overrides
            .request_timeout
            .filter(|timeout| !timeout.is_zero());
    }

    /// The namespace a request goes to when it names none, and whether a flag said so. Works without any cluster or user.
    ///
    /// Follows `DirectClientConfig.Namespace`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when no flag says it, and the context cannot be used.
    pub fn namespace(&self, overrides: &Overrides) -> Result<(String, bool), Error> {
        match &overrides.namespace {
            Some(namespace) => Ok((namespace.clone(), true)),
            None => self
                .resolve(overrides)
                .map(|config| (config.namespace, false)),
        }
    }
}

fn namespace(context: Option<&Context>, overrides: &Overrides) -> (String, Origin) {
    if let Some(namespace) = &overrides.namespace {
        return (namespace.clone(), Origin::Flag("--namespace"));
    }
    match context.and_then(|context| Some((context, context.namespace.as_ref()?))) {
        Some((context, namespace)) => {
            let place = context.origin.place("namespace");
            (
                namespace.clone(),
                place.map_or(Origin::Default, Origin::Kubeconfig),
            )
        }
        None => ("default".to_owned(), Origin::Default),
    }
}
