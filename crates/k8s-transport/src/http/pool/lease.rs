//! One request's place on a connection, which goes back to the pool.

use std::sync::{Arc, Weak};

use ::http::{Request, Response, Uri};
use hyper::body::Incoming;
use tokio::sync::oneshot;
#[cfg(feature = "http2")]
use tokio::time::Instant;

use super::super::body::Held;
use super::super::sending::{Sending, Sent};
use super::super::wire::{SendError, Wire};
use super::host::Need;
use super::line::Told;
use super::{Origin, Pool};

/// A place on a connection. An HTTP/1.1 connection is used again only if the request left it clean.
pub(in super::super) struct Lease<B> {
    wire: Option<Wire<B>>,
    pool: Weak<Pool<B>>,
    origin: Origin,
    clean: bool,
    sent: Option<Sent>,
    /// When the request went out.
    #[cfg(feature = "http2")]
    asked: Option<Instant>,
}

/// A request in line, which may go away just when a connection is handed to it.
struct Waiting<'a, B> {
    pool: &'a Pool<B>,
    origin: &'a Origin,
    need: Need,
    told: oneshot::Receiver<Told<B>>,
    settled: bool,
}

impl<B> Lease<B> {
    pub(super) fn new(pool: &Arc<Pool<B>>, origin: &Origin, wire: Wire<B>) -> Self {
        Self {
            wire: Some(wire),
            pool: Arc::downgrade(pool),
            origin: origin.clone(),
            clean: true,
            sent: None,
            #[cfg(feature = "http2")]
            asked: None,
        }
    }

    pub(super) async fn wait(
        pool: &Pool<B>,
        origin: &Origin,
        need: Need,
        told: oneshot::Receiver<Told<B>>,
    ) -> Told<B> {
        let mut waiting = Waiting {
            pool,
            origin,
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
    fn discard(&mut self) {
        match self.wire.take() {
            #[cfg(feature = "http2")]
            Some(Wire::Http2 { id, .. }) => {
                if let Some(pool) = self.pool.upgrade() {
                    pool.discard(&self.origin, id);
                }
            }
            Some(Wire::Http1(_) | Wire::Closed) | None => {}
        }
    }
}

impl<B> Lease<B>
where
    B: http_body::Body + Send + Unpin + 'static,
{
    /// The lease, if its connection still lives.
    pub(super) async fn ready(mut self) -> Option<Self> {
        let wire = self.wire.as_mut()?;
        if wire.ready().await {
            return Some(self);
        }
        self.discard();
        None
    }

    pub(in super::super) async fn send(
        &mut self,
        request: Request<Sending<B>>,
        uri: &Uri,
    ) -> Result<Response<Incoming>, SendError<B>> {
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
        let answered = wire.send(request, uri).await;
        if let Err(SendError::Unsent(..)) = answered {
            self.discard();
        }
        answered
    }
}

impl<B: Send> Held for Lease<B> {
    fn finish(mut self: Box<Self>) {
        self.clean = self.sent.as_ref().is_none_or(Sent::is_complete);
    }
}

impl<B> Drop for Lease<B> {
    fn drop(&mut self) {
        let (Some(wire), Some(pool)) = (self.wire.take(), self.pool.upgrade()) else {
            return;
        };
        match wire {
            Wire::Http1(_) if !self.clean => {}
            #[cfg(feature = "http2")]
            Wire::Http2 { id, ref room, .. }
                if !self.clean && self.asked.is_some_and(|asked| room.is_suspect(asked)) =>
            {
                pool.with(&self.origin, |host| host.suspect(id));
                pool.give_back(&self.origin, wire);
            }
            wire => pool.give_back(&self.origin, wire),
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
            Ok(Told::Wire(wire)) => self.pool.give_back(self.origin, wire),
            // Somebody else has to look, then.
            Ok(Told::Again) => self.pool.hand_out(self.origin),
            Ok(Told::Failed(_) | Told::Abandoned) => {}
            Err(_) => self.pool.with(self.origin, |host| host.leave(self.need)),
        }
    }
}
