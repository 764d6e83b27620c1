//! The changes of a collection, as they happen.

use bytes::Bytes;
use http::{Method, Request};

use super::query::Query;
use super::{InvalidRequest, accept, build};
use crate::{Collection, Resource};

/// Which changes are told, and from where on (`metav1.ListOptions` with `watch`).
///
/// The default is every change from now on, after the objects that are there, and bookmarks between them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchParams {
    /// `app=web,tier!=db`; the server parses it.
    pub label_selector: Option<String>,
    /// `status.phase=Running`; the server parses it.
    pub field_selector: Option<String>,
    /// The version after which changes are told. `None` or `"0"`: what is there comes first, as added.
    pub resource_version: Option<String>,
    /// Seconds after which the server ends the watch; by default 30 to 60 minutes.
    pub timeout_seconds: Option<u32>,
    /// Whether versions are told when nothing changes; about once a minute. On by default.
    pub bookmarks: bool,
    /// The objects that are there come first, as added, then a bookmark that says so
    /// ([`Bookmark::is_end_of_initial_events`](crate::watch::Bookmark::is_end_of_initial_events)): a list as a watch.
    /// Servers before 1.32 refuse it by default.
    pub initial_events: bool,
}

impl Default for WatchParams {
    fn default() -> Self {
        Self {
            label_selector: None,
            field_selector: None,
            resource_version: None,
            timeout_seconds: None,
            bookmarks: true,
            initial_events: false,
        }
    }
}

impl WatchParams {
    /// Only objects whose labels match.
    #[must_use]
    pub fn labels(mut self, selector: impl Into<String>) -> Self {
        self.label_selector = Some(selector.into());
        self
    }

    /// Only objects whose fields match.
    #[must_use]
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.field_selector = Some(selector.into());
        self
    }

    /// Only changes after this version.
    #[must_use]
    pub fn after(mut self, version: impl Into<String>) -> Self {
        self.resource_version = Some(version.into());
        self
    }

    /// The server ends the watch after so many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u32) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }

    /// Whether versions are told when nothing changes.
    #[must_use]
    pub fn bookmarks(mut self, bookmarks: bool) -> Self {
        self.bookmarks = bookmarks;
        self
    }

    /// The objects that are there come first, and a bookmark after them: see the field.
    #[must_use]
    pub fn with_initial_events(mut self) -> Self {
        self.initial_events = true;
        self
    }
}

/// `GET` of the changes of a collection, their objects in the form that `K` wants.
///
/// # Errors
///
/// If a part of the collection cannot be a path segment, or initial events are asked for without bookmarks (their
/// end would not be told).
pub fn watch<K: Resource>(
    from: &Collection,
    params: &WatchParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    if params.initial_events && !params.bookmarks {
        return Err(InvalidRequest::params(
            "initial events need bookmarks: one says where they end",
        ));
    }
    let initial = params.initial_events.then_some("true");
    let mut query = Query::new(from.path()?);
    query
        .text("watch", Some("true"))
        .text("labelSelector", params.label_selector.as_deref())
        .text("fieldSelector", params.field_selector.as_deref())
        .text("resourceVersion", params.resource_version.as_deref())
        .text("resourceVersionMatch", initial.map(|_| "NotOlderThan"))
        .text("sendInitialEvents", initial)
        .text("allowWatchBookmarks", params.bookmarks.then_some("true"))
        .number("timeoutSeconds", params.timeout_seconds);
    build(
        Method::GET,
        query.as_str(),
        accept(K::REPRESENTATION, false),
        Bytes::new(),
    )
}
