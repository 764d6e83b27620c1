//! A connector whose connections meet faults, around any connector.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::inject::Inject;
use super::io::{ConnectionFault, FaultyIo};

type BoxError = Box<dyn StdError + Send + Sync>;

/// A connector around another one, with faults. Bytes are counted as they travel: inside of the connector's own TLS,
/// outside of TLS that is put on top.
#[derive(Clone)]
pub struct FaultyConnector<C> {
    inner: C,
    faults: Arc<dyn Inject<Uri, ConnectionFault>>,
}

/// A connection that meets a fault.
#[derive(Debug)]
pub struct FaultyStream<I> {
    io: TokioIo<FaultyIo<TokioIo<I>>>,
}

pin_project! {
    /// A connection of a [`FaultyConnector`] on its way.
    #[derive(Debug)]
    pub struct FaultyConnecting<F> {
        #[pin]
        inner: Option<F>,
        fault: Option<ConnectionFault>,
    }
}

impl<C> FaultyConnector<C> {
    /// Lets the connections of `inner` meet faults.
    pub fn new(inner: C, faults: impl Inject<Uri, ConnectionFault> + 'static) -> Self {
        Self {
            inner,
            faults: Arc::new(faults),
        }
    }
}

impl<C> Service<Uri> for FaultyConnector<C>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
{
    type Response = FaultyStream<C::Response>;
    type Error = BoxError;
    type Future = FaultyConnecting<C::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let fault = self.faults.inject(&uri);
        let refused = fault == Some(ConnectionFault::Refuse);
        FaultyConnecting {
            inner: (!refused).then(|| self.inner.call(uri)),
            fault,
        }
    }
}

impl<C> fmt::Debug for FaultyConnector<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyConnector").finish_non_exhaustive()
    }
}

impl<F, I, E> Future for FaultyConnecting<F>
where
    F: Future<Output = Result<I, E>>,
    E: Into<BoxError>,
{
    type Output = Result<FaultyStream<I>, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(Err(io::Error::from(io::ErrorKind::ConnectionRefused).into()));
        };
        let made = ready!(inner.poll(cx)).map_err(Into::into)?;
        let io = FaultyIo::client(TokioIo::new(made), *this.fault);
        Poll::Ready(Ok(FaultyStream {
            io: TokioIo::new(io),
        }))
    }
}

impl<I: Read + Unpin> Read for FaultyStream<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<I: Write + Unpin> Write for FaultyStream<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

impl<I: Connection> Connection for FaultyStream<I> {
    fn connected(&self) -> Connected {
        self.io.inner().get_ref().inner().connected()
    }
}
