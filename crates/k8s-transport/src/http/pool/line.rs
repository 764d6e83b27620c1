//! Those who wait for a connection, in order; whoever goes away costs nobody a look through the others.

use std::collections::VecDeque;

use tokio::sync::oneshot;

use super::super::error::TransportError;
use super::super::wire::Wire;

/// What a waiter is told.
pub(super) enum Told<B> {
    /// A connection is yours.
    Wire(Wire<B>),
    Failed(TransportError),
    /// Things have changed: look again.
    Again,
    /// The task that was to connect was dropped.
    Abandoned,
}

/// The requests that wait, and how many connections are being made for them.
pub(super) struct Line<B> {
    waiting: VecDeque<oneshot::Sender<Told<B>>>,
    /// How many of those have gone away. One that goes while it is told something is counted a moment too late, hence
    /// the sign.
    gone: isize,
    pub(super) connecting: usize,
}

impl<B> Line<B> {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            gone: 0,
            connecting: 0,
        }
    }

    pub(super) fn join(&mut self) -> oneshot::Receiver<Told<B>> {
        let (tell, told) = oneshot::channel();
        self.waiting.push_back(tell);
        told
    }

    /// Somebody went away without having been told anything.
    pub(super) fn leave(&mut self) {
        self.gone += 1;
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len().saturating_add_signed(-self.gone)
    }

    /// Tells the first one; gives back what nobody was left to hear.
    pub(super) fn tell(&mut self, mut what: Told<B>) -> Result<(), Told<B>> {
        while let Some(first) = self.waiting.pop_front() {
            match first.send(what) {
                Ok(()) => return Ok(()),
                Err(unheard) => {
                    self.gone -= 1;
                    what = unheard;
                }
            }
        }
        Err(what)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn end_connecting(&mut self) {
        self.connecting = self.connecting.saturating_sub(1);
    }
}
