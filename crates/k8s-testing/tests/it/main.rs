//! The crate, from outside: as a service, on a socket, against a plain hyper client.

mod client;
mod connectors;
mod faults;
mod identity;
mod objects;
mod sockets;
