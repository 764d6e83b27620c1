//! From stanzas by name to one [`Config`]: which context, cluster and user, and what overrides change.

use crate::config::Config;
use crate::error::Error;
use crate::fault::Fault;
use crate::kubeconfig::{AuthInfo, Cluster, Context, Kubeconfig};
use crate::live::Live;
use crate::overrides::Overrides;
use crate::provenance::{Origin, Provenance};
use crate::validate;
use crate::warning::Warning;

mod build;
mod select;
mod server;

pub(crate) use build::{Stanzas, build};
pub(crate) use select::Selection;
pub(crate) use server::{is_loopback, parse_server};

impl Kubeconfig {
    /// Chooses a context, its cluster and its user, lets `overrides` change them, and checks what was chosen, and only that.
    ///
    /// Follows `DirectClientConfig.ClientConfig`, but for these: a file beside its data is a warning, and the data is used (kubectl refuses);
    /// a context whose user or cluster does not exist is an error (kubectl goes on as nobody), and so is a file without any context chosen.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault: nothing to choose from, names without stanza, no server, files that cannot be read, contradictions.
    pub fn resolve(&self, overrides: &Overrides) -> Result<Config, Error> {
        let overrides = &overrides.normalised(&*self.source);
        let mut faults = Vec::new();
        match self.select(overrides, &mut faults) {
            Some(selection) => self.assemble(selection, overrides, faults),
            None => Err(Error::invalid(faults)),
        }
    }

    /// As [`resolve`](Self::resolve), with names that were chosen before.
    pub(crate) fn resolve_again(
        &self,
        chosen: Selection,
        overrides: &Overrides,
    ) -> Result<Config, Error> {
        let overrides = &overrides.normalised(&*self.source);
        let mut faults = Vec::new();
        if let Some(context) = chosen
            .context
            .clone()
            .filter(|name| !self.contexts.contains_key(name))
        {
            faults.push(Fault::new(self.whole(), self.context_not_found(context)));
        }
        self.check_names(&chosen, overrides, &mut faults);
        self.assemble(chosen, overrides, faults)
    }

    /// The namespace a request goes to when it names none, and whether a flag said so. A flag works without any cluster or user.
    ///
    /// Follows `DirectClientConfig.Namespace`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when no flag says it, and the context cannot be used.
    pub fn namespace(&self, overrides: &Overrides) -> Result<(String, bool), Error> {
        match overrides.normalised(&*self.source).namespace {
            Some(namespace) => Ok((namespace, true)),
            None => self
                .resolve(overrides)
                .map(|config| (config.namespace, false)),
        }
    }

    /// The same with overrides written into what they choose: the current context, its cluster and its user. Others stay as they are.
    ///
    /// Follows `DirectClientConfig.MergedRawConfig`.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn with_overrides(&self, overrides: &Overrides) -> Result<Self, Error> {
        self.resolve(overrides)?;
        let overrides = &overrides.normalised(&*self.source);
        let mut merged = self.clone();
        let Some(chosen) = self.select(overrides, &mut Vec::new()) else {
            return Ok(merged);
        };
        let (cluster, user) = self.overridden(&chosen, overrides);
        let mut context = chosen
            .context
            .as_ref()
            .and_then(|name| self.contexts.get(name))
            .cloned()
            .unwrap_or_default();
        if overrides.namespace.is_some() {
            context.namespace.clone_from(&overrides.namespace);
        }
        context.cluster.clone_from(&chosen.cluster);
        context.user.clone_from(&chosen.user);
        if let Some(name) = chosen.cluster {
            merged.clusters.insert(name, cluster);
        }
        if let Some(name) = chosen.user {
            merged.users.insert(name, user);
        }
        if let Some(name) = chosen.context {
            merged.contexts.insert(name.clone(), context);
            merged.current_context = Some(name);
        }
        Ok(merged)
    }

    fn overridden(&self, chosen: &Selection, overrides: &Overrides) -> (Cluster, AuthInfo) {
        let cluster = chosen
            .cluster
            .as_ref()
            .and_then(|name| self.clusters.get(name));
        let user = chosen.user.as_ref().and_then(|name| self.users.get(name));
        let (mut cluster, mut user) = (
            cluster.cloned().unwrap_or_default(),
            user.cloned().unwrap_or_default(),
        );
        overrides.apply_to_cluster(&mut cluster);
        overrides.apply_to_user(&mut user);
        (cluster, user)
    }

    fn assemble(
        &self,
        chosen: Selection,
        overrides: &Overrides,
        mut faults: Vec<Fault>,
    ) -> Result<Config, Error> {
        let (cluster, user) = self.overridden(&chosen, overrides);
        let warnings = self.check_stanzas(&chosen, &cluster, &user, &mut faults);
        let origin = |field: &'static str| {
            let in_cluster = cluster.origin.has(field);
            let place = if in_cluster {
                cluster.origin.place(field)
            } else {
                user.origin.place(field)
            };
            place.map_or(Origin::Default, Origin::Kubeconfig)
        };
        let stanzas = Stanzas {
            cluster_name: chosen.cluster.as_deref().unwrap_or_default(),
            user_name: chosen.user.as_deref().unwrap_or_default(),
            cluster: &cluster,
            user: &user,
            source: &self.source,
            overrides,
            origin: &origin,
        };
        let built = build(&stanzas, &mut faults);
        let mut config = built
            .filter(|_| faults.is_empty())
            .ok_or_else(|| Error::invalid(faults))?;
        config
            .warnings
            .splice(0..0, self.warnings.iter().cloned().chain(warnings));
        self.finish(&mut config, chosen, overrides);
        Ok(config)
    }

    /// Finds faults in what was chosen; those that kubectl alone minds come back as warnings.
    fn check_stanzas(
        &self,
        chosen: &Selection,
        cluster: &Cluster,
        user: &AuthInfo,
        faults: &mut Vec<Fault>,
    ) -> Vec<Warning> {
        let cluster_name = chosen.cluster.as_deref().unwrap_or_default();
        // What does not exist was reported by name; that it has no server either would only be noise.
        if faults.is_empty() || self.clusters.contains_key(cluster_name) {
            faults.extend(validate::cluster(cluster_name, cluster, &*self.source));
        }
        faults.extend(validate::user(
            chosen.user.as_deref().unwrap_or_default(),
            user,
            &*self.source,
        ));
        let mut warnings = Vec::new();
        *faults = validate::of_use(std::mem::take(faults), &mut warnings);
        warnings
    }

    fn finish(&self, config: &mut Config, chosen: Selection, overrides: &Overrides) {
        let context = chosen
            .context
            .as_deref()
            .and_then(|name| self.contexts.get(name));
        let (namespace, origin) = namespace(context, overrides);
        config.set_namespace(namespace, origin);
        config.request_timeout = overrides
            .request_timeout
            .filter(|timeout| !timeout.is_zero());
        config.provenance = Provenance::Kubeconfig {
            files: self.files().map(Into::into).collect(),
            missing: self.missing.clone(),
            context: chosen.context.clone(),
            cluster: chosen.cluster.clone(),
            user: chosen.user.clone(),
        };
        config.live = Live::kubeconfig(self, chosen, overrides.clone());
    }
}

fn namespace(context: Option<&Context>, overrides: &Overrides) -> (String, Origin) {
    if let Some(namespace) = &overrides.namespace {
        return (namespace.clone(), Origin::Flag("--namespace"));
    }
    match context.and_then(|context| Some((context, context.namespace.as_ref()?))) {
        Some((context, namespace)) => {
            // A context made in code stands on no line, but it was chosen all the same.
            let place = context.origin.place("namespace");
            (
                namespace.clone(),
                place.map_or(Origin::Given, Origin::Kubeconfig),
            )
        }
        None => ("default".to_owned(), Origin::Default),
    }
}
