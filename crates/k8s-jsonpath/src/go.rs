//! How Go prints: numbers, quoted strings, JSON, `%v` and `%#v`.

mod float;
mod quote;
mod write;

pub(crate) use self::quote::{code_point, quote};
pub(crate) use self::write::{Full, Sink, Style, sorted, write, write_list};
