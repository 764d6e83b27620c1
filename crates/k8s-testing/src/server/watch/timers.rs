//! When a watch ends, when it says how far it is, and when it looks again.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How often a bookmark comes.
const EVERY: Duration = Duration::from_secs(60);
/// How long before the end the last bookmark comes.
const BEFORE_END: Duration = Duration::from_secs(2);

/// Alarms on tokio's clock; each is set when it is first asked for, so that a watch can be made without a runtime.
#[derive(Debug)]
pub(super) struct Timers {
    ends: Instant,
    end: Option<Pin<Box<Sleep>>>,
    next_bookmark: Instant,
    bookmark: Option<Pin<Box<Sleep>>>,
    due: Option<Pin<Box<Sleep>>>,
}

impl Timers {
    pub(super) fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        let ends = now + timeout;
        Self {
            ends,
            end: None,
            next_bookmark: next_bookmark(now, ends),
            bookmark: None,
            due: None,
        }
    }

    /// Ready when the watch's time is over.
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        alarm(&mut self.end, self.ends).poll(cx)
    }

    /// Ready when a bookmark is due; the next one is then set.
    pub(super) fn poll_bookmark(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let rings = alarm(&mut self.bookmark, self.next_bookmark).poll(cx);
        if rings.is_ready() {
            self.next_bookmark = next_bookmark(Instant::now(), self.ends);
            self.bookmark = None;
        }
        rings
    }

    /// Ready when controllers are due, if they ever are.
    pub(super) fn poll_due(&mut self, cx: &mut Context<'_>, after: Option<Duration>) -> Poll<()> {
        let Some(after) = after else {
            return Poll::Pending;
        };
        // Timers have a resolution of a millisecond: a little later is surely not too early.
        let at = Instant::now() + after + Duration::from_millis(1);
        self.due = None;
        alarm(&mut self.due, at).poll(cx)
    }
}

fn next_bookmark(now: Instant, ends: Instant) -> Instant {
    let regular = now + EVERY;
    match ends.checked_sub(BEFORE_END) {
        Some(last) if now < last => regular.min(last),
        _ => regular,
    }
}

fn alarm(slot: &mut Option<Pin<Box<Sleep>>>, at: Instant) -> Pin<&mut Sleep> {
    slot.get_or_insert_with(|| Box::pin(sleep_until(at)))
        .as_mut()
}
