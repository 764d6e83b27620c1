//! The connections to one server, and who waits for one: state, without a clock or a task.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::super::error::TransportError;
use super::super::h1;
#[cfg(feature = "http2")]
use super::super::h2;
use super::super::wire::Wire;
use super::line::{Line, Told};

/// What a request needs of its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Need {
    Any,
    Http1,
}

/// What the server spoke when it was last connected to.
#[derive(Clone, Copy)]
enum Spoken {
    Http1,
    #[cfg(feature = "http2")]
    Http2,
}

pub(super) struct Host<B> {
    #[cfg(feature = "http2")]
    shared: Vec<Shared>,
    idle: Vec<Idle<B>>,
    any: Line<B>,
    http1: Line<B>,
    spoken: Option<Spoken>,
    #[cfg(feature = "http2")]
    next_id: u64,
    /// Senders that are done with, to be dropped without the pool's lock: the last one wakes its connection's task.
    #[cfg(feature = "http2")]
    gone: Vec<h2::Sender>,
}

struct Idle<B> {
    sender: h1::Sender<B>,
    since: Instant,
}

/// An HTTP/2 connection.
#[cfg(feature = "http2")]
struct Shared {
    id: u64,
    sender: h2::Sender,
    room: h2::Room,
    in_flight: usize,
    idle_since: Instant,
    /// When a request gave up on it; it is used again when it is heard again.
    suspect_since: Option<Instant>,
}

impl<B> Host<B> {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(feature = "http2")]
            shared: Vec::new(),
            idle: Vec::new(),
            any: Line::new(),
            http1: Line::new(),
            spoken: None,
            #[cfg(feature = "http2")]
            next_id: 0,
            #[cfg(feature = "http2")]
            gone: Vec::new(),
        }
    }

    /// A connection that is there and has room.
    pub(super) fn take(&mut self, need: Need) -> Option<Wire<B>> {
        #[cfg(feature = "http2")]
        if need == Need::Any {
            self.forget_closed();
            if let Some(shared) = self.shared.iter_mut().find(|shared| shared.has_room()) {
                shared.in_flight += 1;
                return Some(Wire::Http2 {
                    id: shared.id,
                    sender: Some(shared.sender.clone()),
                    room: shared.room.clone(),
                });
            }
        }
        #[cfg(not(feature = "http2"))]
        let _ = need;
        // The last one used is the likeliest to live.
        while let Some(idle) = self.idle.pop() {
            if !idle.sender.is_closed() {
                return Some(Wire::Http1(idle.sender));
            }
        }
        None
    }

    /// Waits in line; also how many connections have to be made for those who wait.
    pub(super) fn wait(&mut self, need: Need) -> (oneshot::Receiver<Told<B>>, usize) {
        let told = self.line(need).join();
        let missing = self.missing(need);
        self.line(need).connecting += missing;
        (told, missing)
    }

    /// Lets go of connections that take no more requests.
    #[cfg(feature = "http2")]
    fn forget_closed(&mut self) {
        let closed = self.shared.extract_if(.., |shared| shared.room.is_over());
        self.gone.extend(closed.map(|shared| shared.sender));
    }

    /// What is to be dropped without the pool's lock.
    #[cfg(feature = "http2")]
    pub(super) fn take_gone(&mut self) -> Vec<h2::Sender> {
        std::mem::take(&mut self.gone)
    }

    /// Hands what is there to those who wait, in order; then has those look again who must connect themselves.
    pub(super) fn hand_out(&mut self) {
        #[cfg(feature = "http2")]
        self.forget_closed();
        for need in [Need::Any, Need::Http1] {
            self.hand_out_to(need);
            for _ in 0..self.missing(need) {
                if self.line(need).tell(Told::Again).is_err() {
                    break;
                }
            }
        }
    }

    fn hand_out_to(&mut self, need: Need) {
        while !self.line(need).is_empty() {
            let Some(wire) = self.take(need) else { return };
            if let Err(Told::Wire(wire)) = self.line(need).tell(Told::Wire(wire)) {
                self.put_back(wire);
            }
        }
    }

    /// Somebody in line went away before being told anything.
    pub(super) fn leave(&mut self, need: Need) {
        self.line(need).leave();
    }

    pub(super) fn connected_http1(&mut self, need: Need, sender: h1::Sender<B>) {
        self.line(need).end_connecting();
        if need == Need::Any {
            self.spoken = Some(Spoken::Http1);
        }
        self.put_idle(sender);
        self.hand_out();
    }

    #[cfg(feature = "http2")]
    pub(super) fn connected_http2(&mut self, sender: h2::Sender, room: h2::Room) {
        self.any.end_connecting();
        self.spoken = Some(Spoken::Http2);
        self.next_id += 1;
        self.shared.push(Shared {
            id: self.next_id,
            sender,
            room,
            in_flight: 0,
            idle_since: Instant::now(),
            suspect_since: None,
        });
        self.hand_out();
    }

    /// An attempt failed: those who waited for it are told, the others go on waiting for the other attempts.
    pub(super) fn not_connected(&mut self, need: Need, error: Option<&TransportError>) {
        let line = self.line(need);
        let share = line.len().div_ceil(line.connecting.max(1));
        line.end_connecting();
        for _ in 0..share {
            let what = match error {
                Some(error) => Told::Failed(error.share()),
                None => Told::Abandoned,
            };
            if line.tell(what).is_err() {
                break;
            }
        }
        self.hand_out();
    }

    /// A request is done with its connection.
    pub(super) fn put_back(&mut self, wire: Wire<B>) {
        match wire {
            Wire::Http1(sender) => self.put_idle(sender),
            Wire::Closed => {}
            #[cfg(feature = "http2")]
            Wire::Http2 { id, sender, .. } => {
                self.gone.extend(sender);
                if let Some(shared) = self.shared.iter_mut().find(|shared| shared.id == id) {
                    shared.in_flight -= 1;
                    if shared.in_flight == 0 {
                        shared.idle_since = Instant::now();
                    }
                }
            }
        }
    }

    /// A request gave up on this connection, which was silent: others take another one until it is heard again.
    #[cfg(feature = "http2")]
    pub(super) fn suspect(&mut self, id: u64) {
        if let Some(shared) = self.shared.iter_mut().find(|shared| shared.id == id) {
            shared.suspect_since = Some(Instant::now());
        }
    }

    /// This connection takes no more requests.
    #[cfg(feature = "http2")]
    pub(super) fn discard(&mut self, id: u64) {
        let discarded = self.shared.extract_if(.., |shared| shared.id == id);
        self.gone.extend(discarded.map(|shared| shared.sender));
    }

    /// Closes what was unused for too long; says when to look again.
    pub(super) fn expire(&mut self, limit: Duration) -> Instant {
        let now = Instant::now();
        let fresh = |since: Instant| now.duration_since(since) < limit;
        self.idle
            .retain(|idle| fresh(idle.since) && !idle.sender.is_closed());
        let next = self.idle.iter().map(|idle| idle.since).min();
        #[cfg(feature = "http2")]
        let next = {
            let stale = self.shared.extract_if(.., |shared| {
                shared.in_flight == 0 && !fresh(shared.idle_since)
            });
            self.gone.extend(stale.map(|shared| shared.sender));
            let idle = self.shared.iter().filter(|shared| shared.in_flight == 0);
            idle.map(|shared| shared.idle_since).chain(next).min()
        };
        next.unwrap_or(now) + limit
    }

    /// Closes the oldest unused connections beyond `most`.
    pub(super) fn shrink(&mut self, most: usize) {
        let surplus = self.idle.len().saturating_sub(most);
        self.idle.drain(..surplus);
    }

    fn put_idle(&mut self, sender: h1::Sender<B>) {
        if !sender.is_closed() {
            self.idle.push(Idle {
                sender,
                since: Instant::now(),
            });
        }
    }

    /// How many connections have to be made, beside those that are being made.
    fn missing(&self, need: Need) -> usize {
        if need == Need::Http1 {
            return self.http1.len().saturating_sub(self.http1.connecting);
        }
        let waiting = self.any.len();
        let wanted = match self.spoken {
            Some(Spoken::Http1) => waiting,
            #[cfg(feature = "http2")]
            Some(Spoken::Http2) => match self.streams() {
                Some(streams) => waiting
                    .saturating_sub(self.expected(streams))
                    .div_ceil(streams),
                // All connections are new and will say in a moment how much they take.
                None => 0,
            },
            // The first connection tells how many are needed.
            None => waiting.min(1),
        };
        wanted.saturating_sub(self.any.connecting)
    }

    /// How many requests the next connection will take, as the last one that told did; `None`: one will tell in a moment.
    #[cfg(feature = "http2")]
    fn streams(&self) -> Option<usize> {
        let mut told = self.shared.iter().rev();
        let most = told.find_map(|shared| shared.room.most().filter(|most| *most > 0));
        let tells = self.shared.iter().any(Shared::may_grow);
        most.or_else(|| (!tells).then_some(usize::MAX))
    }

    /// How many more requests the connections will take that have not told yet, or told to wait.
    #[cfg(feature = "http2")]
    fn expected(&self, streams: usize) -> usize {
        let new = self.shared.iter().filter(|shared| shared.may_grow());
        new.map(|shared| streams.saturating_sub(shared.in_flight))
            .sum()
    }

    fn line(&mut self, need: Need) -> &mut Line<B> {
        match need {
            Need::Any => &mut self.any,
            Need::Http1 => &mut self.http1,
        }
    }
}

#[cfg(feature = "http2")]
impl Shared {
    fn has_room(&self) -> bool {
        !self.is_suspect() && self.in_flight < self.room.most().unwrap_or(1)
    }

    /// Whether it may soon take requests that it does not take yet.
    fn may_grow(&self) -> bool {
        let says_so = match self.room.most() {
            None => self.room.is_new(),
            Some(most) => most == 0,
        };
        says_so && !self.is_suspect()
    }

    fn is_suspect(&self) -> bool {
        let suspect = self.suspect_since;
        suspect.is_some_and(|since| self.room.heard() <= since)
    }
}
