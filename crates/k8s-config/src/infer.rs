//! Which of the two it is: a kubeconfig when there is one, else the Pod this runs in, else an error that says where was looked.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::Config;
use crate::error::Error;
use crate::in_cluster::{InCluster, NotInCluster};
use crate::kubeconfig::{Kubeconfig, UrlText};
use crate::loading::{LoadingRules, RulesKind};
use crate::overrides::Overrides;
use crate::source::Source;
use crate::warning::{Warning, WarningKind};

/// Follows `clientcmd.DeferredLoadingClientConfig`, except that a kubeconfig with anything in it is never passed over.
pub(crate) fn infer(source: Arc<dyn Source>, overrides: &Overrides) -> Result<Config, Error> {
    let overrides = overrides.normalised(&*source);
    let rules = LoadingRules::from_source(Arc::clone(&source));
    let kubeconfig = rules.load()?;
    let mut with_master = overrides.clone();
    let master = source
        .var("KUBERNETES_MASTER")
        .filter(|master| !master.is_empty());
    with_master.default_server = with_master
        .default_server
        .or_else(|| master.map(UrlText::new));
    let pod = InCluster::from_source(source);
    // A flag that names a server or a stanza is not meant for the Pod, whose token must not go there.
    let flagged = overrides.server.is_some()
        || overrides.context.is_some()
        || overrides.cluster.is_some()
        || overrides.user.is_some();
    let from_files = || {
        let mut config = kubeconfig.resolve(&with_master)?;
        config.complete(&rules, Some(&pod))?;
        Ok(config)
    };
    if flagged || !kubeconfig.is_empty() {
        return from_files();
    }
    match pod.resolve_with(&overrides) {
        Err(Error::NotInCluster(_)) if with_master.default_server.is_some() => from_files(),
        Err(Error::NotInCluster(pod)) => Err(Error::NothingFound(NothingFound::new(
            &rules,
            &kubeconfig,
            pod,
        ))),
        Ok(mut config) => {
            config.warnings.extend(skipped_files(&rules, &kubeconfig));
            Ok(config)
        }
        error => error,
    }
}

/// `KUBECONFIG` names files, none exists, and the Pod's identity is used: as kubectl does, but worth a word.
fn skipped_files(rules: &LoadingRules, kubeconfig: &Kubeconfig) -> Option<Warning> {
    let named = rules.kind() == RulesKind::Variable && !kubeconfig.missing().is_empty();
    let paths = kubeconfig.missing().to_vec();
    named.then(|| Warning::new(None, WarningKind::ConfigNotFound { paths }))
}

/// There is no kubeconfig, and this does not run in a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NothingFound {
    /// The kubeconfig files that were looked for and do not exist.
    pub missing: Vec<PathBuf>,
    /// Those that exist and define nothing.
    pub empty: Vec<PathBuf>,
    /// Whether the variable `KUBECONFIG` named them; if not, they come from the home directory.
    pub by_variable: bool,
    /// Why this is no Pod.
    pub pod: NotInCluster,
}

impl NothingFound {
    fn new(rules: &LoadingRules, kubeconfig: &Kubeconfig, pod: NotInCluster) -> Self {
        Self {
            missing: kubeconfig.missing().to_vec(),
            empty: kubeconfig.files().map(Into::into).collect(),
            by_variable: rules.kind() == RulesKind::Variable,
            pod,
        }
    }
}

impl fmt::Display for NothingFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |paths: &[PathBuf]| {
            let paths: Vec<String> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            paths.join(", ")
        };
        f.write_str("no configuration has been provided: ")?;
        f.write_str(if self.by_variable {
            "KUBECONFIG is set"
        } else {
            "KUBECONFIG is not set"
        })?;
        if !self.missing.is_empty() {
            write!(f, ", config not found: {}", list(&self.missing))?;
        } else if self.empty.is_empty() && !self.by_variable {
            f.write_str(", no home directory")?;
        }
        if !self.empty.is_empty() {
            write!(f, ", nothing defined in: {}", list(&self.empty))?;
        }
        write!(f, "; {}", self.pod)
    }
}

impl std::error::Error for NothingFound {}
