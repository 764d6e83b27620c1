//! The connections that are kept, by server, and how a request gets one.

mod connect;
mod host;
mod lease;
mod line;
mod place;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::http::Uri;
use ::http::uri::{Authority, Scheme};
use tokio::sync::watch;

pub(super) use self::host::Need;
pub(super) use self::lease::Lease;
use self::line::Told;
use self::place::Place;
use super::error::TransportError;
use super::options::TransportOptions;
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
    options: Arc<TransportOptions>,
    places: Mutex<Places<B>>,
    /// Ends attempts to connect when the pool is dropped.
    alive: watch::Sender<()>,
}

/// The servers' places. Most transports know one server, which is then found without a hash of its name.
struct Places<B> {
    last: Option<Arc<Place<B>>>,
    all: HashMap<Origin, Arc<Place<B>>>,
}

impl Origin {
    fn of(uri: &Uri) -> Option<Self> {
        Some(Self {
            scheme: uri.scheme()?.clone(),
            authority: uri.authority()?.clone(),
        })
    }

    fn is_of(&self, uri: &Uri) -> bool {
        // Most are written alike; case is looked at only where they are not.
        let same = |asked: &Authority| {
            asked.as_str() == self.authority.as_str() || *asked == self.authority
        };
        uri.scheme() == Some(&self.scheme) && uri.authority().is_some_and(same)
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
            options: Arc::new(options),
            places: Mutex::new(Places {
                last: None,
                all: HashMap::new(),
            }),
            alive: watch::Sender::new(()),
        }
    }

    /// The place of the server that an absolute URI names.
    pub(super) fn place(&self, uri: &Uri) -> Option<Arc<Place<B>>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = places.last.as_ref().filter(|last| last.origin.is_of(uri)) {
            return Some(Arc::clone(last));
        }
        let origin = Origin::of(uri)?;
        let known = places.all.entry(origin.clone());
        let place = known.or_insert_with(|| Arc::new(Place::new(origin, &self.options)));
        let place = Arc::clone(place);
        places.last = Some(Arc::clone(&place));
        Some(place)
    }
}

impl<B> Pool<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// A connection with room for one request: one that is there, or the next one that comes free or is made.
    pub(super) async fn lease(
        self: &Arc<Self>,
        place: &Arc<Place<B>>,
        need: Need,
    ) -> Result<Lease<B>, TransportError> {
        let mut abandoned = 0;
        loop {
            let mut lease = match self.take_or_wait(place, need) {
                Ok(wire) => Lease::new(place, wire),
                Err(told) => match Lease::wait(place, need, told).await {
                    Told::Wire(wire) => Lease::new(place, wire),
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
            if lease.ready().await {
                return Ok(lease);
            }
            lease.discard();
        }
    }
}
