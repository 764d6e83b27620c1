//! What a Pod's containers printed.

use bytes::Bytes;
use k8s_api_core::request::{self, LogParams};

use super::Api;
use crate::Error;
use crate::logs::LogLines;

impl<K> Api<K> {
    /// What a container printed, whole and as it printed it; [`LogParams::follow`] would wait for its end.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is no such Pod; a bad request if the container must be named, or has not
    /// started; else as [`Client::request`](crate::Client::request).
    pub async fn logs(&self, name: &str, params: &LogParams) -> Result<Bytes, Error> {
        self.client
            .request_bytes(request::logs(&self.collection, name, params)?)
            .await
    }

    /// What a container printed, line by line; with [`LogParams::follow`] also what it prints from now on, until it ends.
    ///
    /// # Errors
    ///
    /// As [`logs`](Self::logs).
    pub async fn log_lines(&self, name: &str, params: &LogParams) -> Result<LogLines, Error> {
        let request = request::logs(&self.collection, name, params)?;
        Ok(LogLines::new(self.client.open(request).await?))
    }
}
