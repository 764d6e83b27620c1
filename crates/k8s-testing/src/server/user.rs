//! Who asks: a user name, groups, and what the credential said besides.

use std::collections::BTreeMap;

/// Somebody whom the server knows, as `user.Info` of k8s.io/apiserver.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// The name, as `system:serviceaccount:default:web`.
    pub name: String,
    /// The UID; empty when the credential names none.
    pub uid: String,
    /// The groups, `system:authenticated` included.
    pub groups: Vec<String>,
    /// What else the credential says, each key with its values.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// The extra key that names the very credential a user showed.
pub(crate) const CREDENTIAL: &str = "authentication.kubernetes.io/credential-id";
pub(crate) const AUTHENTICATED: &str = "system:authenticated";
pub(crate) const UNAUTHENTICATED: &str = "system:unauthenticated";
pub(crate) const MASTERS: &str = "system:masters";

impl User {
    /// A user of this name, in no group.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Whoever shows no credential.
    pub fn anonymous() -> Self {
        Self::new("system:anonymous").group(UNAUTHENTICATED)
    }

    /// A service account, in the groups that every one of them has.
    pub fn service_account(namespace: &str, name: &str) -> Self {
        Self::new(format!("system:serviceaccount:{namespace}:{name}"))
            .group("system:serviceaccounts")
            .group(format!("system:serviceaccounts:{namespace}"))
    }

    /// Whether it is in a group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|g| g == group)
    }

    /// In `system:authenticated`, as everyone with a good credential is.
    pub(crate) fn authenticated(self) -> Self {
        if self.is_in(AUTHENTICATED) || self.name == "system:anonymous" {
            self
        } else {
            self.group(AUTHENTICATED)
        }
    }
}
