//! Why a template cannot be filled, in the words of client-go.

use std::error::Error;
use std::fmt;

use super::{Results, Stopped};

/// The template cannot be filled from this data.
///
/// The text is the one of client-go. Note that it quotes the value that something other than a list was filtered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecuteError {
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Missing(String),
    NotAList(&'static str),
    NotFiltered(String),
    OutOfBounds {
        index: i64,
        length: i64,
    },
    Backwards {
        start: i64,
        end: i64,
    },
    Step,
    NothingToEnd,
    Identifier(String),
    Operator(String),
    OneElement,
    Uncomparable,
    Incompatible,
    /// A limit of ours, named by what there is too much of.
    TooMuch(&'static str),
}

impl Fault {
    pub(super) fn with(self, found: Results<'_>) -> Stopped<'_> {
        Stopped { found, fault: self }
    }
}

impl ExecuteError {
    pub(super) fn new(fault: Fault) -> Self {
        Self { fault }
    }

    pub(crate) fn too_long() -> Self {
        Self::new(Fault::TooMuch("output"))
    }

    /// Whether a key was not there, which [`Template::allow_missing_keys`](crate::Template::allow_missing_keys) forgives.
    #[must_use]
    pub fn is_missing_key(&self) -> bool {
        matches!(self.fault, Fault::Missing(_))
    }

    /// Whether a limit was hit: of [`Template::max_findings`](crate::Template::max_findings), of
    /// [`Template::max_output`](crate::Template::max_output), or 64 ranges in one another.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self.fault, Fault::TooMuch(_))
    }
}

impl fmt::Display for ExecuteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Missing(name) => write!(f, "{name} is not found"),
            Fault::NotAList(type_name) => write!(f, "{type_name} is not array or slice"),
            Fault::NotFiltered(value) => {
                write!(f, "{value} is not array or slice and cannot be filtered")
            }
            Fault::OutOfBounds { index, length } => write!(
                f,
                "array index out of bounds: index {index}, length {length}"
            ),
            Fault::Backwards { start, end } => write!(
                f,
                "starting index {start} is greater than ending index {end}"
            ),
            Fault::Step => f.write_str("step must be > 0"),
            Fault::NothingToEnd => f.write_str("not in range, nothing to end"),
            Fault::Identifier(name) => write!(f, "unrecognized identifier {name}"),
            Fault::Operator(operator) => write!(f, "unrecognized filter operator {operator}"),
            Fault::OneElement => f.write_str("can only compare one element at a time"),
            Fault::Uncomparable => f.write_str("invalid type for comparison"),
            Fault::Incompatible => f.write_str("incompatible types for comparison"),
            Fault::TooMuch(what) => write!(f, "the template makes too much {what}"),
        }
    }
}

impl Error for ExecuteError {}
