//! Why a kubeconfig was not changed; then nothing was written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::kubeconfig::FileError;
use crate::source::{LockError, Locked};
use crate::yaml::{SpliceError, SpliceErrorKind};

/// Why a change does not want to be made: [`ChangeError`], or any error of the caller's.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// A kubeconfig was not changed.
#[derive(Debug)]
pub struct EditError {
    file: Option<PathBuf>,
    line: Option<u32>,
    fault: EditFault,
    cause: Option<Refusal>,
}

/// Why a kubeconfig was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditFault {
    /// A file is no kubeconfig; the cause says why.
    Unreadable,
    /// The change itself refused; the cause says why.
    Refused,
    /// Others write a file at this moment, or died while they did. Wait, and try again.
    Locked(Locked),
    /// The value has an anchor or is an alias: to change it would change others.
    Aliased,
    /// The field comes from another map by `<<` and can only be removed there.
    Merged,
    /// It is written in a way that cannot be edited in place; the text says what.
    Notation(String),
    /// The changed text would not say what was meant. This is a fault of this library.
    NotAsMeant,
    /// The operating system refused; the cause says why.
    Io,
    /// Again and again, others changed which file has what.
    Unsettled,
}

impl EditError {
    pub(super) fn new(file: Option<&Path>, fault: EditFault) -> Self {
        Self {
            file: file.map(Into::into),
            line: None,
            fault,
            cause: None,
        }
    }

    pub(super) fn read(error: FileError) -> Self {
        let file = error.file().map(Into::into);
        let cause = Some(Error::load(vec![error]).into());
        Self {
            file,
            line: None,
            fault: EditFault::Unreadable,
            cause,
        }
    }

    pub(super) fn refused(cause: Refusal) -> Self {
        Self {
            cause: Some(cause),
            ..Self::new(None, EditFault::Refused)
        }
    }

    pub(super) fn lock(file: &Path, error: LockError) -> Self {
        match error {
            LockError::Locked(locked) => Self::new(Some(file), EditFault::Locked(locked)),
            error => Self {
                cause: Some(error.into()),
                ..Self::new(Some(file), EditFault::Io)
            },
        }
    }

    pub(super) fn io(file: &Path, cause: io::Error) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(Some(file), EditFault::Io)
        }
    }

    pub(super) fn splice(file: Option<&Path>, error: &SpliceError) -> Self {
        let fault = match &error.kind {
            SpliceErrorKind::Anchor => EditFault::Aliased,
            SpliceErrorKind::Merged => EditFault::Merged,
            kind => EditFault::Notation(kind.to_string()),
        };
        Self {
            line: Some(error.line),
            ..Self::new(file, fault)
        }
    }

    /// The file; `None` for bytes, and when it is about no single file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The line where the text cannot be changed, from 1.
    #[must_use]
    pub const fn line(&self) -> Option<u32> {
        self.line
    }

    /// Why.
    #[must_use]
    pub const fn fault(&self) -> &EditFault {
        &self.fault
    }

    /// Who holds the lock and since when, if that is why: the one fault that waiting helps.
    #[must_use]
    pub const fn locked(&self) -> Option<&Locked> {
        match &self.fault {
            EditFault::Locked(locked) => Some(locked),
            _ => None,
        }
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "kubeconfig {} was not changed", file.display())?,
            None => f.write_str("kubeconfig was not changed")?,
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        match &self.fault {
            EditFault::Unreadable | EditFault::Refused | EditFault::Io => Ok(()),
            EditFault::Locked(locked) => write!(f, ": {locked}"),
            EditFault::Aliased => f.write_str(": the value has an anchor or is an alias, and what is repeated cannot be changed in one place"),
            EditFault::Merged => f.write_str(": the field comes from another map by `<<`, and can only be removed there"),
            EditFault::Notation(text) => write!(f, ": {text}"),
            EditFault::NotAsMeant => f.write_str(": the changed text would not say what was meant"),
            EditFault::Unsettled => f.write_str(": others keep changing it"),
        }
    }
}

impl std::error::Error for EditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as _)
    }
}

/// Something that a change needs is not there, or is there already. The texts are those of `kubectl config`, without the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is none of this name.
    #[non_exhaustive]
    NotFound {
        /// `cluster`, `user` or `context`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// There is one of this name already.
    #[non_exhaustive]
    Exists {
        /// `cluster`, `user` or `context`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The configuration comes from no file.
    NoFile,
    /// The user has no `auth-provider`.
    #[non_exhaustive]
    NoAuthProvider {
        /// The user.
        user: String,
    },
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what, name } => {
                write!(f, "no {what} exists with the name: \"{name}\"")
            }
            Self::Exists { what, name } => write!(f, "the {what} \"{name}\" already exists"),
            Self::NoFile => f.write_str("the configuration comes from no file"),
            Self::NoAuthProvider { user } => write!(f, "user \"{user}\" has no auth-provider"),
        }
    }
}

impl std::error::Error for ChangeError {}
