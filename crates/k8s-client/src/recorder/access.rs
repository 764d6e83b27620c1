//! One thing that was asked for, as the server's authorizer sees it, and all of them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use k8s_api_core::request_info::RequestInfo;

use super::role::Role;
use super::rules;

/// One thing that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Access {
    /// Of an API resource.
    #[non_exhaustive]
    Resource {
        /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
        verb: String,
        /// Empty for the core group.
        group: String,
        /// The plural; with a subresource `pods/log`.
        resource: String,
        /// Empty: of the whole cluster, or over all namespaces.
        namespace: String,
        /// Empty: of no object in particular.
        name: String,
    },
    /// Of a path that is no resource.
    #[non_exhaustive]
    Path {
        /// The method in small letters.
        verb: String,
        /// `/metrics`.
        path: String,
    },
}

/// What was asked for. Clones are the same record.
#[derive(Clone, Default)]
pub struct Record {
    seen: Arc<Mutex<BTreeSet<Access>>>,
}

impl Access {
    /// What a request asks for; `None` if it is nothing that a role could allow.
    pub(super) fn of(info: &RequestInfo) -> Option<Self> {
        Self::with_verb(info, info.verb())
    }

    pub(super) fn with_verb(info: &RequestInfo, verb: &str) -> Option<Self> {
        let verb = verb.to_owned();
        if !info.is_resource_request() {
            let path = info.path().to_owned();
            return (!path.ends_with('*')).then_some(Self::Path { verb, path });
        }
        let resource = match info.subresource() {
            "" => info.resource().to_owned(),
            part => format!("{}/{part}", info.resource()),
        };
        let group = info.api_group().to_owned();
        // In a rule these would mean everything.
        let is_wild = [&verb, &group, &resource]
            .iter()
            .any(|text| text.contains('*'));
        let is_none = verb.is_empty() || resource.is_empty();
        (!is_wild && !is_none).then(|| Self::Resource {
            verb,
            group,
            resource,
            namespace: info.namespace().to_owned(),
            name: info.name().to_owned(),
        })
    }
}

impl Record {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that was asked for until now, each once.
    pub fn accesses(&self) -> Vec<Access> {
        self.lock().iter().cloned().collect()
    }

    /// The smallest roles that allow what was asked for: a role in each namespace, and one of the cluster for what is
    /// of the whole cluster. There is no wildcard in them.
    ///
    /// Left out is what every authenticated user may do (`system:discovery`, `system:public-info-viewer`,
    /// `system:basic-user`), and what another rule allows already. An object is named where the request named it.
    pub fn roles(&self, name: &str) -> Vec<Role> {
        rules::roles(name, &self.lock())
    }

    pub(super) fn note(&self, access: Option<Access>) {
        if let Some(access) = access {
            self.lock().insert(access);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Access>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Extend<Access> for Record {
    fn extend<I: IntoIterator<Item = Access>>(&mut self, accesses: I) {
        self.lock().extend(accesses);
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("accesses", &self.lock().len())
            .finish_non_exhaustive()
    }
}
