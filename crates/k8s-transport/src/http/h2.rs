//! One HTTP/2 connection: its handshake, how many requests it takes, and the task that runs it.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use hyper::client::conn::http2;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioTimer;

use super::options::TransportOptions;
use super::sending::Sending;
use super::spawn::Spawner;
use crate::BoxError;
use crate::connect::AnyConnection;

pub(super) type Sender<B> = http2::SendRequest<Sending<B>>;

/// Stands for "the server's SETTINGS have not come yet"; hyper replaces it when they come, whatever they say.
const NOT_TOLD: usize = (1 << 30) + 1;

/// How many requests a connection takes at one time, as its task last saw it.
#[derive(Clone)]
pub(super) struct Room {
    most: Arc<AtomicUsize>,
}

impl Room {
    /// `None` until the server has said so; one request is safe even then.
    pub(super) fn most(&self) -> Option<usize> {
        match self.most.load(Ordering::Acquire) {
            NOT_TOLD => None,
            most => Some(most),
        }
    }
}

/// The sending half, its room, and the connection's work, which calls `on_room` when the room has changed.
pub(super) async fn handshake<B>(
    io: AnyConnection,
    options: &TransportOptions,
    on_room: Box<dyn Fn() + Send>,
) -> hyper::Result<(Sender<B>, Room, impl Future<Output = ()> + Send + use<B>)>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    let quiet = Arc::new(AtomicWaker::new());
    let io = Heard {
        io,
        heard: false,
        quiet: Arc::clone(&quiet),
    };
    let (sender, mut connection) = builder(options).handshake(io).await?;
    let room = Room {
        most: Arc::new(AtomicUsize::new(NOT_TOLD)),
    };
    let seen = room.clone();
    let work = poll_fn(move |cx| {
        quiet.register(cx.waker());
        let ended = Pin::new(&mut connection).poll(cx).map(|_| ());
        let most = connection.current_max_send_streams();
        if seen.most.swap(most, Ordering::AcqRel) != most {
            on_room();
        }
        ended
    });
    Ok((sender, room, work))
}

fn builder(options: &TransportOptions) -> http2::Builder<Spawner> {
    let mut builder = http2::Builder::new(options.spawner.clone());
    builder
        .timer(TokioTimer::new())
        .initial_max_send_streams(NOT_TOLD)
        .keep_alive_while_idle(true)
        .keep_alive_timeout(options.ping_timeout)
        .keep_alive_interval(options.read_idle_timeout.map(not_zero));
    builder
}

/// hyper's interval may not be zero.
fn not_zero(interval: Duration) -> Duration {
    interval.max(Duration::from_millis(1))
}

/// Wakes the connection's task when something was heard and is dealt with: SETTINGS concern it, and hyper does not
/// tell of them.
struct Heard {
    io: AnyConnection,
    heard: bool,
    quiet: Arc<AtomicWaker>,
}

impl Read for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        if polled.is_ready() {
            self.heard = true;
        } else if std::mem::take(&mut self.heard) {
            self.quiet.wake();
        }
        polled
    }
}

impl Write for Heard {
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

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }
}
