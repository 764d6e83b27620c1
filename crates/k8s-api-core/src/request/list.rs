//! A page of a collection.

use bytes::Bytes;
use http::{Method, Request};

use super::query::Query;
use super::{InvalidRequest, accept, build};
use crate::{Collection, Resource};

/// Which objects are listed, and how (`metav1.ListOptions`).
///
/// The default is everything, in one answer, in its newest version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListParams {
    /// `app=web,tier!=db`; the server parses it.
    pub label_selector: Option<String>,
    /// `status.phase=Running`; the server parses it.
    pub field_selector: Option<String>,
    /// At most this many items a page.
    pub limit: Option<u32>,
    /// Where the page starts: [`List::continue_token`](crate::List::continue_token) of the page before.
    pub continue_token: Option<String>,
    /// Which version is meant, together with `resource_version_match`.
    pub resource_version: Option<String>,
    /// How `resource_version` is meant.
    pub resource_version_match: Option<ResourceVersionMatch>,
}

/// How a list's resource version is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourceVersionMatch {
    /// Exactly this version.
    Exact,
    /// This version or a newer one.
    NotOlderThan,
}

impl ListParams {
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

    /// At most this many items a page.
    #[must_use]
    pub fn limit(mut self, items: u32) -> Self {
        self.limit = Some(items);
        self
    }

    /// The page that starts here. The other parameters must be those of the first page.
    #[must_use]
    pub fn continue_from(mut self, token: impl Into<String>) -> Self {
        self.continue_token = Some(token.into());
        self
    }

    /// A version, and how it is meant.
    #[must_use]
    pub fn at(mut self, version: impl Into<String>, how: ResourceVersionMatch) -> Self {
        self.resource_version = Some(version.into());
        self.resource_version_match = Some(how);
        self
    }
}

/// `GET` of a page of a collection, in the form that `K` wants.
///
/// # Errors
///
/// If a part of the collection cannot be a path segment, or `resource_version_match` stands alone.
pub fn list<K: Resource>(
    from: &Collection,
    params: &ListParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    build(
        Method::GET,
        &list_query(from, params)?,
        accept(K::REPRESENTATION, true),
        Bytes::new(),
    )
}

/// Path and query of a list.
pub(super) fn list_query(from: &Collection, params: &ListParams) -> Result<String, InvalidRequest> {
    if params.resource_version_match.is_some() && params.resource_version.is_none() {
        return Err(InvalidRequest::params(
            "a resource version match needs a resource version",
        ));
    }
    let mut query = Query::new(from.path()?);
    query
        .text("labelSelector", params.label_selector.as_deref())
        .text("fieldSelector", params.field_selector.as_deref())
        .number("limit", params.limit)
        .text("continue", params.continue_token.as_deref())
        .text("resourceVersion", params.resource_version.as_deref())
        .text(
            "resourceVersionMatch",
            params.resource_version_match.map(|how| match how {
                ResourceVersionMatch::Exact => "Exact",
                ResourceVersionMatch::NotOlderThan => "NotOlderThan",
            }),
        );
    Ok(query.as_str().to_owned())
}
