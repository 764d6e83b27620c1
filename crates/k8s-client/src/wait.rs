//! Waiting until an object is as it should be: on a watch, never by asking again and again.

mod condition;
mod secret;

use k8s_api_core::{DynamicObject, Resource};
use secrecy::SecretSlice;
use serde::de::DeserializeOwned;

pub(crate) use self::secret::SecretData;
use crate::watch::{Update, Watcher, WatcherParams};
use crate::{Api, Client, Error};

impl<K: Resource + DeserializeOwned + Send + 'static> Api<K> {
    /// Waits until `condition` is true of the object of this name, and gives that object. `None` is the object that is
    /// not there: `|object| object.is_none()` waits for the end, `|object| object.is_some()` for the beginning.
    ///
    /// It is asked of each state that the watch tells; states that follow each other while the connection is broken may
    /// be seen as one. There is no time limit: `tokio::time::timeout` is one.
    ///
    /// # Errors
    ///
    /// What cannot pass by itself: a refusal (see [`Error::status`]), an object of another type. Broken connections and
    /// servers that restart are waited for.
    pub async fn wait_for(
        &self,
        name: &str,
        mut condition: impl FnMut(Option<&K>) -> bool,
    ) -> Result<Option<K>, Error> {
        let mut watcher = self.watcher(&WatcherParams::default().named(name).newest());
        // Whether the list that is under way holds the object.
        let mut listed = false;
        loop {
            let object = match next(&mut watcher).await? {
                Update::Restarted => {
                    listed = false;
                    continue;
                }
                Update::Synced if listed => continue,
                Update::Synced | Update::Deleted(_) => None,
                Update::Undecodable(_, object) => return Err(Error::undecodable(object)),
                Update::Listed(object) => {
                    listed = true;
                    Some(object)
                }
                Update::Applied(object) => Some(object),
            };
            if condition(object.as_ref()) {
                return Ok(object);
            }
        }
    }

    /// Waits until a condition in the object's `status.conditions` has this status, `("Ready", "True")`, and gives the
    /// object. What an older generation of the object was found to be does not count.
    ///
    /// An object that is not there is waited for. Follows `kubectl wait --for=condition=…`.
    ///
    /// # Errors
    ///
    /// As [`wait_for`](Self::wait_for).
    pub async fn wait_condition(&self, name: &str, kind: &str, status: &str) -> Result<K, Error> {
        let objects = self.as_kind::<DynamicObject>();
        let found = objects
            .wait_for(name, |object| {
                object.is_some_and(|object| condition::is(object, kind, status))
            })
            .await?;
        let object = found.ok_or_else(|| Error::failed("a condition of nothing"))?;
        condition::typed(object)
    }
}

impl<K: Resource + 'static> Api<K> {
    /// Waits until the object of this name is gone; with a uid, until that very object is gone, whatever has its name
    /// then.
    ///
    /// # Errors
    ///
    /// As [`wait_for`](Self::wait_for).
    pub async fn wait_deleted(&self, name: &str, uid: Option<&str>) -> Result<(), Error> {
        let gone = |object: Option<&k8s_api_core::PartialObject<K>>| match (object, uid) {
            (None, _) => true,
            (Some(object), Some(uid)) => object.uid() != Some(uid),
            (Some(_), None) => false,
        };
        self.metadata().wait_for(name, gone).await?;
        Ok(())
    }
}

/// Waits until a Secret has this key with something in it, and gives what that is, decoded.
///
/// # Errors
///
/// As [`Api::wait_for`]; [`Error::is_undecodable`] if the data is no base64.
pub async fn secret_data(
    client: &Client,
    namespace: &str,
    name: &str,
    key: &str,
) -> Result<SecretSlice<u8>, Error> {
    let secrets = Api::<SecretData>::namespaced(client.clone(), namespace);
    let filled = secrets
        .wait_for(name, |secret| secret.is_some_and(|secret| secret.has(key)))
        .await?;
    filled
        .ok_or_else(|| Error::failed("data of no Secret"))?
        .decode(key)
}

/// Whether a condition in the object's `status.conditions` has this status, both in any case. What an older generation of
/// the object was found to be does not count: [`Api::wait_condition`] waits for this.
///
/// ```
/// use k8s_client::{DynamicObject, wait};
///
/// let pod = r#"{"metadata": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}"#;
/// let pod: DynamicObject = serde_json::from_str(pod)?;
/// assert!(wait::has_condition(&pod, "ready", "true") && !wait::has_condition(&pod, "Ready", "False"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn has_condition(object: &DynamicObject, kind: &str, status: &str) -> bool {
    condition::is(object, kind, status)
}

/// The next update; what passes by itself is waited for.
async fn next<K: Resource + DeserializeOwned + Send + 'static>(
    watcher: &mut Watcher<K>,
) -> Result<Update<K>, Error> {
    loop {
        match watcher.next().await {
            Some(Err(error)) if error.is_retryable() => {}
            Some(update) => return update,
            None => return Err(Error::failed("the watch ended")),
        }
    }
}
