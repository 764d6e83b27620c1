//! Lists and watches from bytes: what is read, what is refused, and that no cut of the bytes changes it.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod any_cut;
mod list;
mod pieces;
mod watch;
