//! What can be wrong with the text of a kubeconfig: each fault has a line and a field, and never repeats a value.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// One file, or given bytes, cannot be used as kubeconfig. Holds all its faults.
#[derive(Debug)]
pub struct FileError {
    file: Option<Arc<Path>>,
    faults: Vec<FileFault>,
    cause: Option<io::Error>,
}

impl FileError {
    pub(crate) fn unreadable(file: Option<Arc<Path>>, cause: io::Error) -> Self {
        Self {
            file,
            faults: vec![FileFault {
                line: None,
                field: String::new(),
                kind: FileFaultKind::Unreadable(cause.kind()),
            }],
            cause: Some(cause),
        }
    }

    pub(crate) const fn new(file: Option<Arc<Path>>, faults: Vec<FileFault>) -> Self {
        Self {
            file,
            faults,
            cause: None,
        }
    }

    /// The file; `None` for bytes that came from elsewhere.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Every fault, in the order of the text.
    #[must_use]
    pub fn faults(&self) -> &[FileFault] {
        &self.faults
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.cause
            .as_ref()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "error loading config file \"{}\": ", file.display())?,
            None => f.write_str("error loading config: ")?,
        }
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// One fault of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileFault {
    /// The line, from 1; `None` when it is about the file as a whole.
    pub line: Option<u32>,
    /// The field, such as `users[2].user.token`; empty when it is about the file as a whole.
    pub field: String,
    /// What is wrong.
    pub kind: FileFaultKind,
}

impl FileFault {
    pub(crate) const fn new(line: u32, field: String, kind: FileFaultKind) -> Self {
        Self {
            line: Some(line),
            field,
            kind,
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFaultKind {
    /// The file cannot be read.
    Unreadable(io::ErrorKind),
    /// Longer than 64 MiB.
    TooLong,
    /// Neither UTF-8 nor UTF-16 with a byte-order mark.
    NotText,
    /// Not YAML, or more of it than is allowed; the text names no content.
    Syntax(String),
    /// A field of another type.
    WrongType {
        /// What belongs there: `string`, `bool`, `map`, `list`.
        expected: &'static str,
        /// What stands there: `null`, `bool`, `number`, `string`, `list`, `map`.
        found: &'static str,
    },
    /// A `…-data` field that is not base64.
    Base64,
    /// Two entries of a list have the same name.
    DuplicateName {
        /// The list's entries in Go: `NamedCluster`.
        list: &'static str,
        /// What the list becomes in Go, a map of these: `*api.Cluster`.
        becomes: &'static str,
        /// The name.
        name: String,
        /// The line of the entry before.
        first: u32,
    },
    /// `apiVersion` is something else than `v1`.
    ApiVersion,
    /// `kind` is something else than `Config`.
    WrongKind,
    /// There are more than 1,000 faults; the others are not listed.
    AndMore,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for FileFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Our words, since the system's are the cause, which is handed on.
            Self::Unreadable(io::ErrorKind::NotFound) => f.write_str("there is no such file"),
            Self::Unreadable(io::ErrorKind::PermissionDenied) => f.write_str("it may not be read"),
            Self::Unreadable(io::ErrorKind::IsADirectory) => f.write_str("it is not a file"),
            Self::Unreadable(_) => f.write_str("it cannot be read"),
            Self::TooLong => f.write_str("longer than 64 MiB"),
            Self::NotText => f.write_str("neither UTF-8 nor UTF-16 with a byte-order mark"),
            Self::Syntax(text) => f.write_str(text),
            Self::WrongType {
                expected: "string",
                found: found @ ("bool" | "number"),
            } => {
                write!(
                    f,
                    "a {found} where a string belongs, put double quotes around it"
                )
            }
            Self::WrongType { expected, found } => {
                write!(f, "a {found} where a {expected} belongs")
            }
            Self::Base64 => f.write_str("not base64 (standard alphabet, with padding)"),
            Self::DuplicateName {
                list,
                becomes,
                name,
                first,
            } => write!(
                f,
                "error converting *[]{list} into *map[string]{becomes}: duplicate name \"{name}\" in list, first on line {first}"
            ),
            Self::ApiVersion => f.write_str("a kubeconfig is of version \"v1\""),
            Self::AndMore => f.write_str("and more"),
            Self::WrongKind => f.write_str("a kubeconfig is of kind \"Config\""),
        }
    }
}
