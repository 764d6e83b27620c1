//! What one HTTP/2 connection has to do, in one task and in a fixed order.

use std::future::Future;
use std::pin::Pin;
use std::sync::Weak;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use h2::client::{Connection, SendRequest};
use hyper_util::rt::TokioIo;

use super::super::spawn::Task;
use super::Heard;
use super::room::Room;
use super::send::ended;

/// A connection's work: bodies of requests, then the exchange of frames, until the connection ends.
pub(super) struct Work<S> {
    /// Gone when the connection has ended.
    connection: Option<Connection<TokioIo<Heard>, Bytes>>,
    /// Bodies that are on their way.
    uploads: FuturesUnordered<Task>,
    /// Ends when the server has not said whether it lives.
    silence: Option<Pin<Box<S>>>,
    room: Room,
    /// The sending half, as long as somebody holds it.
    requests: Weak<SendRequest<Bytes>>,
    on_room: Box<dyn Fn() + Send>,
}

impl<S> Work<S> {
    pub(super) fn new(
        connection: Connection<TokioIo<Heard>, Bytes>,
        silence: Option<Pin<Box<S>>>,
        room: Room,
        requests: Weak<SendRequest<Bytes>>,
        on_room: Box<dyn Fn() + Send>,
    ) -> Self {
        Self {
            connection: Some(connection),
            uploads: FuturesUnordered::new(),
            silence,
            room,
            requests,
            on_room,
        }
    }

    fn end(&mut self) {
        self.room.end();
        self.room.close();
        let _held = self.room.exchange();
        self.connection = None;
    }
}

impl<S: Future<Output = ()>> Work<S> {
    /// Goes on with those that were woken, and with those that came.
    fn upload(&mut self, cx: &mut Context<'_>) {
        self.uploads.extend(self.room.taken_over());
        while let Poll::Ready(Some(())) = self.uploads.poll_next_unpin(cx) {}
    }

    /// Whether the server is given up.
    fn is_silent(&mut self, cx: &mut Context<'_>) -> bool {
        let silence = self.silence.as_mut();
        let silent = silence.is_some_and(|silence| silence.as_mut().poll(cx).is_ready());
        if silent {
            self.room.fall_silent();
        }
        silent
    }

    /// Whether the connection has ended.
    fn exchange(&mut self, cx: &mut Context<'_>) -> bool {
        let _held = self.room.exchange();
        let connection = self.connection.as_mut();
        connection.is_none_or(|connection| Pin::new(connection).poll(cx).is_ready())
    }

    /// Tells what the exchange has changed.
    fn tell(&self) {
        let over = match self.requests.upgrade() {
            Some(requests) => ended(&mut SendRequest::clone(&requests)).is_some(),
            None => true,
        };
        let most = self
            .connection
            .as_ref()
            .map_or(0, |connection| connection.max_concurrent_send_streams());
        let mut news = self.room.tell(most);
        if over {
            news |= self.room.end();
        }
        if news {
            (self.on_room)();
        }
    }
}

impl<S: Future<Output = ()>> Future for Work<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.room.run_by(cx.waker());
        self.upload(cx);
        // In this order: when a program was stopped for long, what the server said meanwhile is read first.
        if self.exchange(cx) || self.is_silent(cx) {
            self.end();
            return Poll::Ready(());
        }
        self.tell();
        Poll::Pending
    }
}

impl<S> Drop for Work<S> {
    fn drop(&mut self) {
        self.end();
    }
}
