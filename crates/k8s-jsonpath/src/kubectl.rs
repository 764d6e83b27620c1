//! What kubectl does around templates: forgiving paths, and telling of failure.

use std::error::Error;
use std::fmt;

use serde_json::Value;

use crate::ExecuteError;
use crate::go::{self, Sink, Style, write};
use crate::item::Item;

/// What [`failure`] may show of an object, in bytes.
const MAX_SHOWN: usize = 64 << 20;

/// A path without braces, or a dot, or both, as a template: `metadata.name` is `{.metadata.name}`.
///
/// `--sort-by`, `--for=jsonpath=…` and custom columns take such paths; follows `RelaxedJSONPathExpression` of kubectl.
/// Nothing stays nothing.
///
/// # Errors
///
/// Braces that do not enclose the whole, or nothing in them.
pub fn relaxed(path: &str) -> Result<String, PathError> {
    if path.is_empty() {
        return Ok(String::new());
    }
    let inner = path
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(path);
    if inner.contains(['{', '}']) {
        return Err(PathError);
    }
    // A lone dot names itself: something must be left.
    let name = inner.strip_prefix('.').filter(|rest| !rest.is_empty());
    match name.unwrap_or(inner) {
        "" => Err(PathError),
        name => Ok(format!("{{.{name}}}")),
    }
}

/// A path that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathError;

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
        )
    }
}

impl Error for PathError {}

/// An object as `kubectl -o json` prints it: keys sorted, four spaces, Go's numbers and escapes, a line break at the end.
#[must_use]
pub fn json(object: &Value) -> Vec<u8> {
    let mut sink = Sink::new(usize::MAX);
    // A sink without a limit is never full.
    let _ = write(Item::of(object), Style::Indented, &mut sink).and_then(|()| sink.push(b"\n"));
    sink.bytes
}

/// What kubectl prints when a template cannot be filled: the error, the template, and the whole object as Go would
/// write it in a program. An object that is a Secret stands there with everything it holds, so a program that logs
/// what it prints should print the error alone.
#[must_use]
pub fn failure(template: &str, object: &Value, error: &ExecuteError) -> String {
    let mut sink = Sink::new(MAX_SHOWN);
    if write(Item::of(object), Style::Syntax, &mut sink).is_err() {
        sink.bytes.extend_from_slice(b"...");
    }
    let object = String::from_utf8_lossy(&sink.bytes);
    let quoted = go::quote(template);
    format!(
        "error executing jsonpath {quoted}: Error executing template: {error}. Printing more information for debugging \
         the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{object}\n\n\n"
    )
}
