//! The connections that are kept, by server, and how a request gets one.

mod connect;
mod host;
mod lease;
mod line;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::Uri;
use ::http::uri::{Authority, Scheme};
use tokio::sync::watch;
use tokio::time::Instant;

use self::host::Host;
pub(super) use self::host::Need;
pub(super) use self::lease::Lease;
use self::line::Told;
use super::error::TransportError;
use super::options::TransportOptions;
use super::wire::Wire;
use crate::BoxError;
use crate::connect::Connect;

/// How often a request begins anew whose connection's task was dropped.
const ABANDONED: usize = 3;

/// A server, as far as connections go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

/// All connections of a transport. They end when it is dropped: it alone, and the answers under way, hold them.
pub(super) struct Pool<B> {
    connector: Arc<dyn Connect>,
    options: TransportOptions,
    hosts: Mutex<HashMap<Origin, Host<B>>>,
    /// Ends attempts to connect when the pool is dropped.
    alive: watch::Sender<()>,
}

impl Origin {
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        Some(Self {
            scheme: uri.scheme()?.clone(),
            authority: uri.authority()?.clone(),
        })
    }

    /// What the connector is asked for.
    fn uri(&self) -> Uri {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query("/")
            .build()
            .expect("both came out of a URI")
    }
}

impl<B> Pool<B> {
    pub(super) fn new(connector: Arc<dyn Connect>, options: TransportOptions) -> Self {
        Self {
            connector,
            options,
            hosts: Mutex::default(),
            alive: watch::Sender::new(()),
        }
    }

    /// Runs `change` on the state of one server.
    fn with<T>(&self, origin: &Origin, change: impl FnOnce(&mut Host<B>) -> T) -> T {
        let mut hosts = self.lock();
        if !hosts.contains_key(origin) {
            hosts.insert(origin.clone(), Host::new());
        }
        let host = hosts.get_mut(origin).expect("it is there by now");
        let changed = change(host);
        #[cfg(feature = "http2")]
        {
            let gone = host.take_gone();
            drop(hosts);
            drop(gone);
        }
        changed
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Origin, Host<B>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, origin: &Origin, wire: Wire<B>) {
        self.with(origin, |host| {
            host.put_back(wire);
            host.hand_out();
            host.shrink(self.options.max_idle);
        });
    }

    #[cfg(feature = "http2")]
    fn discard(&self, origin: &Origin, id: u64) {
        self.with(origin, |host| {
            host.discard(id);
            host.hand_out();
        });
    }

    fn hand_out(&self, origin: &Origin) {
        self.with(origin, Host::hand_out);
    }

    fn expire(&self, origin: &Origin) -> Instant {
        self.with(origin, |host| host.expire(self.options.idle_timeout))
    }
}

impl<B> Pool<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// A connection with room for one request: one that is there, or the next one that comes free or is made.
    pub(super) async fn lease(
        self: &Arc<Self>,
        origin: &Origin,
        need: Need,
    ) -> Result<Lease<B>, TransportError> {
        let mut abandoned = 0;
        loop {
            let wire = match self.take_or_wait(origin, need) {
                Ok(wire) => Lease::new(self, origin, wire),
                Err(told) => match Lease::wait(self, origin, need, told).await {
                    Told::Wire(wire) => Lease::new(self, origin, wire),
                    Told::Failed(error) => return Err(error),
                    Told::Again => continue,
                    Told::Abandoned => {
                        abandoned += 1;
                        if abandoned == ABANDONED {
                            return Err(TransportError::abandoned());
                        }
                        continue;
                    }
                },
            };
            if let Some(lease) = wire.ready().await {
                return Ok(lease);
            }
        }
    }
}
