//! Which kubeconfig files are read, in which order, and how several become one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Config;
use crate::error::Error;
use crate::kubeconfig::{FileError, Kubeconfig};
use crate::overrides::Overrides;
use crate::platform::{Platform, absolute};
use crate::source::Source;

/// Which files to read: an explicit one alone, else those of `KUBECONFIG`, else `~/.kube/config`.
///
/// Follows `clientcmd.ClientConfigLoadingRules`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadingRules {
    source: Arc<dyn Source>,
    paths: Vec<PathBuf>,
    /// What older versions of kubectl wrote, read in place of the home directory's file when that is missing.
    legacy: Option<PathBuf>,
    kind: RulesKind,
}

/// What named the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RulesKind {
    /// The caller, one file: it must exist.
    Explicit,
    /// The caller, a list: files that do not exist are skipped.
    List,
    /// The variable `KUBECONFIG`: files that do not exist are skipped.
    Variable,
    /// The home directory: the file may not exist.
    Home,
}

impl LoadingRules {
    /// What kubectl reads when no flag names a file.
    #[must_use]
    pub fn from_source(source: Arc<dyn Source>) -> Self {
        let platform = source.platform();
        if let Some(list) = source.var("KUBECONFIG").filter(|list| !list.is_empty()) {
            return Self::new(source, platform.split_list(&list), RulesKind::Variable);
        }
        let home = platform.home(&*source);
        let below = |name| Some(PathBuf::from(platform.join(home.as_ref()?, name)));
        let mut rules = Self::new(source, below(".kube/config"), RulesKind::Home);
        let legacy = below(".kube/.kubeconfig").filter(|_| platform == Platform::Unix);
        rules.legacy = legacy.map(|path| absolute(&*rules.source, &path));
        rules
    }

    fn new(
        source: Arc<dyn Source>,
        paths: impl IntoIterator<Item = PathBuf>,
        kind: RulesKind,
    ) -> Self {
        let paths = paths
            .into_iter()
            .map(|path| absolute(&*source, &path))
            .collect();
        Self {
            source,
            paths,
            legacy: None,
            kind,
        }
    }

    /// This file alone, which must exist.
    #[must_use]
    pub fn explicit(source: Arc<dyn Source>, path: impl Into<PathBuf>) -> Self {
        Self::new(source, [path.into()], RulesKind::Explicit)
    }

    /// These files, first in precedence first, as if `KUBECONFIG` named them: those that do not exist are skipped.
    #[must_use]
    pub fn list(source: Arc<dyn Source>, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self::new(source, paths, RulesKind::List)
    }

    /// The files, first in precedence first, whether they exist or not.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    pub(crate) const fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// The files, and the one that is read in place of a missing first.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().chain(&self.legacy).map(PathBuf::as_path)
    }

    /// What named the files.
    #[must_use]
    pub const fn kind(&self) -> RulesKind {
        self.kind
    }

    /// Reads and merges the files: the first that defines a name has the whole stanza, the first with a `current-context` sets it.
    ///
    /// # Errors
    /// [`Error::Load`] with every fault of every file. A file that does not exist is one only when it is the explicit one, or its name was not UTF-8.
    pub fn load(&self) -> Result<Kubeconfig, Error> {
        let mut merged = Kubeconfig::empty(Arc::clone(&self.source));
        let mut errors = Vec::new();
        for path in &self.paths {
            match self.read(path) {
                Ok(Some(kubeconfig)) => merged.absorb(kubeconfig),
                Ok(None) => merged.missing.push(path.clone()),
                Err(error) => errors.push(error),
            }
        }
        if let Some(legacy) = self
            .legacy
            .as_ref()
            .filter(|_| merged.files.is_empty() && errors.is_empty())
        {
            match self.read(legacy) {
                Ok(kubeconfig) => kubeconfig
                    .into_iter()
                    .for_each(|kubeconfig| merged.absorb(kubeconfig)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(merged)
        } else {
            Err(Error::load(errors))
        }
    }

    /// One file; `None` when it does not exist and need not.
    fn read(&self, path: &Path) -> Result<Option<Kubeconfig>, FileError> {
        match Kubeconfig::read(Arc::clone(&self.source), path) {
            Err(error) if error.is_missing() && self.may_be_missing(path) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Reads, merges and resolves.
    ///
    /// # Errors
    /// As [`load`](Self::load) and [`Kubeconfig::resolve`]; for a user with a plugin also [`Error::Kuberc`].
    pub fn resolve(&self, overrides: &Overrides) -> Result<Config, Error> {
        let mut config = self.load()?.resolve(overrides)?;
        config.complete(self, None)?;
        Ok(config)
    }

    fn may_be_missing(&self, path: &Path) -> bool {
        let garbled = path.to_string_lossy().contains(char::REPLACEMENT_CHARACTER);
        self.kind != RulesKind::Explicit && !garbled
    }
}

impl Kubeconfig {
    /// Adds what `later` defines and `self` does not; names that both define stay as they are.
    pub fn absorb(&mut self, later: Self) {
        for (name, cluster) in later.clusters {
            self.clusters.entry(name).or_insert(cluster);
        }
        for (name, user) in later.users {
            self.users.entry(name).or_insert(user);
        }
        for (name, context) in later.contexts {
            self.contexts.entry(name).or_insert(context);
        }
        for (name, extension) in later.extensions {
            self.extensions.entry(name).or_insert(extension);
        }
        for (name, extension) in later.preference_extensions {
            self.preference_extensions.entry(name).or_insert(extension);
        }
        if self.current_context.is_none() {
            self.current_context = later.current_context;
            self.current_context_place = later.current_context_place;
        }
        self.colors |= later.colors;
        self.unknown.extend(later.unknown);
        self.files.extend(later.files);
        self.missing.extend(later.missing);
        self.warnings.extend(later.warnings);
    }
}
