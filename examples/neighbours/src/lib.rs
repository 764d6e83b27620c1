//! What `docs/guide/from-kube.md` quotes of kube: compiled, so that it is true.

pub mod tasks;

/// Whatever went wrong.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
