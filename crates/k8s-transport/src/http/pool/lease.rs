//! One request's place on a connection, which goes back to the pool.

use std::future::Future;
use std::sync::{Arc, Weak};

use ::http::{HeaderValue, Request, Response, Uri};
use tokio::sync::oneshot;
#[cfg(feature = "http2")]
use tokio::time::Instant;

use super::super::body::Held;
use super::super::received::Received;
use super::super::sending::{SendError, Sending, Sent};
use super::super::wire::Wire;
use super::host::Need;
use super::line::Told;
use super::place::Place;
use crate::BoxError;

/// A place on a connection. An HTTP/1.1 connection is used again only if the request left it clean.
pub(in super::super) struct Lease<B> {
    wire: Option<Wire<B>>,
    place: Weak<Place<B>>,
    clean: bool,
    sent: Option<Sent>,
    /// When the request went out.
    #[cfg(feature = "http2")]
    asked: Option<Instant>,
}

/// A request in line, which may go away just when a connection is handed to it.
struct Waiting<'a, B> {
    place: &'a Place<B>,
    need: Need,
    told: oneshot::Receiver<Told<B>>,
    settled: bool,
}

impl<B> Lease<B> {
    pub(super) fn new(place: &Arc<Place<B>>, wire: Wire<B>) -> Self {
        Self {
            wire: Some(wire),
            place: Arc::downgrade(place),
            clean: true,
            sent: None,
            #[cfg(feature = "http2")]
            asked: None,
        }
    }

    pub(super) async fn wait(
        place: &Place<B>,
        need: Need,
        told: oneshot::Receiver<Told<B>>,
    ) -> Told<B> {
        let mut waiting = Waiting {
            place,
            need,
            told,
            settled: false,
        };
        let told = (&mut waiting.told).await;
        waiting.settled = true;
        // The pool tells everybody in line.
        told.unwrap_or(Told::Again)
    }

    /// The connection takes no more requests.
    pub(in super::super) fn discard(&mut self) {
        match self.wire.take() {
            #[cfg(feature = "http2")]
            Some(Wire::Http2 { id, .. }) => {
                if let Some(place) = self.place.upgrade() {
                    place.discard(id);
                }
            }
            Some(Wire::Http1(_) | Wire::Closed) | None => {}
        }
    }
}

impl<B> Lease<B>
where
    B: http_body::Body<Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// Whether the connection still lives. Where it does not, the lease is to be [discarded](Self::discard).
    pub(super) async fn ready(&mut self) -> bool {
        match &mut self.wire {
            Some(wire) => wire.ready().await,
            None => false,
        }
    }

    /// Hands over a request. Where it was never sent, the lease is to be [discarded](Self::discard).
    pub(in super::super) fn send(
        &mut self,
        request: Request<Sending<B>>,
        uri: &Uri,
        host: &HeaderValue,
    ) -> impl Future<Output = Result<Response<Received>, SendError<B>>> + Send + use<B> {
        self.clean = false;
        self.sent = Some(request.body().sent());
        #[cfg(feature = "http2")]
        if matches!(self.wire, Some(Wire::Http2 { .. })) {
            self.asked = Some(Instant::now());
        }
        let wire = self
            .wire
            .as_mut()
            .expect("only a lease that ends gives up its connection");
        wire.send(request, uri, host)
    }
}

impl<B: Send> Held for Lease<B> {
    fn finish(mut self: Box<Self>) {
        self.clean = self.sent.as_ref().is_none_or(Sent::is_complete);
    }
}

impl<B> Drop for Lease<B> {
    fn drop(&mut self) {
        let (Some(wire), Some(place)) = (self.wire.take(), self.place.upgrade()) else {
            return;
        };
        match wire {
            Wire::Http1(_) if !self.clean => {}
            #[cfg(feature = "http2")]
            Wire::Http2 { id, ref room, .. }
                if !self.clean && self.asked.is_some_and(|asked| room.is_suspect(asked)) =>
            {
                place.with(|host| host.suspect(id));
                place.give_back(wire);
            }
            wire => place.give_back(wire),
        }
    }
}

impl<B> Drop for Waiting<'_, B> {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        self.told.close();
        match self.told.try_recv() {
            Ok(Told::Wire(wire)) => self.place.give_back(wire),
            // Somebody else has to look, then.
            Ok(Told::Again) => self.place.hand_out(),
            Ok(Told::Failed(_) | Told::Abandoned) => {}
            Err(_) => self.place.with(|host| host.leave(self.need)),
        }
    }
}
