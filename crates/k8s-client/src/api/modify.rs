//! What takes more than one request: get or create, and read, change, write until nobody came in between.

use std::time::Duration;

use k8s_api_core::Resource;
use k8s_api_core::request::{CreateParams, Patch, PatchParams};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Api;
use super::read::found;
use crate::Error;

/// So often a change is tried (`client-go/util/retry.DefaultRetry`, and as often again: nothing waits for a person).
const TRIES: u32 = 10;
/// How long to wait after the first conflict; doubled with each that follows, and spread.
const FIRST_WAIT: Duration = Duration::from_millis(10);

impl<K: Resource + Serialize + DeserializeOwned> Api<K> {
    /// The object of this name; if there is none, the one that `new` makes is created.
    ///
    /// Two that do it at once get the same object: the one that comes second reads what the first one created.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`create`](Self::create).
    pub async fn get_or_create(
        &self,
        name: &str,
        params: &CreateParams,
        new: impl FnOnce() -> K,
    ) -> Result<K, Error> {
        if let Some(object) = self.get_opt(name).await? {
            return Ok(object);
        }
        match self.create(&new(), params).await {
            Err(error) if error.is_already_exists() => self.get(name).await,
            other => other,
        }
    }

    /// Reads an object, changes it and writes the difference; when somebody else changed it meanwhile, reads it again
    /// and so on, ten times at most. `change` may be called several times, each time with the newest object.
    ///
    /// What is written is a merge patch of exactly this version: fields that `K` does not know stay (but for those in
    /// lists that change, which are replaced whole). A change that changes nothing sends nothing.
    ///
    /// # Errors
    ///
    /// [`Error::is_conflict`] if somebody else was first each time; else as [`get`](Self::get) and
    /// [`patch`](Self::patch).
    ///
    /// # Cancel safety
    ///
    /// Dropped, it leaves the object as it was, or changed.
    pub async fn modify(
        &self,
        name: &str,
        params: &PatchParams,
        change: impl FnMut(&mut K),
    ) -> Result<K, Error> {
        self.modify_at(name, None, params, change).await
    }

    /// The same for an object's `status`.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    pub async fn modify_status(
        &self,
        name: &str,
        params: &PatchParams,
        change: impl FnMut(&mut K),
    ) -> Result<K, Error> {
        self.modify_at(name, Some("status"), params, change).await
    }

    async fn modify_at(
        &self,
        name: &str,
        subresource: Option<&str>,
        params: &PatchParams,
        mut change: impl FnMut(&mut K),
    ) -> Result<K, Error> {
        let mut tried = 0;
        loop {
            let before = self.get(name).await?;
            let mut after = self.copy(&before)?;
            change(&mut after);
            let version = before.resource_version();
            let Some(patch) = Patch::difference(&before, &after, version)? else {
                return Ok(before);
            };
            let answer = match subresource {
                Some(part) => self.patch_subresource(name, part, &patch, params).await,
                None => self.patch(name, &patch, params).await,
            };
            tried += 1;
            match answer {
                Err(error) if error.is_conflict() && tried < TRIES => {}
                answer => return answer,
            }
            let wait = FIRST_WAIT * (1 << tried.min(6));
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
        }
    }

    /// A copy by way of JSON, so that `K` need not be `Clone`.
    fn copy(&self, object: &K) -> Result<K, Error> {
        let failed =
            || Error::unsupported("an object that was read cannot be written and read again");
        let value = serde_json::to_value(object).map_err(|_| failed())?;
        serde_json::from_value(value).map_err(|_| failed())
    }
}

impl<K: Resource + DeserializeOwned> Api<K> {
    /// Deletes the object of this name if it is there; whether it was.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete), but for "not found".
    pub async fn delete_opt(
        &self,
        name: &str,
        params: &crate::DeleteParams,
    ) -> Result<bool, Error> {
        Ok(found(self.delete(name, params).await)?.is_some())
    }
}
