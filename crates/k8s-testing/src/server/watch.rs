//! A watch's answer: a body that goes on until its time is over, one line of JSON an event.
//!
//! ```text
//! what is there (ADDED…, bookmark) ▸ changes behind a revision, as the choice sees them ▸ … ▸ nothing: wait
//!                                                         bookmarks by the minute and before the end ◂┘
//! ```
//!
//! Nothing runs by itself: whoever reads the body takes from the store's history what it has not told yet, and is woken
//! by the next write to its kind of objects.

mod event;
mod timers;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Frame;

use self::timers::Timers;
use super::kinds::Kind;
use super::media::Media;
use super::printers::Printer;
use super::state::State;
use super::status::Refusal;
use super::store::{Since, Store};
use super::stored::Stored;
use super::verbs::Choice;
use crate::body::BodyError;

/// How many changes are taken from the store at one time.
const BATCH: usize = 256;

/// Which objects are watched, and in which form they are told.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: Arc<Kind>,
    /// Empty: all.
    pub(super) namespace: String,
    pub(super) choice: Choice,
    pub(super) media: Media,
    /// Makes tables, where they are wanted.
    pub(super) printer: Option<Printer>,
}

/// Where a watch begins.
#[derive(Debug)]
pub(super) enum Begin {
    /// With what is there now; a bookmark says when that is told, if it shall.
    WithAll { says_when_done: bool },
    /// With what happens behind this revision.
    Behind(u64),
    /// Not at all: one event says why.
    Refused(Refusal),
}

/// How a watch is kept.
#[derive(Debug)]
pub(super) struct Terms {
    /// Its number in the store.
    pub(super) number: u64,
    pub(super) bookmarks: bool,
    pub(super) timeout: Duration,
}

/// The body.
pub(super) struct Watch {
    state: Arc<State>,
    scope: Scope,
    number: u64,
    bookmarks: bool,
    timers: Timers,
    /// What was there when it began and is not told yet.
    initial: VecDeque<Arc<Stored>>,
    /// A bookmark is due that says so.
    says_when_done: bool,
    /// Everything until this revision is told.
    seen: u64,
    began: Option<Begin>,
    /// The server's memory that `seen` is about.
    life: u64,
    over: bool,
}

impl Watch {
    pub(super) fn new(state: Arc<State>, scope: Scope, begin: Begin, terms: Terms) -> Self {
        let mut watch = Self {
            timers: Timers::new(terms.timeout),
            number: terms.number,
            bookmarks: terms.bookmarks,
            initial: VecDeque::new(),
            says_when_done: false,
            seen: 0,
            life: state.life(),
            began: None,
            over: false,
            state,
            scope,
        };
        watch.begin(begin);
        watch
    }

    fn begin(&mut self, begin: Begin) {
        match begin {
            Begin::Behind(revision) => self.seen = revision,
            Begin::Refused(_) => self.began = Some(begin),
            Begin::WithAll { says_when_done } => {
                let store = self.state.store();
                let Scope {
                    kind,
                    namespace,
                    choice,
                    ..
                } = &self.scope;
                let revision = store.revision();
                let page = store.list(kind, namespace, revision, (None, 0), |object| {
                    choice.fits(kind, object)
                });
                self.seen = revision;
                self.initial = page.objects.into();
                self.says_when_done = says_when_done;
            }
        }
    }

    /// What can be told at once; nothing when there is none.
    fn next(&mut self, store: &Store) -> Bytes {
        let mut lines = BytesMut::new();
        for object in self.initial.drain(..self.initial.len().min(BATCH)) {
            event::write(&mut lines, "ADDED", &object, &mut self.scope);
        }
        if !self.initial.is_empty() {
            return lines.freeze();
        }
        if std::mem::take(&mut self.says_when_done) {
            event::bookmark(&mut lines, &mut self.scope, self.seen, true);
        }
        let Scope {
            kind, namespace, ..
        } = &self.scope;
        match store.since(kind, namespace, self.seen, BATCH) {
            Since::Changes(changes, reached) => {
                for change in changes {
                    event::of(&mut lines, &mut self.scope, &change);
                }
                self.seen = reached.max(self.seen);
            }
            // It was too slow: it has to ask for everything again.
            Since::Forgotten => self.over = true,
        }
        lines.freeze()
    }
}

impl http_body::Body for Watch {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        if let Some(Begin::Refused(refusal)) = this.began.take() {
            this.over = true;
            return Poll::Ready(Some(Ok(Frame::data(event::refusal(
                &refusal,
                this.scope.media.format,
            )))));
        }
        let state = Arc::clone(&this.state);
        loop {
            if this.over || this.timers.poll_end(cx).is_ready() || state.life() != this.life {
                return Poll::Ready(None);
            }
            let mut store = state.store();
            // Kinds are told of as they were only: whoever watches begins anew.
            if !store.kinds().has(&this.scope.kind) {
                this.over = true;
                continue;
            }
            let lines = this.next(&store);
            if !lines.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(lines))));
            }
            if this.over {
                continue;
            }
            store.wait(&this.scope.kind, this.number, cx.waker());
            drop(store);
            if this.bookmarks && this.timers.poll_bookmark(cx).is_ready() {
                let mut lines = BytesMut::new();
                event::bookmark(&mut lines, &mut this.scope, this.seen, false);
                return Poll::Ready(Some(Ok(Frame::data(lines.freeze()))));
            }
            // Controllers act when somebody looks: look when they are due.
            if this
                .timers
                .poll_due(cx, state.controllers_due())
                .is_pending()
            {
                return Poll::Pending;
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.over
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.state.leave(&self.scope.kind, self.number);
    }
}
