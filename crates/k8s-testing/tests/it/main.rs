//! The crate, from outside: as a service, on a socket, against a plain hyper client.

mod client;
mod connectors;
mod faults;
#[cfg(unix)]
mod files;
mod identity;
mod issuers;
mod lists;
mod mocks;
mod objects;
mod robustness;
mod simulation;
mod sockets;
mod watching;
