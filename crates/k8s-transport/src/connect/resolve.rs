//! Names resolved to addresses: the decision, and the default, the operating system.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// Finds the addresses of a host. A closure `Fn(&str) -> Future` is one.
///
/// It is not asked for hosts that are addresses.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of this host, best first.
    fn resolve(&self, host: &str) -> Resolving;
}

/// Addresses on their way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

impl<F, Fut> Resolve for F
where
    F: Fn(&str) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
{
    fn resolve(&self, host: &str) -> Resolving {
        Box::pin(self(host))
    }
}

/// A host has no address that could be found.
#[derive(Debug)]
pub struct ResolveError {
    host: String,
    cause: io::Error,
}

/// What hyper-util's connector is given.
#[derive(Clone)]
pub(super) enum Resolver {
    System(GaiResolver),
    Custom(Arc<dyn Resolve>),
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ResolveError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ResolveError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ResolveError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let host = name.as_str().to_owned();
        // The connector puts the port in.
        let resolving: Resolving = match self {
            Self::System(system) => {
                let system = system.call(name);
                Box::pin(async { Ok(system.await?.map(|address| address.ip()).collect()) })
            }
            Self::Custom(custom) => custom.resolve(&host),
        };
        Box::pin(async move {
            let cause = match resolving.await {
                Ok(found) if found.is_empty() => {
                    io::Error::new(io::ErrorKind::NotFound, "it has no address")
                }
                Ok(found) => {
                    let addresses = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
                    return Ok(addresses.collect::<Vec<_>>().into_iter());
                }
                Err(cause) => cause,
            };
            Err(ResolveError { host, cause })
        })
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "finding the address of {}", self.host)
    }
}

impl std::error::Error for ResolveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
