//! Faults on purpose: of requests (a layer), of connections (a connector, or a socket), each by a script, by a seed, or by
//! a decision of your own.
//!
//! Which fault the next one meets is decided by an [`Inject`]: [`Script`] hands out what was put in, in order;
//! [`Seeded`] throws dice, the same ones for the same seed; a closure looks at the request, URI or peer.

mod body;
mod connector;
mod inject;
mod io;
mod layer;

pub use self::connector::{FaultyConnector, FaultyStream};
pub use self::inject::{Inject, Script, Seeded};
pub use self::io::{ConnectionFault, FaultyIo};
pub use self::layer::{FaultLayer, Faults, FaultsFuture, RequestFault};
