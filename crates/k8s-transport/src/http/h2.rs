//! One HTTP/2 connection: its handshake, and how many requests it takes.

mod wakes;
mod work;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::client::conn::http2;
use hyper::rt::{Read, ReadBufCursor};
use hyper_util::rt::TokioTimer;
use tokio::time::Instant;

use self::work::{Together, Work};
use super::options::TransportOptions;
use super::sending::Sending;
use crate::BoxError;
use crate::connect::{AnyConnection, forward_write};

pub(super) type Sender<B> = http2::SendRequest<Sending<B>>;

/// Stands for "the server's SETTINGS have not come yet"; hyper replaces it when they come, whatever they say.
const NOT_TOLD: usize = (1 << 30) + 1;

/// So long a silence makes a connection suspect to a request that ends without an answer; PING decides later.
const SUSPECT: Duration = Duration::from_secs(5);

/// How many requests a connection takes at one time, as its task last saw it, and whether it lives.
#[derive(Clone)]
pub(super) struct Room {
    state: Arc<State>,
}

struct State {
    most: AtomicUsize,
    born: Instant,
    /// When the server was last heard, in milliseconds since then.
    heard: AtomicU64,
    /// Whether it takes no more requests.
    over: AtomicBool,
}

impl Room {
    fn new() -> Self {
        Self {
            state: Arc::new(State {
                most: AtomicUsize::new(NOT_TOLD),
                born: Instant::now(),
                heard: AtomicU64::new(0),
                over: AtomicBool::new(false),
            }),
        }
    }

    /// `None` until the server has said so; one request is safe even then.
    pub(super) fn most(&self) -> Option<usize> {
        match self.state.most.load(Ordering::Acquire) {
            NOT_TOLD => None,
            most => Some(most),
        }
    }

    /// Whether a server that lives may still have said nothing.
    pub(super) fn is_new(&self) -> bool {
        self.state.born.elapsed() < SUSPECT
    }

    /// When the server was last heard.
    pub(super) fn heard(&self) -> Instant {
        let heard = self.state.heard.load(Ordering::Acquire);
        self.state.born + Duration::from_millis(heard)
    }

    /// Whether the server has been silent for so long since it was asked that nobody else should ask it.
    pub(super) fn is_suspect(&self, asked: Instant) -> bool {
        self.heard().max(asked).elapsed() >= SUSPECT
    }

    /// Whether the connection takes no more requests: the server said goodbye, or it broke, or nobody runs it.
    pub(super) fn is_over(&self) -> bool {
        self.state.over.load(Ordering::Acquire)
    }

    fn end(&self) {
        self.state.over.store(true, Ordering::Release);
    }

    /// Whether this is news.
    fn tell(&self, most: usize) -> bool {
        self.state.most.swap(most, Ordering::AcqRel) != most
    }

    fn hear(&self) {
        let heard = self.state.born.elapsed().as_millis();
        let heard = u64::try_from(heard).unwrap_or(u64::MAX);
        self.state.heard.store(heard, Ordering::Release);
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
    let room = Room::new();
    let io = Heard {
        io,
        room: room.clone(),
    };
    let tasks = Together::default();
    let (sender, dispatch) = builder(options, tasks.clone()).handshake(io).await?;
    let work = Work::new(dispatch, tasks, room.clone(), on_room);
    Ok((sender, room, work))
}

fn builder(options: &TransportOptions, executor: Together) -> http2::Builder<Together> {
    let mut builder = http2::Builder::new(executor);
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

/// Notes when the server was heard.
struct Heard {
    io: AnyConnection,
    room: Room,
}

impl Read for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        if polled.is_ready() {
            self.room.hear();
        }
        polled
    }
}

forward_write!([] Heard, io);
