//! What one HTTP/2 connection has to do, in one task and in a fixed order.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use hyper::client::conn::http2;

use super::super::sending::Sending;
use super::super::spawn::Task;
use super::wakes::Wakes;
use super::{Heard, Room};
use crate::BoxError;

/// Has hyper's tasks of one connection run by that connection's own.
///
/// Run on threads of their own, they race: hyper hands a request to the connection and then asks whether the connection
/// is still good. If the server has acted on the request and said goodbye between the two, hyper reports a request that
/// the server did not look at.
#[derive(Clone, Default)]
pub(super) struct Together(Arc<Mutex<Vec<Task>>>);

impl Together {
    /// What hyper began since this was last asked. It begins something only while it is polled, so nobody is woken.
    fn begun(&self) -> Vec<Task> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Dispatch<B> = http2::Connection<Heard, Sending<B>, Together>;

/// A connection's work: it takes requests until it may not, then lives until the last of them is done.
///
/// Requests are taken before each exchange with the server and never after it, so that whatever the server says comes
/// after hyper is done with the requests that it says it about. Who was woken is polled, and who comes before it in this
/// order; answers and bodies have wakers of their own besides.
pub(super) struct Work<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// Takes requests.
    dispatch: Option<Dispatch<B>>,
    /// Writes and reads frames.
    exchange: Option<Task>,
    /// One for each answer that is waited for, and one for each body that is on its way.
    running: FuturesUnordered<Task>,
    tasks: Together,
    room: Room,
    on_room: Box<dyn Fn() + Send>,
    wakes: Wakes<2>,
}

/// Whoever takes requests and begins or goes on with what belongs to them.
const REQUESTS: usize = 0;

/// The exchange with the server.
const EXCHANGE: usize = 1;

/// How often the parts are polled at one time. tokio has a part that did much wake itself: without an end, one
/// connection would keep its thread.
const ROUNDS: usize = 8;

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Together {
    fn execute(&self, task: F) {
        self.lock().push(Box::pin(task));
    }
}

impl<B> Work<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// What hyper's handshake left to be done.
    pub(super) fn new(
        dispatch: Dispatch<B>,
        tasks: Together,
        room: Room,
        on_room: Box<dyn Fn() + Send>,
    ) -> Self {
        Self {
            dispatch: Some(dispatch),
            // The only task there is before the first request.
            exchange: tasks.begun().pop(),
            running: FuturesUnordered::new(),
            tasks,
            room,
            on_room,
            wakes: Wakes::new(),
        }
    }

    fn requests(&mut self) {
        let waker = self.wakes.waker(REQUESTS);
        let mut cx = Context::from_waker(&waker);
        self.dispatch(&mut cx);
        self.run(&mut cx);
    }

    fn dispatch(&mut self, cx: &mut Context<'_>) {
        let over = match &mut self.dispatch {
            Some(dispatch) => Pin::new(dispatch).poll(cx).is_ready(),
            None => return,
        };
        if over {
            // Said before the requests are told that it drops with it.
            self.room.end();
            self.dispatch = None;
            (self.on_room)();
        }
    }

    /// Goes on with those that were woken, and with those that they begin.
    fn run(&mut self, cx: &mut Context<'_>) {
        loop {
            self.running.extend(self.tasks.begun());
            let Poll::Ready(Some(())) = self.running.poll_next_unpin(cx) else {
                return;
            };
        }
    }

    fn exchange(&mut self) {
        let waker = self.wakes.waker(EXCHANGE);
        let cx = &mut Context::from_waker(&waker);
        if let Some(exchange) = &mut self.exchange
            && exchange.as_mut().poll(cx).is_ready()
        {
            self.exchange = None;
        }
        if let Some(dispatch) = &self.dispatch
            && self.room.tell(dispatch.current_max_send_streams())
        {
            (self.on_room)();
        }
    }
}

impl<B> Future for Work<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.wakes.begin(cx);
        for _ in 0..ROUNDS {
            let Some(woken) = self.wakes.next() else {
                break;
            };
            self.requests();
            if self.wakes.take(EXCHANGE) || woken.has(EXCHANGE) {
                self.exchange();
            }
        }
        self.wakes.rest(cx);
        if self.dispatch.is_none() && self.exchange.is_none() && self.running.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl<B> Drop for Work<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    fn drop(&mut self) {
        self.room.end();
    }
}
