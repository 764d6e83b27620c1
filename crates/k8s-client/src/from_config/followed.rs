//! A configuration that follows its files: what it says by now, and its data as something to be read again.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use k8s_config::{Config, Material, Provenance, Source, Stamp};
use secrecy::ExposeSecret as _;

/// The newest state of a configuration. Clones share it.
///
/// Whoever needs something of it looks at its files (`stat`), once a second at most; there is no watching.
#[derive(Clone)]
pub(crate) struct Followed {
    state: Arc<Mutex<State>>,
    /// Whether there are files to follow.
    follows: bool,
}

struct State {
    config: Arc<Config>,
    /// Counts how often it was read again.
    number: u64,
    /// Whether it was told that it cannot be read again.
    reported: bool,
}

/// Which part of a configuration.
pub(crate) type Pick = fn(&Config) -> Option<&Material>;

impl Followed {
    pub(crate) fn new(config: &Config) -> Self {
        let state = State {
            config: Arc::new(config.clone()),
            number: 0,
            reported: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            follows: matches!(&config.provenance, Provenance::Kubeconfig { files, .. } if !files.is_empty()),
        }
    }

    /// What the files say now, and the number of that state; what they said last while they are broken, away, or lead to
    /// another server, which is logged once.
    fn look(&self) -> (Arc<Config>, u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.follows && state.config.sources_changed() {
            match state.config.reload() {
                Ok(config) => {
                    state.config = Arc::new(config);
                    state.number += 1;
                    state.reported = false;
                }
                Err(why) if !state.reported => {
                    tracing::warn!(%why, "the configuration cannot be read again: what it said before is kept");
                    state.reported = true;
                }
                Err(_) => {}
            }
        }
        (Arc::clone(&state.config), state.number)
    }

    /// What the files say now, or said last.
    #[cfg(any(feature = "exec", feature = "oidc"))]
    pub(crate) fn newest(&self) -> Arc<Config> {
        self.look().0
    }

    /// A part of the configuration, as something that is read again when the files say something else.
    pub(crate) fn material(&self, present: &Material, pick: Pick) -> Material {
        if !self.follows {
            return present.clone();
        }
        let part = Part {
            followed: self.clone(),
            pick,
        };
        // What errors name: the path of a file, or which field of which file.
        Material::file(Arc::new(part), present.to_string())
    }
}

impl fmt::Debug for Followed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed")
            .field("follows", &self.follows)
            .finish_non_exhaustive()
    }
}

/// One part of a configuration, behind the door through which files are read.
struct Part {
    followed: Followed,
    pick: Pick,
}

impl Part {
    fn now(&self) -> io::Result<(Material, u64)> {
        let (config, number) = self.followed.look();
        let material = (self.pick)(&config).cloned();
        let material = material.ok_or_else(|| {
            let gone = "the configuration no longer has it";
            io::Error::new(io::ErrorKind::NotFound, gone)
        })?;
        Ok((material, number))
    }
}

impl Source for Part {
    fn var(&self, _: &str) -> Option<String> {
        None
    }

    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        let (material, _) = self.now()?;
        match material.read() {
            Ok(bytes) => Ok(bytes.expose_secret().to_vec()),
            Err(error) => Err(error.kind().into()),
        }
    }

    fn stat(&self, _: &Path) -> io::Result<Stamp> {
        let (material, number) = self.now()?;
        match (material.stamp(), material.path()) {
            (Some(stamp), _) => Ok(stamp),
            (None, Some(_)) => Err(io::ErrorKind::NotFound.into()),
            // Data in the configuration is as new as that.
            (None, None) => Ok(Stamp::new(None, 0).identity(u64::MAX, number)),
        }
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").finish_non_exhaustive()
    }
}
