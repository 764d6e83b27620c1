//! Verbs that read: get, list, watch.

use k8s_api_core::request::{self, GetParams, ListParams, WatchParams};
use k8s_api_core::{List, PartialObject, Resource};
use serde::de::DeserializeOwned;

use super::Api;
use crate::list::ListStream;
use crate::watch::{Events, Watcher, WatcherParams};
use crate::{Error, Table};

impl<K: Resource + DeserializeOwned> Api<K> {
    /// The object of this name, in its newest version.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is none; else as [`Client::request`](crate::Client::request).
    pub async fn get(&self, name: &str) -> Result<K, Error> {
        self.get_with(name, &GetParams::default()).await
    }

    /// The object of this name, read as `params` say.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn get_with(&self, name: &str, params: &GetParams) -> Result<K, Error> {
        self.client
            .request(request::get::<K>(&self.collection, name, params)?)
            .await
    }

    /// The object of this name, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for "not found".
    pub async fn get_opt(&self, name: &str) -> Result<Option<K>, Error> {
        found(self.get(name).await)
    }

    /// One page of the objects; all of them unless [`ListParams::limit`] is set.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn list(&self, params: &ListParams) -> Result<List<K>, Error> {
        self.client
            .request(request::list::<K>(&self.collection, params)?)
            .await
    }

    /// The changes of the objects, as one request tells them. It ends when the server ends it: every 30 to 60 minutes,
    /// or when the version is too old. To watch for ever, take a [`watcher`](Self::watcher).
    ///
    /// # Errors
    ///
    /// [`Error::is_gone`] if the version is too old (some servers tell it as an event instead); else as
    /// [`Client::request`](crate::Client::request).
    pub async fn watch(&self, params: &WatchParams) -> Result<Events<K>, Error> {
        let request = request::watch::<K>(&self.collection, params)?;
        let body = self.client.open(request).await?;
        Ok(Events::new(body))
    }
}

impl<K: Resource + DeserializeOwned + Send + 'static> Api<K> {
    /// All objects one by one, in pages of [`ListParams::limit`] (500 where it is not set); the next page is asked for
    /// while the last one is taken out. All pages are of one version.
    pub fn list_stream(&self, params: &ListParams) -> ListStream<K> {
        ListStream::paged(self.client.clone(), self.collection.clone(), params.clone())
    }

    /// All objects one by one from one answer, decoded while it comes: the memory of one object, whatever their number.
    /// The server holds the whole list meanwhile; [`list_stream`](Self::list_stream) asks less of it.
    pub fn list_streamed(&self, params: &ListParams) -> ListStream<K> {
        ListStream::whole(self.client.clone(), self.collection.clone(), params.clone())
    }

    /// All objects and then every change, for ever: through broken connections, servers that restart, and versions that
    /// are gone.
    pub fn watcher(&self, params: &WatcherParams) -> Watcher<K> {
        Watcher::new(self.client.clone(), self.collection.clone(), params)
    }
}

impl<K: Resource> Api<K> {
    /// The metadata of the object of this name; the server leaves the rest out.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn get_metadata(&self, name: &str) -> Result<PartialObject<K>, Error> {
        self.metadata().get(name).await
    }

    /// A page of the objects' metadata.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn list_metadata(
        &self,
        params: &ListParams,
    ) -> Result<List<PartialObject<K>>, Error> {
        self.metadata().list(params).await
    }

    /// A page of the objects as the columns that `kubectl get` shows. All pages, one table each, are in
    /// `as_kind::<Table>().list_stream(…)`; rows as they change in `as_kind::<Table>().watcher(…)`.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn table(&self, params: &ListParams) -> Result<Table, Error> {
        let request = request::list::<K>(&self.collection, params)?;
        self.client.request(request::as_table(request)?).await
    }
}

/// `None` for what is not there.
pub(super) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
