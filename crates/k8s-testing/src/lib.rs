//! An API server you can hold in one hand: for our tests and for yours.

mod body;
pub mod certs;
mod clock;
mod connector;
pub mod faults;
pub mod issuer;
mod jwt;
mod kubeconfig;
mod listen;
pub mod mock;
#[cfg(unix)]
mod mount;
#[cfg(unix)]
pub mod plugin;
pub mod recorder;
mod serve;
mod server;
mod tls;

pub use crate::body::{Body, BodyError};
pub use crate::clock::Clock;
pub use crate::connector::{MemoryConnector, MemoryStream};
pub use crate::kubeconfig::{Kubeconfig, KubeconfigFile};
pub use crate::listen::{ListenOptions, Listening};
#[cfg(unix)]
pub use crate::mount::ServiceAccountDir;
pub use crate::server::{ApiServer, ApiServerFuture, Attributes, Authorize, Decision, User};
