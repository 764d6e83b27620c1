//! The cluster of a set-up: in memory on a socket of its own, or a real control plane.

use std::path::Path;

use secrecy::SecretString;

use crate::memory::Memory;
use crate::plane::Plane;

/// A cluster that is well, and whoever runs it.
pub(crate) enum World {
    Memory(Memory),
    Plane(Plane),
}

impl World {
    pub(crate) async fn memory() -> Self {
        Self::Memory(Memory::start().await)
    }

    pub(crate) fn plane() -> Self {
        Self::Plane(Plane::from_env())
    }

    /// The cluster in memory, for set-ups that break the server itself.
    pub(crate) fn in_memory(&mut self) -> &mut Memory {
        match self {
            Self::Memory(memory) => memory,
            Self::Plane(_) => unreachable!("the set-up says that a control plane cannot have it"),
        }
    }

    pub(crate) fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Memory(memory) => memory.port(),
            Self::Plane(plane) => plane.port,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}:{}", self.host(), self.port())
    }

    pub(crate) fn ca_pem(&self) -> String {
        match self {
            Self::Memory(memory) => memory.server.ca().pem().to_owned(),
            Self::Plane(plane) => plane.ca_pem.clone(),
        }
    }

    /// A token of the service account `app` for the API server.
    pub(crate) async fn token(&self) -> SecretString {
        match self {
            Self::Memory(memory) => memory.token(),
            Self::Plane(plane) => plane.token(&[]),
        }
    }

    /// A token of the service account `app` for somebody else.
    pub(crate) async fn token_for(&self, audience: &str) -> SecretString {
        match self {
            Self::Memory(memory) => memory.token_for(audience).await,
            Self::Plane(plane) => plane.token(&["--audience", audience]),
        }
    }

    /// A client certificate that the cluster takes, and its key.
    pub(crate) async fn client_certificate(&self) -> (String, SecretString) {
        match self {
            Self::Memory(memory) => {
                let issued = memory.server.issue_certificate("app", &[]);
                (issued.pem(), issued.key_pem().clone())
            }
            Self::Plane(plane) => plane.client_certificate(),
        }
    }

    /// Runs a line of a printed fix, as somebody who may, with `desk` as the present directory.
    pub(crate) fn run(&mut self, line: &str, desk: &Path) -> Result<(), String> {
        match self {
            Self::Memory(memory) => memory.run(line, desk),
            Self::Plane(plane) => plane.run(line, desk),
        }
    }
}
