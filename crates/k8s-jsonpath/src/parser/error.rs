//! Why a template cannot be read, in the words of client-go.

use std::error::Error;
use std::fmt;

use crate::go;

/// The template cannot be read.
///
/// The text is the one of client-go, which quotes the piece of the template that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    UnclosedAction,
    Unrecognized(char),
    InvalidNumber(String),
    UnterminatedArray,
    InvalidIndex(String),
    NotANumber(String),
    UnterminatedFilter,
    UnclosedFilter,
    UnterminatedQuote,
    InvalidQuote(String),
    MultipleRecursive,
    TooDeep,
}

impl ParseError {
    pub(super) fn new(fault: Fault) -> Self {
        Self { fault }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::UnclosedAction => f.write_str("unclosed action"),
            Fault::Unrecognized(c) => {
                let c = go::code_point(*c);
                write!(f, "unrecognized character in action: {c}")
            }
            Fault::InvalidNumber(text) => write!(f, "cannot parse number {text}"),
            Fault::UnterminatedArray => f.write_str("unterminated array"),
            Fault::InvalidIndex(text) => write!(f, "invalid array index {text}"),
            Fault::NotANumber(text) => write!(f, "array index {text} is not a number"),
            Fault::UnterminatedFilter => f.write_str("unterminated filter"),
            Fault::UnclosedFilter => f.write_str("unclosed array expect ]"),
            Fault::UnterminatedQuote => f.write_str("unterminated quoted string"),
            Fault::InvalidQuote(text) => write!(f, "unquote string {text} error invalid syntax"),
            Fault::MultipleRecursive => f.write_str("invalid multiple recursive descent"),
            Fault::TooDeep => f.write_str("brackets are nested too deeply"),
        }
    }
}

impl Error for ParseError {}
