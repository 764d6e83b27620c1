//! What there is to look at: a configuration, or why there is none.

use std::path::Path;
use std::sync::Arc;

use k8s_config::{Config, Error, LoadingRules, Overrides, Source};

/// A configuration, or why there is none: both can be [diagnosed](crate::Doctor::diagnose).
#[derive(Debug)]
pub struct Found(pub(crate) Result<Config, Error>);

impl Found {
    /// What [`Config::infer`] finds, or fails with.
    pub fn infer() -> Self {
        Self(Config::infer())
    }

    /// What there is in the eyes of `source`, with what flags said; `kubeconfig` is a file that was named.
    pub fn by(source: Arc<dyn Source>, kubeconfig: Option<&Path>, overrides: &Overrides) -> Self {
        Self(match kubeconfig {
            Some(path) => LoadingRules::explicit(source, path).resolve(overrides),
            None => Config::infer_with(source, overrides),
        })
    }
}

impl From<Config> for Found {
    fn from(config: Config) -> Self {
        Self(Ok(config))
    }
}

impl From<&Config> for Found {
    fn from(config: &Config) -> Self {
        Self(Ok(config.clone()))
    }
}

impl From<Error> for Found {
    fn from(error: Error) -> Self {
        Self(Err(error))
    }
}

impl From<Result<Config, Error>> for Found {
    fn from(result: Result<Config, Error>) -> Self {
        Self(result)
    }
}
