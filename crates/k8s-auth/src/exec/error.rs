//! Why a plugin gave no credential: which one, who asked for it, what it said, and what to do.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use k8s_config::ReadError;

use super::interactive;
use super::policy;
use super::protocol;
use super::run::{Ended, Failed, MAX_OUTPUT};
use crate::event::PluginEnd;
use crate::identity::IdentityError;
use crate::token::InvalidToken;

/// A credential plugin gave no credential.
///
/// The text names the command, the place that configured it, its exit code, and the last lines of what it said on standard
/// error where that was kept; of those, what may be secret is hidden. It holds neither arguments nor variables nor output.
#[derive(Debug)]
pub struct ExecError {
    command: String,
    configured_in: Option<Arc<str>>,
    kind: Box<Kind>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Version,
    Gone,
    Interactive(interactive::Fault),
    Policy(policy::Fault),
    NotFound {
        hint: Option<String>,
    },
    Authority(ReadError),
    Ended {
        end: Ended,
        said: Option<String>,
    },
    Failed {
        failed: Failed,
        said: Option<String>,
    },
    Answer(protocol::Fault),
    Expired {
        ago: Duration,
    },
    Token(InvalidToken),
    Certificate(IdentityError),
}

impl ExecError {
    pub(super) fn new(command: &str, configured_in: Option<Arc<str>>, kind: Kind) -> Self {
        Self {
            command: command.to_owned(),
            configured_in,
            kind: Box::new(kind),
        }
    }

    /// The command, as it is configured.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Whether there is no such program.
    pub fn is_not_found(&self) -> bool {
        matches!(*self.kind, Kind::NotFound { .. })
    }

    /// Whether the program took too long and was killed.
    pub fn is_timeout(&self) -> bool {
        matches!(
            *self.kind,
            Kind::Failed {
                failed: Failed::TooLong(_),
                ..
            }
        )
    }

    /// Whether a policy forbids the program.
    pub fn is_forbidden(&self) -> bool {
        matches!(*self.kind, Kind::Policy(_))
    }

    /// With what code the program ended, if that is why there is no credential.
    pub fn exit_code(&self) -> Option<i32> {
        match *self.kind {
            Kind::Ended {
                end: Ended::Code(code),
                ..
            } => Some(code),
            _ => None,
        }
    }

    /// How this counts among the runs of plugins.
    pub(super) fn end(&self) -> PluginEnd {
        if self.is_not_found() {
            PluginEnd::NotFound
        } else {
            PluginEnd::Failed
        }
    }
}

impl Ended {
    pub(super) fn plugin_end(self) -> PluginEnd {
        match self {
            Self::Well => PluginEnd::Well,
            Self::Code(code) => PluginEnd::Code(code),
            Self::Signal(_) => PluginEnd::Code(-1),
        }
    }
}

/// The command and who configured it.
struct Named<'a>(&'a ExecError);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.command)?;
        match &self.0.configured_in {
            Some(place) => write!(f, " (configured in {place})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Named(self);
        match &*self.kind {
            Kind::Version => write!(
                f,
                "exec plugin {named}: invalid apiVersion; use client.authentication.k8s.io/v1 or v1beta1"
            ),
            Kind::Gone => write!(f, "exec plugin {named}: the user no longer has a plugin"),
            Kind::Interactive(fault) => write!(
                f,
                "exec plugin {named} cannot support interactive mode: {fault}; run this at a terminal, or set interactiveMode"
            ),
            Kind::Policy(fault) => write!(
                f,
                "exec plugin {named}: {}; kuberc says which may run",
                fault.about(&self.command)
            ),
            Kind::NotFound { hint } => {
                write!(
                    f,
                    "exec: executable {named} not found; install it or mend PATH"
                )?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ": {hint}"))
            }
            Kind::Authority(_) => {
                write!(
                    f,
                    "exec plugin {named}: failed to load CA bundle for execProvider"
                )
            }
            Kind::Ended { end, said } => {
                write!(f, "exec: executable {named} {end}")?;
                told(f, said.as_deref())
            }
            Kind::Failed { failed, said, .. } => {
                write!(f, "exec: executable {named} {failed}")?;
                told(f, said.as_deref())
            }
            Kind::Answer(fault) => {
                write!(
                    f,
                    "exec plugin {named} {fault}; run it by hand to see its output"
                )
            }
            Kind::Expired { ago } => write!(
                f,
                "exec plugin {named} returned a credential that ended {} s ago; it hands out an old one, or the clock of this machine is wrong",
                ago.as_secs()
            ),
            Kind::Token(_) => write!(f, "exec plugin {named} returned no usable token"),
            Kind::Certificate(_) => {
                write!(
                    f,
                    "exec plugin {named}: failed parsing client key/certificate"
                )
            }
        }
    }
}

/// What it said, or how to hear it.
fn told(f: &mut fmt::Formatter<'_>, said: Option<&str>) -> fmt::Result {
    match said {
        Some(said) => write!(f, "; it said: {said}"),
        None => f.write_str("; run it by hand to see why"),
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well => f.write_str("ended well"),
            Self::Code(code) => write!(f, "failed with exit code {code}"),
            Self::Signal(Some(signal)) => write!(f, "was killed by signal {signal}"),
            Self::Signal(None) => f.write_str("was killed"),
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuntime => f.write_str("needs a tokio runtime with IO and time"),
            Self::Start(_) => f.write_str("could not be started"),
            Self::Io(_) => f.write_str("could not be listened to"),
            Self::TooLong(limit) => write!(f, "took longer than {limit:?} and was killed"),
            Self::TooMuch => {
                write!(
                    f,
                    "printed more than {} KiB and was killed",
                    MAX_OUTPUT >> 10
                )
            }
        }
    }
}

impl std::error::Error for ExecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            Kind::Authority(cause) => Some(cause),
            Kind::Failed {
                failed: Failed::Start(cause) | Failed::Io(cause),
                ..
            } => Some(cause),
            Kind::Token(cause) => Some(cause),
            Kind::Certificate(cause) => Some(cause),
            _ => None,
        }
    }
}
