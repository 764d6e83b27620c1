//! Watching for ever: which request comes next, and when, so that nothing is missed and nothing loops.
//!
//! What was read comes in by `handle_…`, what is to be asked goes out by [`WatchMachine::poll_step`]; time is an
//! argument. Follows client-go's reflector (`tools/cache/reflector.go`).

mod backoff;
mod step;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use self::backoff::Backoff;
pub use self::step::{Step, Told};
use super::WatchEvent;
use crate::request::{ListParams, WatchParams};
use crate::{ListHead, Resource, Status};

/// A watch that ended sooner than this counts as a failure; with something told, from the second on.
const SHORT: Duration = Duration::from_secs(1);
/// So many in a row with nothing told, and the version is taken to be at fault.
const SHORT_IN_A_ROW: u32 = 3;

/// Decides which list or watch comes next.
///
/// ```
/// use std::time::Instant;
/// use k8s_api_core::watch::{Step, WatchMachine};
///
/// let now = Instant::now();
/// let mut machine = WatchMachine::new();
/// let Step::Watch(params) = machine.poll_step(now) else { unreachable!() };
/// assert!(params.initial_events); // the list as a watch; a server that refuses is asked for a plain list
/// machine.handle_refused(now, &k8s_api_core::Status::failure(422, Default::default(), "forbidden"));
/// assert!(matches!(machine.poll_step(now), Step::List(_)));
/// ```
///
/// Its transitions, which are its tests as well; "wait" is the backoff of [`poll_step`](Self::poll_step):
///
#[doc = include_str!("machine/transitions.md")]
#[derive(Clone, Debug)]
pub struct WatchMachine {
    labels: Option<String>,
    fields: Option<String>,
    page_size: u32,
    /// Whether the list is asked for as a watch.
    streamed: bool,
    state: State,
    /// Up to which version everything was told.
    version: Option<String>,
    /// Which version the next list must have.
    list_from: ListFrom,
    backoff: Backoff,
    /// Failures of streamed lists since the last that went well.
    streamed_failed: u32,
    /// Watches in a row that ended at once.
    short: u32,
}

#[derive(Clone, Debug)]
enum State {
    Ready(Next),
    Waiting(Instant, Next),
    Listing,
    Streaming,
    Watching { since: Instant, told: bool },
}

#[derive(Clone, Debug)]
enum Next {
    List,
    Page(String),
    Watch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListFrom {
    /// Whatever the server has at hand, but not older than what was told.
    Known,
    /// The newest, by asking the store.
    Newest,
}

// === impl WatchMachine ===

impl WatchMachine {
    /// A machine that streams its list where the server can, in pages of 500 where it cannot.
    pub fn new() -> Self {
        Self {
            labels: None,
            fields: None,
            page_size: 500,
            streamed: true,
            state: State::Ready(Next::List),
            version: None,
            list_from: ListFrom::Known,
            backoff: Backoff::default(),
            streamed_failed: 0,
            short: 0,
        }
    }

    /// Lists in pages, never as a watch.
    #[must_use]
    pub fn without_streaming(mut self) -> Self {
        self.streamed = false;
        self
    }

    /// Begins with the newest list, which the server asks its store for. By default the first list may be of any
    /// version that the server has at hand: it may not hold yet what you have just created.
    #[must_use]
    pub fn newest(mut self) -> Self {
        self.list_from = ListFrom::Newest;
        self
    }

    /// Begins with a watch, after this version: what was there then is known already. A version that is gone is told as
    /// any other is: a list follows.
    #[must_use]
    pub fn after(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self.state = State::Ready(Next::Watch);
        self
    }

    /// The longest wait after failures, by default 30 s. A connection that often breaks wants a shorter one.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.backoff.longest(wait);
        self
    }

    /// Only objects whose labels match.
    #[must_use]
    pub fn labels(mut self, selector: impl Into<String>) -> Self {
        self.labels = Some(selector.into());
        self
    }

    /// Only objects whose fields match.
    #[must_use]
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.fields = Some(selector.into());
        self
    }

    /// Items a page of a list.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = items;
        self
    }

    /// Spreads waits and the lengths of watches, so that many programs do not ask at once. Give each another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.backoff.seed(seed);
        self
    }

    /// The version up to which everything was told, once a list was complete.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// What is to be done. Handing out a request begins it: read its answer into the `handle_…` methods.
    ///
    /// After a failure there is a wait of 0.8 s, doubled with each that follows, to 30 s; after two minutes without
    /// one it begins at 0.8 s again. With a [`seed`](Self::seed), each wait is longer by up to its own length.
    pub fn poll_step(&mut self, now: Instant) -> Step {
        let next = match &self.state {
            State::Waiting(until, _) if now < *until => return Step::Wait(*until),
            State::Waiting(_, next) | State::Ready(next) => next.clone(),
            State::Listing | State::Streaming | State::Watching { .. } => return Step::Read,
        };
        match next {
            Next::List if self.streamed => {
                self.state = State::Streaming;
                Step::Watch(self.watch(None).with_initial_events())
            }
            Next::List => {
                self.state = State::Listing;
                Step::List(self.list())
            }
            Next::Page(token) => {
                self.state = State::Listing;
                Step::List(self.page().continue_from(token))
            }
            Next::Watch => {
                let (since, told) = (now, false);
                self.state = State::Watching { since, told };
                Step::Watch(self.watch(self.version.clone()))
            }
        }
    }

    /// Whether the next request has to wait: something failed that is not mended by asking at once.
    pub fn is_waiting(&self, now: Instant) -> bool {
        matches!(self.state, State::Waiting(until, _) if now < until)
    }

    /// A page of a list was read to its end.
    pub fn handle_page(&mut self, now: Instant, page: &ListHead) -> Told {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = some(&page.metadata.continue_token) {
            self.state = State::Ready(Next::Page(token));
            return Told::Initial;
        }
        let Some(version) = some(&page.metadata.resource_version) else {
            self.wait(now, Next::List);
            return Told::Over;
        };
        self.synced(version);
        self.state = State::Ready(Next::Watch);
        Told::Synced
    }

    /// An event of a watch was read.
    pub fn handle_event<T: Resource>(&mut self, now: Instant, event: &WatchEvent<T>) -> Told {
        let version = match event {
            WatchEvent::Added(object)
            | WatchEvent::Modified(object)
            | WatchEvent::Deleted(object) => object.resource_version(),
            WatchEvent::Undecodable(_, object) => object
                .metadata
                .as_ref()
                .and_then(|metadata| metadata.resource_version.as_deref()),
            WatchEvent::Bookmark(bookmark) => Some(bookmark.resource_version.as_str()),
            WatchEvent::Error(status) => {
                self.stop(now, Some(status), false);
                return Told::Over;
            }
        };
        let version = version.filter(|version| !version.is_empty());
        let last = matches!(event, WatchEvent::Bookmark(b) if b.is_end_of_initial_events());
        match (&mut self.state, version) {
            (State::Streaming, Some(version)) if last => {
                self.synced(version.to_owned());
                let (since, told) = (now, true);
                self.state = State::Watching { since, told };
                Told::Synced
            }
            (State::Watching { told, .. }, version) => {
                *told = true;
                self.version = version.map(str::to_owned).or_else(|| self.version.take());
                Told::Change
            }
            _ => Told::Initial,
        }
    }

    /// The server refused the request under way with this.
    pub fn handle_refused(&mut self, now: Instant, status: &Status) {
        self.stop(now, Some(status), true);
    }

    /// The request under way failed without an answer, or its answer broke off or could not be read.
    pub fn handle_failure(&mut self, now: Instant) {
        self.stop(now, None, false);
    }

    /// The answer of the watch under way ended.
    pub fn handle_end(&mut self, now: Instant) {
        let State::Watching { since, told } = self.state else {
            return self.stop(now, None, false);
        };
        let long = now.saturating_duration_since(since) >= SHORT;
        if long || (told && self.short == 0) {
            self.short = u32::from(!long);
            self.state = State::Ready(Next::Watch);
            return;
        }
        self.short = if told { 1 } else { self.short + 1 };
        if self.short < SHORT_IN_A_ROW {
            return self.wait(now, Next::Watch);
        }
        self.short = 0;
        self.list_from = ListFrom::Newest;
        self.wait(now, Next::List);
    }

    /// The request under way is over before its time.
    fn stop(&mut self, now: Instant, why: Option<&Status>, refused: bool) {
        let code = why.map_or(0, |status| status.code);
        let stale = why.is_some_and(|status| status.is_gone() || is_too_large(status));
        let wrong = refused && matches!(code, 400 | 405 | 406 | 415 | 422 | 501);
        if stale || wrong {
            self.short = 0;
        }
        match self.state {
            State::Streaming => {
                self.streamed_failed += 1;
                if stale {
                    self.list_from = ListFrom::Newest;
                }
                // A server that cannot stream says so, or fails again and again.
                self.streamed = !wrong && self.streamed_failed < 2;
                if wrong {
                    self.state = State::Ready(Next::List);
                    return;
                }
            }
            State::Listing | State::Watching { .. } if stale || wrong => {
                self.list_from = ListFrom::Newest;
            }
            State::Watching { .. } => return self.wait_for(now, Next::Watch, why),
            _ => {}
        }
        // What is stale is asked for anew at once; but a server that always says so is not asked in a loop.
        let watching = matches!(self.state, State::Watching { .. });
        if (stale || (wrong && watching)) && !self.backoff.is_warm(now) {
            self.backoff.failed(now);
            self.state = State::Ready(Next::List);
        } else {
            self.wait_for(now, Next::List, why);
        }
    }

    fn synced(&mut self, version: String) {
        self.version = Some(version);
        self.list_from = ListFrom::Known;
        self.streamed_failed = 0;
    }

    fn wait(&mut self, now: Instant, next: Next) {
        self.wait_for(now, next, None);
    }

    /// As long as the backoff says, and not shorter than the server asks for.
    fn wait_for(&mut self, now: Instant, next: Next, why: Option<&Status>) {
        let asked = why.and_then(|status| status.details.as_ref());
        let asked = asked.map_or(0, |details| u64::from(details.retry_after_seconds));
        let wait = self.backoff.failed(now).max(Duration::from_secs(asked));
        self.state = State::Waiting(now + wait, next);
    }

    fn page(&self) -> ListParams {
        let mut params = ListParams::default().limit(self.page_size);
        params.label_selector.clone_from(&self.labels);
        params.field_selector.clone_from(&self.fields);
        params
    }

    fn list(&self) -> ListParams {
        let mut params = self.page();
        match (self.list_from, &self.version) {
            (ListFrom::Newest, _) => {}
            (ListFrom::Known, None) => params.resource_version = Some("0".to_owned()),
            (ListFrom::Known, Some(version)) => {
                params.resource_version = Some(version.clone());
                // With a limit the server would go to its store, not to its cache.
                params.limit = None;
            }
        }
        params
    }

    fn watch(&mut self, version: Option<String>) -> WatchParams {
        let mut params = WatchParams::default().timeout_seconds(self.backoff.watch_seconds());
        params.label_selector.clone_from(&self.labels);
        params.field_selector.clone_from(&self.fields);
        params.resource_version = version;
        params
    }
}

impl Default for WatchMachine {
    fn default() -> Self {
        Self::new()
    }
}

/// The server has not seen the version yet that was asked for (`api/errors.HasStatusCause(…, ResourceVersionTooLarge)`).
fn is_too_large(status: &Status) -> bool {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .into_iter()
        .any(|cause| cause.reason == "ResourceVersionTooLarge")
}
