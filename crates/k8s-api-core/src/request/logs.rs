//! What a container printed: the subresource `log` of a Pod.

use bytes::Bytes;
use http::header::HeaderValue;
use http::{Method, Request};

use super::query::Query;
use super::{InvalidRequest, build};
use crate::{Collection, Time};

/// Which lines, and how (`core/v1.PodLogOptions`).
///
/// The default is everything that the Pod's only container printed since it started, without following.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogParams {
    /// The container; must be said where the Pod has several.
    pub container: Option<String>,
    /// Goes on with what the container prints from now on, until it ends.
    pub follow: bool,
    /// The container's run before this one, after a restart.
    pub previous: bool,
    /// Only the last so many lines.
    pub tail_lines: Option<u32>,
    /// At most so many bytes; the last line may be cut.
    pub limit_bytes: Option<u32>,
    /// Only lines of the last so many seconds, at least 1. Not together with [`since`](Self::since).
    pub since_seconds: Option<u32>,
    /// Only lines from this time on.
    pub since: Option<Time>,
    /// Each line begins with its time, in RFC 3339, and a space.
    pub timestamps: bool,
}

impl LogParams {
    /// Names the container.
    #[must_use]
    pub fn container(mut self, name: impl Into<String>) -> Self {
        self.container = Some(name.into());
        self
    }

    /// Goes on with what is printed from now on.
    #[must_use]
    pub fn follow(mut self) -> Self {
        self.follow = true;
        self
    }

    /// The run before the last restart.
    #[must_use]
    pub fn previous(mut self) -> Self {
        self.previous = true;
        self
    }

    /// Only the last so many lines.
    #[must_use]
    pub fn tail_lines(mut self, lines: u32) -> Self {
        self.tail_lines = Some(lines);
        self
    }

    /// At most so many bytes.
    #[must_use]
    pub fn limit_bytes(mut self, bytes: u32) -> Self {
        self.limit_bytes = Some(bytes);
        self
    }

    /// Only lines of the last so many seconds.
    #[must_use]
    pub fn since_seconds(mut self, seconds: u32) -> Self {
        self.since_seconds = Some(seconds);
        self
    }

    /// Only lines from this time on.
    #[must_use]
    pub fn since(mut self, time: Time) -> Self {
        self.since = Some(time);
        self
    }

    /// Each line begins with its time.
    #[must_use]
    pub fn timestamps(mut self) -> Self {
        self.timestamps = true;
        self
    }
}

/// `GET` of what a container printed. The answer is text as the container wrote it, and no JSON.
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment, or both beginnings are given.
pub fn logs(
    from: &Collection,
    name: &str,
    params: &LogParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    if params.since.is_some() && params.since_seconds.is_some() {
        return Err(InvalidRequest::params(
            "logs begin at a time or so many seconds ago, not both",
        ));
    }
    let since = params.since.map(|time| time.to_string());
    let flag = |set: bool| set.then_some("true");
    let mut query = Query::new(from.subresource(name, "log")?);
    query
        .text("container", params.container.as_deref())
        .text("follow", flag(params.follow))
        .text("previous", flag(params.previous))
        .number("sinceSeconds", params.since_seconds)
        .text("sinceTime", since.as_deref())
        .text("timestamps", flag(params.timestamps))
        .number("tailLines", params.tail_lines)
        .number("limitBytes", params.limit_bytes);
    // Refusals are JSON, logs are text: servers take this for both, as kubectl asks.
    let both = HeaderValue::from_static("application/json, */*");
    build(Method::GET, query.as_str(), both, Bytes::new())
}
