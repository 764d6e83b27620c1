//! What the server has: groups, versions, resources, and the name that a person has for one of them.
//!
//! ```text
//! Discovery ▸ GET /api, /apis as one document each ▸ Resources ▸ find("deploy") ▸ ApiResource
//!           └ an older server: the groups, then one document a version
//! ```

mod ask;
mod find;
mod resources;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

pub use k8s_api_core::discovery::{
    ApiGroup, ApiGroupList, ApiResourceList, ApiVersions, GroupVersion, ListedResource, Version,
};

pub use self::resources::{Group, GroupVersionResources, ResourceInfo, Resources, Unavailable};
use crate::{Client, Error};

/// How old the server's account may be.
const EXPIRES: Duration = Duration::from_secs(600);
/// A name that is not found is looked for in a newer account, but not more often than this: a definition that was
/// created a moment ago is found, and a name that is wrong costs little.
const NOT_FOUND: Duration = Duration::from_secs(10);

/// What the server has, asked for once and kept for ten minutes. Clones share what they know.
#[derive(Clone)]
pub struct Discovery {
    client: Client,
    expires: Duration,
    known: Arc<Mutex<Option<Known>>>,
}

#[derive(Clone)]
struct Known {
    since: Instant,
    resources: Arc<Resources>,
}

impl Discovery {
    /// Nothing is asked before something is wanted.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            expires: EXPIRES,
            known: Arc::new(Mutex::new(None)),
        }
    }

    /// How old an answer may be. Default: ten minutes.
    #[must_use]
    pub fn expires_after(mut self, age: Duration) -> Self {
        self.expires = age;
        self
    }

    /// All that the server has. Whoever asks while it is being asked waits for the same answer.
    ///
    /// # Errors
    ///
    /// As [`Client::request`]. A group whose own server is down is no error: see [`Resources::unavailable`].
    pub async fn resources(&self) -> Result<Arc<Resources>, Error> {
        self.not_older_than(self.expires).await
    }

    /// Asks the server anew, whatever is known.
    ///
    /// # Errors
    ///
    /// As [`resources`](Self::resources).
    pub async fn refresh(&self) -> Result<Arc<Resources>, Error> {
        self.not_older_than(Duration::ZERO).await
    }

    /// The resource that a person means: plural, singular, short name or kind, in any case, and behind a point its group,
    /// or version and group: `pods`, `po`, `Deployment`, `deploy.apps`, `deployments.v1.apps`.
    ///
    /// Of several the first wins: the core group, then groups in the server's order; within a group the version that the
    /// server prefers. A name that is not known is looked for in a newer account, once in ten seconds.
    ///
    /// # Errors
    ///
    /// As [`resources`](Self::resources).
    pub async fn find(&self, name: &str) -> Result<Option<ResourceInfo>, Error> {
        if let Some(found) = self.resources().await?.find(name) {
            return Ok(Some(found.clone()));
        }
        let newer = self.not_older_than(self.expires.min(NOT_FOUND)).await?;
        Ok(newer.find(name).cloned())
    }

    async fn not_older_than(&self, age: Duration) -> Result<Arc<Resources>, Error> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known
            && known.since.elapsed() < age
        {
            return Ok(known.resources.clone());
        }
        let resources = Arc::new(ask::all(&self.client).await?);
        *known = Some(Known {
            since: Instant::now(),
            resources: resources.clone(),
        });
        Ok(resources)
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
