//! Why the control plane could not be built or run, and the exit code that says so to a script.

use std::error::Error as StdError;
use std::fmt;

/// What kind of failure it was: each is an exit code, listed in xtask/cluster/README.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command line makes no sense.
    Usage = 64,
    /// `check` found processes or files that should be gone.
    Orphans = 65,
    /// There is no Go that can build the programs.
    NoGo = 69,
    /// A program could not be built, or a component ended or never became ready.
    Component = 70,
    /// The machine refused a file, a process or a namespace.
    Machine = 71,
    /// CMD exists but cannot be executed; the code is the shells'.
    CommandNotExecutable = 126,
    /// CMD does not exist; the code is the shells'.
    CommandNotFound = 127,
}

/// What was being done when it failed, and why it did.
#[derive(Debug)]
pub(super) struct Error {
    exit: Exit,
    doing: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure that has no deeper cause than what it says.
    pub(super) fn new(exit: Exit, doing: impl Into<String>) -> Self {
        Self {
            exit,
            doing: doing.into(),
            cause: None,
        }
    }

    /// The same failure with its cause.
    pub(super) fn because(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// The code that this program ends with.
    pub(super) fn exit_code(&self) -> u8 {
        self.exit as u8
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        }
    }
}

/// Names what was being done when the machine refused it.
pub(super) trait Doing<T> {
    /// Wraps the error into one that says `what` was being done.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|cause| Error::new(Exit::Machine, what()).because(cause))
    }
}
