//! Making a connection, in a task that goes on as the connection's own.

use std::future::{Future, pending};
use std::sync::{Arc, Weak};

use futures_util::future::{Either, select};
use tokio::sync::{oneshot, watch};
use tokio::time::sleep_until;

use super::super::error::TransportError;
use super::super::h1;
#[cfg(feature = "http2")]
use super::super::h2;
use super::super::wire::Wire;
use super::Pool;
use super::host::{Host, Need};
use super::line::Told;
use super::place::Place;
use crate::BoxError;
use crate::connect::{AnyConnecting, AnyConnection};

/// An attempt to connect: whatever becomes of its task, those who wait for it are told.
struct Attempt<B> {
    place: Weak<Place<B>>,
    need: Need,
    open: bool,
}

impl<B> Pool<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// A connection that is there, or a place in line; has connections made for those in line where that is needed.
    pub(super) fn take_or_wait(
        self: &Arc<Self>,
        place: &Arc<Place<B>>,
        need: Need,
    ) -> Result<Wire<B>, oneshot::Receiver<Told<B>>> {
        let (told, missing) = place
            .with(|host| match host.take(need) {
                Some(wire) => Err(wire),
                None => Ok(host.wait(need)),
            })
            .map_or_else(|wire| (Err(wire), 0), |(told, missing)| (Ok(told), missing));
        for _ in 0..missing {
            self.connect(place, need);
        }
        match told {
            Ok(told) => Err(told),
            Err(wire) => Ok(wire),
        }
    }

    fn connect(&self, place: &Arc<Place<B>>, need: Need) {
        let attempt = Attempt {
            place: Arc::downgrade(place),
            need,
            open: true,
        };
        let connector = match (&self.options.http1, need) {
            (Some(connector), Need::Http1) => connector,
            _ => &self.connector,
        };
        let connecting = connector.connect(place.origin.uri());
        let alive = self.alive.subscribe();
        self.options.spawner.spawn(attempt.run(connecting, alive));
    }
}

impl<B> Attempt<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    async fn run(mut self, connecting: AnyConnecting, mut alive: watch::Receiver<()>) {
        let over = std::pin::pin!(async move { alive.changed().await });
        let Either::Left((made, _)) = select(connecting, over).await else {
            return; // Nobody is left who could want it.
        };
        let speaking = match made {
            Ok(made) if made.is_http2() => self.speak_http2(made).await,
            Ok(made) => self.speak_http1(made).await,
            Err(cause) => Err(TransportError::connect(cause)),
        };
        if let Err(error) = speaking {
            self.end(Some(&error));
        }
    }

    async fn speak_http1(&mut self, made: AnyConnection) -> Result<(), TransportError> {
        let (sender, work) = h1::handshake(made).await.map_err(handshake)?;
        let need = self.need;
        self.succeed(|host| host.connected_http1(need, sender));
        self.live(work).await;
        Ok(())
    }

    #[cfg(feature = "http2")]
    async fn speak_http2(&mut self, made: AnyConnection) -> Result<(), TransportError> {
        let Some(options) = self.place.upgrade().map(|place| Arc::clone(&place.options)) else {
            return Ok(());
        };
        if self.need == Need::Http1 {
            return Err(TransportError::protocol());
        }
        let place = Weak::clone(&self.place);
        let on_room = move || {
            if let Some(place) = place.upgrade() {
                place.hand_out();
            }
        };
        let (sender, room, work) = h2::handshake(made, &options, Box::new(on_room))
            .await
            .map_err(handshake)?;
        self.succeed(|host| host.connected_http2(sender, room));
        self.live(work).await;
        Ok(())
    }

    #[cfg(not(feature = "http2"))]
    async fn speak_http2(&self, _: AnyConnection) -> Result<(), TransportError> {
        Err(TransportError::protocol())
    }

    fn succeed(&mut self, put: impl FnOnce(&mut Host<B>)) {
        self.open = false;
        if let Some(place) = self.place.upgrade() {
            place.with(put);
        }
    }

    /// Runs the connection to its end, and looks from time to time after those that are unused.
    async fn live(&self, work: impl Future<Output = ()> + Send) {
        let expire = async {
            while let Some(next) = self.place.upgrade().map(|place| place.expire()) {
                sleep_until(next).await;
            }
            pending().await
        };
        run_beside(work, expire).await;
        if let Some(place) = self.place.upgrade() {
            place.hand_out();
        }
    }
}

impl<B> Attempt<B> {
    fn end(&mut self, error: Option<&TransportError>) {
        if std::mem::take(&mut self.open)
            && let Some(place) = self.place.upgrade()
        {
            place.with(|host| host.not_connected(self.need, error));
        }
    }
}

impl<B> Drop for Attempt<B> {
    fn drop(&mut self) {
        self.end(None);
    }
}

fn handshake(cause: impl Into<BoxError>) -> TransportError {
    TransportError::connect(cause.into())
}

/// Runs `work` until it ends, and `beside` with it for as long.
async fn run_beside(
    work: impl Future<Output = ()> + Send,
    beside: impl Future<Output = ()> + Send,
) {
    let (work, beside) = (std::pin::pin!(work), std::pin::pin!(beside));
    if let Either::Right(((), work)) = select(work, beside).await {
        work.await;
    }
}
