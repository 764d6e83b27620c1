//! What is wrong with the arguments, in pflag's words.

use std::error::Error;
use std::fmt;

/// Arguments that make no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ArgError {
    UnknownFlag(String),
    UnknownShort {
        flag: char,
        among: String,
    },
    NoValue(String),
    NoShortValue {
        flag: char,
        among: String,
    },
    BadSyntax(String),
    NotABool {
        value: String,
        flag: String,
    },
    NotAnInt {
        value: String,
        flag: String,
    },
    NotADuration {
        value: String,
        flag: String,
        why: &'static str,
    },
}

impl ArgError {
    /// The flag whose value is missing, as it was typed: `--namespace` or `-n`.
    pub(crate) fn wants_value(&self) -> Option<String> {
        match self {
            Self::NoValue(name) => Some(format!("--{name}")),
            Self::NoShortValue { flag, .. } => Some(format!("-{flag}")),
            _ => None,
        }
    }
}

impl fmt::Display for ArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFlag(name) => write!(f, "unknown flag: --{name}"),
            Self::UnknownShort { flag, among } => {
                write!(f, "unknown shorthand flag: '{flag}' in -{among}")
            }
            Self::NoValue(name) => write!(f, "flag needs an argument: --{name}"),
            Self::NoShortValue { flag, among } => {
                write!(f, "flag needs an argument: '{flag}' in -{among}")
            }
            Self::BadSyntax(text) => write!(f, "bad flag syntax: {text}"),
            Self::NotABool { value, flag } => write!(
                f,
                "invalid argument {value:?} for \"{flag}\" flag: strconv.ParseBool: parsing {value:?}: invalid syntax"
            ),
            Self::NotAnInt { value, flag } => write!(
                f,
                "invalid argument {value:?} for \"{flag}\" flag: strconv.ParseInt: parsing {value:?}: invalid syntax"
            ),
            Self::NotADuration { value, flag, why } => write!(
                f,
                "invalid argument {value:?} for \"{flag}\" flag: time: {why} duration {value:?}"
            ),
        }
    }
}

impl Error for ArgError {}
