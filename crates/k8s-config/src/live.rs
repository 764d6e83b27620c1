//! How a [`Config`] stays true while files change: it knows what it was read from, and reads the same names again.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;
use crate::error::{Error, ServerChanged};
use crate::in_cluster::InCluster;
use crate::kubeconfig::Kubeconfig;
use crate::loading::LoadingRules;
use crate::overrides::Overrides;
use crate::provenance::Origin;
use crate::resolve::Selection;
use crate::source::{Source, Stamp, SystemSource};

/// What is needed to read a configuration again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    /// The machine on which the configuration was found.
    source: Option<Arc<dyn Source>>,
    seen: Vec<Seen>,
    follows: bool,
    how: How,
}

/// A file in the state in which it was read; `None`: it was not there.
#[derive(Clone, Debug)]
struct Seen {
    source: Arc<dyn Source>,
    path: PathBuf,
    stamp: Option<Stamp>,
}

#[derive(Clone, Debug, Default)]
enum How {
    /// Made by hand, or from bytes: there is nothing to read again.
    #[default]
    Fixed,
    Pod(InCluster, Box<Overrides>),
    Files {
        rules: Option<LoadingRules>,
        /// Where the namespace comes from when files do not say.
        pod: Option<InCluster>,
        chosen: Selection,
        overrides: Box<Overrides>,
    },
}

impl Live {
    pub(crate) fn kubeconfig(
        kubeconfig: &Kubeconfig,
        chosen: Selection,
        overrides: Overrides,
    ) -> Self {
        let source = &kubeconfig.source;
        let seen = |path: PathBuf, stamp| Seen {
            source: Arc::clone(source),
            path,
            stamp,
        };
        let read = kubeconfig
            .files
            .iter()
            .map(|file| seen(file.path.to_path_buf(), file.stamp));
        let missing = kubeconfig
            .missing
            .iter()
            .map(|path| seen(path.clone(), None));
        Self {
            source: Some(Arc::clone(source)),
            seen: read.chain(missing).collect(),
            follows: false,
            how: How::Files {
                rules: None,
                pod: None,
                chosen,
                overrides: Box::new(overrides),
            },
        }
    }

    pub(crate) fn pod(
        pod: InCluster,
        overrides: Overrides,
        namespace: Option<(PathBuf, Option<Stamp>)>,
    ) -> Self {
        let source = pod.source();
        let seen = namespace.map(|(path, stamp)| Seen {
            source: Arc::clone(source),
            path,
            stamp,
        });
        Self {
            source: Some(Arc::clone(source)),
            seen: seen.into_iter().collect(),
            follows: false,
            how: How::Pod(pod, Box::new(overrides)),
        }
    }

    /// The files and which user of theirs this is.
    pub(crate) fn user_in_files(&self) -> Option<(&LoadingRules, &str)> {
        match &self.how {
            How::Files {
                rules: Some(rules),
                chosen,
                ..
            } => Some((rules, chosen.user.as_deref()?)),
            _ => None,
        }
    }

    /// Another file that shaped the configuration, in the state in which it was read.
    pub(crate) fn also_saw(
        &mut self,
        source: &Arc<dyn Source>,
        path: PathBuf,
        stamp: Option<Stamp>,
    ) {
        let source = Arc::clone(source);
        self.seen.push(Seen {
            source,
            path,
            stamp,
        });
    }

    /// How to load the files again, and which Pod says the namespace when they do not.
    pub(crate) fn set_rules(&mut self, loading: LoadingRules, inferred_in: Option<InCluster>) {
        if let How::Files { rules, pod, .. } = &mut self.how {
            (*rules, *pod) = (Some(loading), inferred_in);
        }
    }
}

impl Config {
    /// Whether a file that this configuration was read from changed, vanished or appeared since.
    ///
    /// These are the kubeconfig files, for a user with a plugin kubectl's kuberc, and in a Pod the file with the namespace. What is kept as [`Material`](crate::Material) is not among them:
    /// whoever uses it reads it anew. Costs one `stat` for each file; there is no watching in the background.
    #[must_use]
    pub fn sources_changed(&self) -> bool {
        self.live
            .seen
            .iter()
            .any(|seen| seen.source.stat(&seen.path).ok() != seen.stamp)
    }

    /// Reads everything again: the same context, cluster and user, by name, with the same overrides.
    ///
    /// A refreshed token, another certificate, authority or plugin come through; another `current-context` does not. A configuration made by hand
    /// or from bytes comes back as it is.
    ///
    /// # Errors
    /// As the first time; and [`Error::ServerChanged`] when the names lead to another server. After
    /// [`follow_current_context`](Self::follow_current_context) they may. On an error, keep what you have.
    pub fn reload(&self) -> Result<Self, Error> {
        let mut again = match &self.live.how {
            How::Pod(pod, overrides) => pod.resolve_with(overrides)?,
            How::Fixed | How::Files { rules: None, .. } => return Ok(self.clone()),
            How::Files {
                rules: Some(rules),
                pod,
                chosen,
                overrides,
            } => {
                let kubeconfig = rules.load()?;
                let mut config = if self.live.follows {
                    kubeconfig.resolve(overrides)?
                } else {
                    kubeconfig.resolve_again(chosen.clone(), overrides)?
                };
                config.complete(rules, pod.as_ref())?;
                config
            }
        };
        if again.server != self.server && !self.live.follows {
            return Err(Error::ServerChanged(Box::new(ServerChanged {
                cluster: self.cluster_name(),
                from: self.server.clone(),
                to: again.server,
            })));
        }
        again.live.follows = self.live.follows;
        again.live.source.clone_from(&self.live.source);
        Ok(again)
    }

    /// The machine on which this was found: whatever else the environment says of a client is read there, such as `HTTPS_PROXY`.
    ///
    /// For a configuration that was made by hand it is the one that this runs on, unless [`with_source`](Self::with_source) says otherwise.
    #[must_use]
    pub fn source(&self) -> Arc<dyn Source> {
        let found = self.live.source.clone();
        found.unwrap_or_else(|| Arc::new(SystemSource))
    }

    /// Says on which machine this was found; what it holds stays as it is.
    #[must_use]
    pub fn with_source(mut self, source: Arc<dyn Source>) -> Self {
        self.live.source = Some(source);
        self
    }

    /// From now on, [`reload`](Self::reload) goes where `current-context` and the files lead, even to another server.
    ///
    /// For interactive programs. A controller that did this would write to another cluster because somebody typed `kubectl config use-context`.
    #[must_use]
    pub fn follow_current_context(mut self) -> Self {
        self.live.follows = true;
        self
    }

    /// What the files alone do not say.
    pub(crate) fn complete(
        &mut self,
        rules: &LoadingRules,
        pod: Option<&InCluster>,
    ) -> Result<(), Error> {
        // As kubectl does in a Pod: a context that says nothing of a namespace leaves it to the Pod.
        if self.origin_of("namespace") == Some(&Origin::Default)
            && let Some((namespace, origin)) = pod
                .filter(|pod| pod.is_possible())
                .and_then(InCluster::namespace)
        {
            self.set_namespace(namespace, origin);
        }
        self.live.set_rules(rules.clone(), pod.cloned());
        self.govern_plugin(rules.source()).map_err(Error::Kuberc)
    }

    fn cluster_name(&self) -> Option<String> {
        match &self.live.how {
            How::Files { chosen, .. } => chosen.cluster.clone(),
            _ => None,
        }
    }
}
