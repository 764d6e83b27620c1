//! One server's connections, behind their lock.

use std::sync::{Arc, Mutex, PoisonError};

use ::http::HeaderValue;
use tokio::time::Instant;

use super::super::options::TransportOptions;
use super::super::wire::{Wire, host};
use super::Origin;
use super::host::Host;

/// A server and its connections. The pool holds it, and whoever waits for a connection; everybody else looks whether it
/// is still there.
pub(in super::super) struct Place<B> {
    pub(super) origin: Origin,
    pub(super) options: Arc<TransportOptions>,
    /// The header `Host` of requests to it.
    pub(in super::super) host: HeaderValue,
    connections: Mutex<Host<B>>,
}

impl<B> Place<B> {
    pub(super) fn new(origin: Origin, options: &Arc<TransportOptions>) -> Self {
        Self {
            options: Arc::clone(options),
            host: host(&origin.uri()),
            origin,
            connections: Mutex::new(Host::new()),
        }
    }

    /// Runs `change` on the connections.
    pub(super) fn with<T>(&self, change: impl FnOnce(&mut Host<B>) -> T) -> T {
        let mut host = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut host);
        #[cfg(feature = "http2")]
        {
            let gone = host.take_gone();
            drop(host);
            drop(gone);
        }
        changed
    }

    pub(super) fn give_back(&self, wire: Wire<B>) {
        self.with(|host| {
            host.put_back(wire);
            host.hand_out();
            host.shrink(self.options.max_idle);
        });
    }

    #[cfg(feature = "http2")]
    pub(super) fn discard(&self, id: u64) {
        self.with(|host| {
            host.discard(id);
            host.hand_out();
        });
    }

    pub(super) fn hand_out(&self) {
        self.with(Host::hand_out);
    }

    /// Closes what was unused for too long; says when to look again.
    pub(super) fn expire(&self) -> Instant {
        self.with(|host| host.expire(self.options.idle_timeout))
    }
}
