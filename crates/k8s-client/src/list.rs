//! All objects of a collection, one by one: in pages with the next one on its way, or from one long answer.

mod page;
mod paged;
mod whole;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use k8s_api_core::decode::ManagedFields;
use k8s_api_core::request::ListParams;
use k8s_api_core::{Collection, ListMeta, Resource};
use serde::de::DeserializeOwned;

pub(crate) use self::page::{Items, Page};
use self::paged::Paged;
use self::whole::Whole;
use crate::{Client, Error};

/// A future whose type is given up: a request on its way.
pub(crate) type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The objects of a collection, one by one: of [`Api::list_stream`](crate::Api::list_stream) and
/// [`Api::list_streamed`](crate::Api::list_streamed). It is a [`Stream`]; nothing is asked before it is polled.
///
/// An object that is not of your type is an error of its own ([`Error::is_undecodable`]) and the stream goes on; after
/// every other error it ends.
#[must_use = "a stream does nothing until it is polled"]
pub struct ListStream<K> {
    kind: Kind<K>,
}

enum Kind<K> {
    Paged(Box<Paged<K>>),
    Whole(Box<Whole<K>>),
}

impl<K: Resource + DeserializeOwned + Send + 'static> ListStream<K> {
    pub(crate) fn paged(client: Client, from: Collection, params: ListParams) -> Self {
        let kind = Kind::Paged(Box::new(Paged::new(client, from, params)));
        Self { kind }
    }

    pub(crate) fn whole(client: Client, from: Collection, params: ListParams) -> Self {
        let kind = Kind::Whole(Box::new(Whole::new(client, from, params)));
        Self { kind }
    }

    /// Keeps or skips `metadata.managedFields` of the objects. Default: they are kept.
    ///
    /// To be said before the first object is asked for.
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        match &mut self.kind {
            Kind::Paged(paged) => paged.managed_fields(managed_fields),
            Kind::Whole(whole) => whole.managed_fields(managed_fields),
        }
        self
    }

    /// The next object; `None` at the end of the list.
    ///
    /// # Errors
    ///
    /// [`Error::is_gone`] if the pages took so long that the server forgot their version: list again. Else as
    /// [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// No object is lost.
    pub async fn next(&mut self) -> Option<Result<K, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All that are left, or the first error.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub async fn collect(mut self) -> Result<Vec<K>, Error> {
        let mut all = Vec::new();
        while let Some(object) = self.next().await {
            all.push(object?);
        }
        Ok(all)
    }
}

impl<K> ListStream<K> {
    /// What the list says of itself, with the version that was read: known from the first object on in pages, at the
    /// end in one answer.
    pub fn metadata(&self) -> Option<&ListMeta> {
        match &self.kind {
            Kind::Paged(paged) => paged.metadata(),
            Kind::Whole(whole) => whole.metadata(),
        }
    }
}

/// Objects are handed out by value and never pinned.
impl<K> Unpin for ListStream<K> {}

impl<K: Resource + DeserializeOwned + Send + 'static> Stream for ListStream<K> {
    type Item = Result<K, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.kind {
            Kind::Paged(paged) => paged.poll_next(cx),
            Kind::Whole(whole) => whole.poll_next(cx),
        }
    }
}

impl<K> fmt::Debug for ListStream<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStream")
            .field("metadata", &self.metadata())
            .finish_non_exhaustive()
    }
}
