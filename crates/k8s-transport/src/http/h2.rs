//! One HTTP/2 connection, spoken by `h2` itself: its handshake, and how many requests it takes.
//!
//! ```text
//! a request ▸ send: into the connection ──────────▸ work: writes and reads frames ▸ the server
//!   its body ▸ upload: while it has all, here, then ▸ work ┘        │ alive: asks in silence
//!   its answer ◂ answer: the head ▸ received: the body ◂────────────┘
//! ```
//!
//! Whoever sends a request hands it to the connection and waits for its answer itself; the connection's task is woken to
//! write, and wakes whoever is answered. Their exchange ends what is left of a request whose answer nobody wants any more.

mod alive;
mod answer;
mod exchange;
mod received;
mod room;
mod send;
mod upload;
mod work;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use hyper::rt::{Read, ReadBufCursor};
use hyper_util::rt::TokioIo;

pub(super) use self::received::Received;
use self::room::NOT_TOLD;
pub(super) use self::room::Room;
pub(super) use self::send::send;
use self::work::Work;
use super::options::TransportOptions;
use crate::connect::{AnyConnection, forward_write};

/// The sending half of a connection, which lives until all clones are dropped.
pub(super) type Sender = Arc<SendRequest<Bytes>>;

/// How much of an answer the server may send before it is read. The limit of the protocol, 64 KiB, would wait for the
/// reader between two pieces of a list; these are hyper's.
const STREAM_WINDOW: u32 = 2 << 20;

/// The same for all answers of a connection.
const CONNECTION_WINDOW: u32 = 5 << 20;

/// How long the head of an answer may be.
const MAX_HEADERS: u32 = 16 << 10;

/// How many streams may be reset because of what the server does wrong before the connection is.
const MAX_FAULTS: usize = 1024;

/// The sending half, its room, and the connection's work, which calls `on_room` when the room has changed.
pub(super) async fn handshake(
    io: AnyConnection,
    options: &TransportOptions,
    on_room: Box<dyn Fn() + Send>,
) -> Result<(Sender, Room, impl Future<Output = ()> + Send + use<>), h2::Error> {
    let room = Room::new();
    let io = Heard {
        io,
        room: room.clone(),
    };
    let (requests, mut connection) = builder().handshake(TokioIo::new(io)).await?;
    let sender = Arc::new(requests);
    let pings = connection.ping_pong();
    let silence = pings.zip(options.read_idle_timeout).map(|(pings, after)| {
        Box::pin(alive::silence(
            pings,
            room.clone(),
            after,
            options.ping_timeout,
        ))
    });
    let work = Work::new(
        connection,
        silence,
        room.clone(),
        Arc::downgrade(&sender),
        on_room,
    );
    Ok((sender, room, work))
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_max_send_streams(NOT_TOLD)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(MAX_HEADERS)
        .max_local_error_reset_streams(Some(MAX_FAULTS));
    builder
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
