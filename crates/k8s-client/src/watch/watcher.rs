//! A watch that goes on: list, watch, and again, as the machine of `k8s-api-core` says.

use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use k8s_api_core::decode::{ManagedFields, Undecodable};
use k8s_api_core::request;
use k8s_api_core::watch::{Change, Step, Told, WatchEvent, WatchMachine};
use k8s_api_core::{Collection, Representation, Resource};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, Sleep};

use super::{Events, WatcherParams};
use crate::list::{Items, Page, Pending};
use crate::{Body, Client, Error};

/// What a [`Watcher`] tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update<K> {
    /// A list begins: the first one, or another because the old version is gone. Keep what you know until
    /// [`Synced`](Self::Synced).
    Restarted,
    /// An object of the list. (Of [`Table`](crate::Table): a page of it, of many rows.)
    Listed(K),
    /// The list is complete: what was not in it, and was known before, is gone.
    Synced,
    /// An object came or changed.
    Applied(K),
    /// An object is gone: its last state.
    Deleted(K),
    /// An object of another shape than `K` came, changed or went. In a list it counts as listed.
    Undecodable(Change, Box<Undecodable>),
}

/// All objects and then every change, for ever: of [`Api::watcher`](crate::Api::watcher). It is a [`Stream`] that never
/// ends, unless what is asked for cannot be asked at all.
///
/// An error is told, and the watch goes on after it: with waits from 0.8 to 30 s, and not sooner than the server asks.
/// (What needs no wait is not told: a version that is gone is a [`Restarted`](Update::Restarted).) To give up, stop
/// polling. Nothing is done between polls: there is no task.
///
/// Follows client-go's reflector (`tools/cache/reflector.go`).
#[must_use = "a stream does nothing until it is polled"]
pub struct Watcher<K> {
    client: Client,
    collection: Collection,
    machine: WatchMachine,
    managed_fields: ManagedFields,
    state: State<K>,
}

enum State<K> {
    /// The machine is to be asked.
    Idle,
    Waiting(Pin<Box<Sleep>>),
    Asked(Asked, Pending<Result<Body, Error>>),
    Listing(Items<K>),
    Watching(Events<K>),
    /// What is asked for cannot be asked.
    Over,
}

#[derive(Clone, Copy)]
enum Asked {
    List,
    Watch,
}

// === impl Watcher ===

impl<K: Resource + DeserializeOwned + Send + 'static> Watcher<K> {
    pub(crate) fn new(client: Client, collection: Collection, params: &WatcherParams) -> Self {
        Self {
            client,
            collection,
            machine: match K::REPRESENTATION {
                // The end of a streamed list is told in an annotation that a table has not.
                Representation::Table => params.machine().without_streaming(),
                _ => params.machine(),
            },
            managed_fields: params.managed_fields,
            state: State::Idle,
        }
    }

    /// What happens next.
    ///
    /// # Errors
    ///
    /// Whatever stopped the request under way; the watch goes on: see [`Watcher`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn next(&mut self) -> Option<Result<Update<K>, Error>> {
        std::future::poll_fn(|cx| self.poll_update(cx)).await
    }

    fn poll_update(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Update<K>, Error>>> {
        loop {
            let update = match &mut self.state {
                State::Over => return Poll::Ready(None),
                State::Idle => self.step(),
                State::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    self.state = State::Idle;
                    None
                }
                State::Asked(what, answer) => {
                    let (what, answer) = (*what, ready!(answer.as_mut().poll(cx)));
                    self.answered(what, answer)
                }
                State::Listing(items) => {
                    let next = ready!(items.poll_next(cx));
                    self.listed(next)
                }
                State::Watching(events) => {
                    let next = ready!(events.poll_event(cx));
                    self.told(next)
                }
            };
            if let Some(update) = update {
                return Poll::Ready(Some(update));
            }
        }
    }

    /// Does what the machine says.
    fn step(&mut self) -> Option<Result<Update<K>, Error>> {
        let step = self.machine.poll_step(now());
        let (begins, asked, request) = match step {
            Step::List(params) => (
                params.continue_token.is_none(),
                Asked::List,
                request::list::<K>(&self.collection, &params),
            ),
            Step::Watch(params) => (
                params.initial_events,
                Asked::Watch,
                request::watch::<K>(&self.collection, &params),
            ),
            Step::Wait(until) => {
                let sleep = tokio::time::sleep_until(Instant::from_std(until));
                self.state = State::Waiting(Box::pin(sleep));
                return None;
            }
            // Nothing is under way here; the machine shall not wait for it.
            _ => {
                self.machine.handle_failure(now());
                return None;
            }
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                self.state = State::Over;
                return Some(Err(error.into()));
            }
        };
        let client = self.client.clone();
        let answer = async move { client.open(request).await };
        self.state = State::Asked(asked, Box::pin(answer));
        begins.then_some(Ok(Update::Restarted))
    }

    fn answered(
        &mut self,
        what: Asked,
        answer: Result<Body, Error>,
    ) -> Option<Result<Update<K>, Error>> {
        let body = match answer {
            Ok(body) => body,
            Err(error) => {
                match error.status() {
                    Some(status) => self.machine.handle_refused(now(), status),
                    None => self.machine.handle_failure(now()),
                }
                return self.stopped(error);
            }
        };
        self.state = match what {
            Asked::List => State::Listing(Items::new(body, self.managed_fields)),
            Asked::Watch => State::Watching(Events::new(body).managed_fields(self.managed_fields)),
        };
        None
    }

    fn listed(&mut self, next: Option<Result<Page<K>, Error>>) -> Option<Result<Update<K>, Error>> {
        let head = match next {
            Some(Ok(Page::Item(Ok(object)))) => return Some(Ok(Update::Listed(object))),
            Some(Ok(Page::Item(Err(object)))) => {
                return Some(Ok(Update::Undecodable(Change::Added, object)));
            }
            Some(Ok(Page::End(head))) => head,
            Some(Err(error)) => return self.failed(error),
            None => return self.failed(Error::failed("the list has no end")),
        };
        self.state = State::Idle;
        match self.machine.handle_page(now(), &head) {
            Told::Synced => Some(Ok(Update::Synced)),
            Told::Over => Some(Err(Error::failed("the list has no resource version"))),
            _ => None,
        }
    }

    fn told(
        &mut self,
        next: Option<Result<WatchEvent<K>, Error>>,
    ) -> Option<Result<Update<K>, Error>> {
        let event = match next {
            Some(Ok(event)) => event,
            Some(Err(error)) => return self.failed(error),
            None => {
                self.machine.handle_end(now());
                self.state = State::Idle;
                return None;
            }
        };
        let told = self.machine.handle_event(now(), &event);
        match (event, told) {
            (WatchEvent::Error(status), _) => self.stopped(Error::told(status)),
            (_, Told::Over) => {
                self.state = State::Idle;
                None
            }
            (WatchEvent::Added(object), Told::Initial) => Some(Ok(Update::Listed(object))),
            (WatchEvent::Added(object) | WatchEvent::Modified(object), _) => {
                Some(Ok(Update::Applied(object)))
            }
            (WatchEvent::Deleted(object), _) => Some(Ok(Update::Deleted(object))),
            (WatchEvent::Undecodable(change, object), _) => {
                Some(Ok(Update::Undecodable(change, object)))
            }
            (_, Told::Synced) => Some(Ok(Update::Synced)),
            _ => None,
        }
    }

    /// The answer broke off, or is not what was asked for.
    fn failed(&mut self, error: Error) -> Option<Result<Update<K>, Error>> {
        self.machine.handle_failure(now());
        self.stopped(error)
    }

    /// The request under way is over, and the machine knows; the error is told if a wait follows.
    fn stopped(&mut self, error: Error) -> Option<Result<Update<K>, Error>> {
        self.state = State::Idle;
        self.machine.is_waiting(now()).then_some(Err(error))
    }
}

/// The clock that tests pause.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}

impl<K: Resource + DeserializeOwned + Send + 'static> Stream for Watcher<K> {
    type Item = Result<Update<K>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_update(cx)
    }
}

impl<K> fmt::Debug for Watcher<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher")
            .field("collection", &self.collection)
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}
