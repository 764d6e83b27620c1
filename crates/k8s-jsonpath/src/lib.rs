//! kubectl's JSONPath templates as a value: a template is parsed once and fills itself from any JSON, byte for byte as `kubectl -o jsonpath` prints it.
//!
//! ```text
//! text ▸ Template::parse ▸ Template            (or ParseError, in client-go's words)
//! Template + serde_json::Value ▸ execute ▸ bytes
//!                              ▸ find    ▸ Found, Found, …   (what `wait` and `--sort-by` compare)
//! ```
//!
//! # The data's way
//!
//! 1. [`Template::parse`] reads text and `{actions}`; an action is a row of pieces: keys, indices, filters, `..`, `range`.
//! 2. [`Template::execute`] hands the data to the first piece of each action, what that found to the next, and prints
//!    what the last one found. Between `{range …}` and `{end}` it does so for each finding of the range.
//! 3. [`relaxed`] makes a template of a path that was typed without braces; [`failure`] says what kubectl says when a
//!    template cannot be filled; [`json`] prints an object whole, as `-o json` does.
//!
//! # The dialect
//!
//! It is that of `k8s.io/client-go/util/jsonpath`, with its oddities, which people's scripts have come to need:
//! a text inside braces forgets what was found before it; a filter cannot stand in a filter; a key in quotes is read
//! like a path (`['a.b']` is `.a.b`); whole numbers and floats are never equal; `{[-1:0]}` is an error.
//! A table of what client-go and kubectl answered stands in `tests/golden`.
//!
//! Where Go has no order (`.*` and `..` over a map), keys are sorted here.
//! Where client-go panics (an index into nothing at all), nothing is found here.
//! What a letter is, Rust's tables say, not Go's.
//!
//! # Bounds
//!
//! Nothing recurses by the depth of the data, and by the template not deeper than 64; findings and output have limits
//! ([`Template::max_findings`], [`Template::max_output`]).
//!
//! # In scope
//!
//! Templates over JSON that is in memory.
//!
//! # Out of scope
//!
//! RFC 9535, which is another language; reading objects; files; Go's own templates.

mod eval;
mod found;
mod go;
mod item;
mod kubectl;
mod node;
mod parser;
mod template;

pub use self::eval::ExecuteError;
pub use self::found::Found;
pub use self::kubectl::{PathError, failure, json, relaxed};
pub use self::parser::ParseError;
pub use self::template::Template;
