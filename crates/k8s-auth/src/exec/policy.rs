//! Whether a plugin may be run: kubectl's policy, decided before anything is.

use std::fmt;
use std::path::Path;

use k8s_config::{PluginPolicy, Source};

use super::find::find;

/// Why a plugin may not be run. The texts are client-go's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    DenyAll,
    NotListed,
    Unresolved,
    Unknown,
}

/// `found` is the file that `command` is. An entry holds for the same text, and for the same file.
///
/// Follows `exec.allowlist`.
pub(super) fn check(
    policy: &PluginPolicy,
    command: &str,
    found: Option<&Path>,
    source: &dyn Source,
) -> Result<(), Fault> {
    let entries = match policy {
        PluginPolicy::AllowAll => return Ok(()),
        PluginPolicy::DenyAll => return Err(Fault::DenyAll),
        PluginPolicy::Allowlist(entries) => entries,
        _ => return Err(Fault::Unknown),
    };
    let Some(found) = found else {
        return Err(Fault::Unresolved);
    };
    let listed = entries.iter().any(|entry| {
        entry.command == command || find(source, &entry.command).as_deref() == Some(found)
    });
    if listed {
        Ok(())
    } else {
        Err(Fault::NotListed)
    }
}

impl Fault {
    /// What is wrong with this command.
    pub(super) fn about<'a>(self, command: &'a str) -> impl fmt::Display + 'a {
        struct About<'a>(Fault, &'a str);
        impl fmt::Display for About<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self(fault, command) = self;
                match fault {
                    Fault::DenyAll => write!(
                        f,
                        "plugin {command:?} not allowed: policy set to \"DenyAll\""
                    ),
                    Fault::NotListed => write!(
                        f,
                        "plugin path {command:?} is not permitted by the credential plugin allowlist"
                    ),
                    Fault::Unresolved => write!(
                        f,
                        "plugin path {command:?} cannot be resolved for credential plugin allowlist check: no such program"
                    ),
                    Fault::Unknown => f.write_str("unknown plugin policy"),
                }
            }
        }
        About(self, command)
    }
}
