//! Names resolved to addresses: the decision, and the default, the operating system.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tokio::time::Instant;
use tower_service::Service;

use crate::measure::{Measurement, OnMeasurement};

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
pub(super) struct Resolver {
    /// `None`: the operating system.
    pub(super) custom: Option<Arc<dyn Resolve>>,
    pub(super) hook: Option<Arc<dyn OnMeasurement>>,
}

impl Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        match &self.custom {
            Some(custom) => custom.resolve(name.as_str()),
            None => Box::pin(async {
                let found = GaiResolver::new().call(name).await?;
                Ok(found.map(|address| address.ip()).collect())
            }),
        }
    }
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
        let (resolving, hook) = (self.resolve(name), self.hook.clone());
        Box::pin(async move {
            let started = hook.is_some().then(Instant::now);
            let resolved = resolving.await;
            if let (Some(hook), Some(started)) = (hook, started) {
                let (host, time) = (host.as_str(), started.elapsed());
                hook.on_measurement(&Measurement::DnsResolution { host, time });
            }
            let cause = match resolved {
                Ok(found) if found.is_empty() => {
                    io::Error::new(io::ErrorKind::NotFound, "it has no address")
                }
                Ok(found) => {
                    // The connector puts the port in.
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
