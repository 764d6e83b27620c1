//! The proxy on real sockets, in front of an API server and of services that say what they saw.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

mod ending;
mod exchange;
mod guard;
mod health;
mod memory;
mod mounted;
mod support;
#[cfg(unix)]
mod unix;
mod upgrade;
